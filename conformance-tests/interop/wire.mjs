// What is Touchstone's own on the wire: message ids, frames, and the few containers that this program reads. Written from
// the prose alone (spec/prose/01-encoding.md, 13-network.md). [ENC-23] [NET-05] [NET-55]

import { createHash } from 'node:crypto'
import snappy from 'snappyjs'

/** Of both presets, spec/data/parameters.toml. */
export const GOSSIP_MAX_SIZE = 10 * 1024 * 1024

const U32_BYTES = 4
const U64_BYTES = 8
const ROOT_BYTES = 32
const SIGNATURE_BYTES = 96

export function compress (bytes) {
  return new Uint8Array(snappy.compress(bytes))
}

/** Throws if the bytes are no raw snappy, or say that they hold more than `limit`. */
export function decompress (bytes, limit = GOSSIP_MAX_SIZE) {
  return new Uint8Array(snappy.uncompress(bytes, limit))
}

function u64le (value) {
  const bytes = new Uint8Array(U64_BYTES)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value), true)
  return bytes
}

function u32le (value) {
  const bytes = new Uint8Array(U32_BYTES)
  new DataView(bytes.buffer).setUint32(0, value, true)
  return bytes
}

function view (bytes) {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

export function concat (...parts) {
  return new Uint8Array(Buffer.concat(parts))
}

/** [NET-05] */
export function messageId (topic, payload) {
  let domain = 1
  let content
  try {
    content = decompress(payload)
  } catch {
    domain = 0
    content = payload
  }
  const name = new TextEncoder().encode(topic)
  const hash = createHash('sha256').update(new Uint8Array([domain])).update(u64le(name.length)).update(name).update(content)
  return new Uint8Array(hash.digest().subarray(0, 20))
}

/** The encoding of a request; nothing at all for one without content. [NET-55] */
export function frame (content) {
  const compressed = content === undefined ? new Uint8Array() : compress(content)
  return concat(u32le(compressed.length), compressed)
}

/** The content of a request of a peer. */
export function readRequest (bytes) {
  return readFrame(bytes)
}

/** The content of a response; throws, with the peer's text, if it is no success. [NET-56] */
export function readResponse (bytes) {
  if (bytes.length < 1 + U32_BYTES) {
    throw new Error(`a response of ${bytes.length} bytes`)
  }
  const content = readFrame(bytes.subarray(1))
  if (bytes[0] !== 0) {
    throw new Error(`status ${bytes[0]}: ${new TextDecoder().decode(content)}`)
  }
  return content
}

export function writeResponse (content) {
  return concat(new Uint8Array([0]), frame(content))
}

function readFrame (bytes) {
  const length = view(bytes).getUint32(0, true)
  if (bytes.length !== U32_BYTES + length) {
    throw new Error(`a frame of ${length} bytes in ${bytes.length}`)
  }
  return length === 0 ? new Uint8Array() : decompress(bytes.subarray(U32_BYTES))
}

/** The digest of the network in a peer's protocols, by which all else is named. [NET-59] */
export function digestOf (protocols) {
  for (const protocol of protocols) {
    const found = /^\/touchstone\/([0-9a-f]{8})\/status\/1$/.exec(protocol)
    if (found !== null) {
      return found[1]
    }
  }
  throw new Error(`no protocol of Touchstone among ${protocols.join(' ')}`)
}

/** `Status`: fork_digest, finalized_checkpoint (epoch, root), head_root, head_slot, earliest_slot. */
const STATUS_BYTES = 4 + U64_BYTES + ROOT_BYTES + ROOT_BYTES + U64_BYTES + U64_BYTES

/** The status of a node that has nothing but genesis. */
export function encodeStatus (digest) {
  const earliest = u64le(1)
  const nothing = new Uint8Array(STATUS_BYTES - 4 - U64_BYTES)
  return concat(new Uint8Array(Buffer.from(digest, 'hex')), nothing, earliest)
}

export function decodeStatus (bytes) {
  if (bytes.length !== STATUS_BYTES) {
    throw new Error(`a Status of ${bytes.length} bytes, not ${STATUS_BYTES}`)
  }
  const fields = view(bytes)
  return {
    digest: Buffer.from(bytes.subarray(0, 4)).toString('hex'),
    finalizedEpoch: Number(fields.getBigUint64(4, true)),
    headSlot: Number(fields.getBigUint64(4 + U64_BYTES + 2 * ROOT_BYTES, true))
  }
}

/** `BlocksByRangeRequest`: start_slot, count. */
export function encodeRange (start, count) {
  return concat(u64le(start), u64le(count))
}

/** The encodings of the blocks in a `BlocksResponse`, a list of byte lists. */
export function decodeBlocks (bytes) {
  if (bytes.length === 0) {
    return []
  }
  const fields = view(bytes)
  const count = fields.getUint32(0, true) / U32_BYTES
  const bounds = Array.from({ length: count }, (_, index) => fields.getUint32(index * U32_BYTES, true))
  return bounds.map((begin, index) => bytes.subarray(begin, bounds[index + 1] ?? bytes.length))
}

/** The slot of a `SignedBlock`: the first field of its block, which lies behind its offset and the signature. */
export function slotOf (signedBlock) {
  const fields = view(signedBlock)
  const begin = fields.getUint32(0, true)
  if (begin !== U32_BYTES + SIGNATURE_BYTES) {
    throw new Error(`a SignedBlock whose block begins at ${begin}`)
  }
  return Number(fields.getBigUint64(begin, true))
}
