// Holds an OpenRPC document against the published meta-schema, with every reference resolved.
//
//     node openrpc_check.mjs FILE
import {readFileSync} from "node:fs";
import {parseOpenRPCDocument} from "@open-rpc/schema-utils-js";

const [file] = process.argv.slice(2);
if (file === undefined) {
  console.error("openrpc_check.mjs: name a file");
  process.exit(2);
}
try {
  const document = await parseOpenRPCDocument(JSON.parse(readFileSync(file, "utf8")), {validate: true, dereference: true});
  console.log(`${document.methods.length} methods, openrpc ${document.openrpc}`);
} catch (error) {
  console.error(`${file}: ${error.message}`);
  process.exit(1);
}
