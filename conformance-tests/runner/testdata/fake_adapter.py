#!/usr/bin/env python3
"""An adapter for the tests of the runner: it does what a case's params.behave says."""
import json
import os
import signal
import sys

if "--count-starts" in sys.argv:
    with open(sys.argv[sys.argv.index("--count-starts") + 1], "a", encoding="utf-8") as file:
        file.write("start\n")

for line in sys.stdin:
    request = json.loads(line)
    behave = request["params"].get("behave", "echo")
    answer = {"id": request["id"], "ok": True, "outputs": {}}
    if behave == "echo":
        answer["outputs"] = {"post": request["inputs"]["pre"]}
    elif behave == "value":
        answer["outputs"] = {"root": request["params"]["root"], "config": request["config"]}
    elif behave == "reject":
        answer = {"id": request["id"], "ok": False, "rejected": request["params"]["with"], "detail": "as asked"}
        if "name" in request["params"]:
            answer["name"] = request["params"]["name"]
    elif behave == "unsupported":
        answer = {"id": request["id"], "unsupported": True}
    elif behave == "crash":
        os.kill(os.getpid(), signal.SIGABRT)
    elif behave == "leave":
        sys.exit(3)
    elif behave == "hang":
        signal.pause()
    elif behave == "garbage":
        print("not json", flush=True)
        continue
    elif behave == "other_id":
        answer["id"] = "another"
    elif behave == "twice":
        # In one write: a second line that came later would be taken for the answer to the next request.
        sys.stdout.write(2 * (json.dumps(answer) + "\n"))
        sys.stdout.flush()
        continue
    elif behave == "extra_field":
        answer["confident"] = True
    elif behave == "steps":
        assert all({"rejected", "id", "verdict", "reason", "otherwise"}.isdisjoint(step) for step in request["steps"])
        answer["outputs"] = {"steps": request["params"]["steps"]}
    elif behave == "see_checks":
        answer["outputs"] = {"steps": [{"checks": {"time": json.dumps(request["steps"][0])}}]}
    print(json.dumps(answer), flush=True)

if "--end-badly" in sys.argv:
    sys.exit(5)
