import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  compress, concat, decodeBlocks, decodeStatus, decompress, digestOf, encodeRange, encodeStatus, frame, messageId,
  readResponse, slotOf, writeResponse
} from './wire.mjs'

const hex = bytes => Buffer.from(bytes).toString('hex')
const bytes = text => new Uint8Array(Buffer.from(text, 'hex'))
const topic = '/touchstone/00000000/block/ssz_snappy'

test('the id of a message is of what it decompresses to, or else of what it is', () => {
  // By hand: sha256 of 01, u64le(37), the topic, "abc"; and of 00, the same, ffffffffff.
  assert.equal(hex(messageId(topic, bytes('0308616263'))), 'b92e83a3126a6f6b6a7e1dee2a2f07ff6977000f')
  assert.equal(hex(messageId(topic, compress(new TextEncoder().encode('abc')))), 'b92e83a3126a6f6b6a7e1dee2a2f07ff6977000f')
  assert.equal(hex(messageId(topic, bytes('ffffffffff'))), '33cfb43c05b71518ae4ba1486a6c4abd6ccfc98e')
})

test('a frame without content is its length alone', () => {
  assert.equal(hex(frame(undefined)), '00000000')
  assert.equal(hex(frame(new Uint8Array())), '0100000000')
  assert.equal(hex(readResponse(bytes('0000000000'))), '')
})

test('a response that is cut, too long or no success is an error', () => {
  const whole = writeResponse(bytes('0102'))
  assert.equal(hex(readResponse(whole)), '0102')
  assert.throws(() => readResponse(whole.subarray(0, whole.length - 1)))
  assert.throws(() => readResponse(concat(whole, bytes('00'))))
  const refused = concat(bytes('03'), frame(new TextEncoder().encode('busy')))
  assert.throws(() => readResponse(refused), /status 3: busy/)
})

test('what declares more than its limit does not decompress', () => {
  assert.throws(() => decompress(compress(new Uint8Array(1000)), 999))
  assert.equal(decompress(compress(new Uint8Array(1000)), 1000).length, 1000)
})

test('the network is known by its protocols', () => {
  assert.equal(digestOf(['/ipfs/id/1.0.0', '/touchstone/0abcdef1/status/1']), '0abcdef1')
  assert.throws(() => digestOf(['/touchstone/0abcdef1/status/2']))
})

test('containers are laid out as the page of types says', () => {
  const status = encodeStatus('0abcdef1')
  assert.equal(status.length, 92)
  assert.deepEqual(decodeStatus(status), { digest: '0abcdef1', finalizedEpoch: 0, headSlot: 0 })
  assert.throws(() => decodeStatus(status.subarray(1)))
  assert.equal(hex(encodeRange(1, 2)), '01000000000000000200000000000000')
  assert.deepEqual(decodeBlocks(bytes('080000000a00000001020304')).map(hex), ['0102', '0304'])
  assert.deepEqual(decodeBlocks(new Uint8Array()), [])
  const block = concat(bytes('64000000'), new Uint8Array(96), bytes('0700000000000000'))
  assert.equal(slotOf(block), 7)
  assert.throws(() => slotOf(new Uint8Array(200)))
})
