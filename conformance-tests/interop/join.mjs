// Joins a running network of Touchstone with js-libp2p as it comes, over one address, and does what any peer does: is
// identified, pings, asks for the status and for blocks, finds the other nodes, receives blocks by gossip.
//
//     node join.mjs --address MULTIADDR [--nodes N] [--blocks N] [--seconds N]
//
// What is not js-libp2p's default is in `host`: gossip without signatures, ids by content, and Kademlia's own protocol id,
// as spec/prose/13-network.md says under "Interoperability". Ends with 0 and a line of JSON when all of it was seen.

import { noise } from '@chainsafe/libp2p-noise'
import { yamux } from '@chainsafe/libp2p-yamux'
import { gossipsub } from '@libp2p/gossipsub'
import { identify } from '@libp2p/identify'
import { kadDHT, passthroughMapper } from '@libp2p/kad-dht'
import { ping } from '@libp2p/ping'
import { tcp } from '@libp2p/tcp'
import { multiaddr } from '@multiformats/multiaddr'
import { createLibp2p } from 'libp2p'
import { parseArgs } from 'node:util'
import {
  concat, decodeBlocks, decodeStatus, decompress, digestOf, encodeRange, encodeStatus, frame, messageId, readRequest,
  readResponse, slotOf, writeResponse
} from './wire.mjs'

const { values: options } = parseArgs({
  options: {
    address: { type: 'string' },
    nodes: { type: 'string', default: '4' },
    blocks: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '120' }
  }
})
const first = multiaddr(options.address)
const wantedNodes = Number(options.nodes)
const wantedBlocks = Number(options.blocks)

/** The two settings that gossip needs, beside any others. [NET-05] [NET-06] */
function gossipOptions (more) {
  return {
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: message => messageId(message.topic, message.data),
    fallbackToFloodsub: false,
    ...more
  }
}

function host (services) {
  return createLibp2p({
    transports: [tcp()],
    connectionEncrypters: [noise()],
    streamMuxers: [yamux()],
    services: { identify: identify(), ping: ping(), ...services }
  })
}

/** Counters of js-libp2p by name, all labels together. */
function counters () {
  const counts = new Map()
  const register = config => {
    const add = (labels, value) => {
      const amount = typeof labels === 'number' ? labels : value ?? 1
      counts.set(config.name, (counts.get(config.name) ?? 0) + amount)
    }
    return { inc: add, set () {}, addCollect () {}, observe () {}, reset () {}, startTimer: () => () => {} }
  }
  return { get: name => counts.get(name) ?? 0, register: { gauge: register, histogram: register, avgMinMax: register } }
}

async function eventually (what, look) {
  for (;;) {
    const found = await look()
    if (found) {
      return found
    }
    await new Promise(resolve => setTimeout(resolve, 50))
    if (Date.now() > deadline) {
      throw new Error(`not seen in ${options.seconds} seconds: ${what}`)
    }
  }
}

async function everything (stream) {
  const parts = []
  for await (const part of stream) {
    parts.push(part.subarray())
  }
  return concat(...parts)
}

async function request (node, peer, protocol, content) {
  const stream = await node.dialProtocol(peer, protocol)
  const answer = everything(stream)
  stream.send(frame(content))
  await stream.close()
  return readResponse(await answer)
}

/** Connects and waits until both sides have said who they are. */
async function connect (node) {
  const connection = await node.dial(first)
  const identified = await eventually('identify', async () => {
    const known = await node.peerStore.get(connection.remotePeer)
    return known.protocols.length > 0 && known.metadata.has('AgentVersion') ? known : undefined
  })
  return {
    peer: connection.remotePeer,
    agent: new TextDecoder().decode(identified.metadata.get('AgentVersion')),
    digest: digestOf(identified.protocols),
    protocols: identified.protocols
  }
}

/** Blocks as they come, each checked: it decompresses, and comes once under its id. */
function receiveBlocks (pubsub, topic) {
  const slots = []
  const ids = new Set()
  const faults = []
  pubsub.addEventListener('gossipsub:message', ({ detail: { msg } }) => {
    if (msg.topic !== topic) {
      return
    }
    try {
      const id = Buffer.from(messageId(msg.topic, msg.data)).toString('hex')
      if (ids.has(id)) {
        throw new Error(`message ${id} came twice`)
      }
      ids.add(id)
      slots.push(slotOf(decompress(msg.data)))
    } catch (fault) {
      faults.push(String(fault))
    }
  })
  pubsub.subscribe(topic)
  return { slots, faults }
}

/** A program that takes part: requests in both directions, discovery, the mesh of the topic of blocks. */
async function takePart (digest) {
  const prefix = `/touchstone/${digest}`
  const node = await host({
    pubsub: gossipsub(gossipOptions()),
    discovery: kadDHT({
      protocol: `${prefix}/kad/1.0.0`,
      clientMode: true,
      // The nodes of this test are on loopback, which the default leaves out.
      peerInfoMapper: passthroughMapper
    })
  })
  const asked = []
  await node.handle(`${prefix}/status/1`, async stream => {
    asked.push(decodeStatus(readRequest(await everything(stream))))
    stream.send(writeResponse(encodeStatus(digest)))
    await stream.close()
  })
  const { peer, agent, protocols } = await connect(node)
  const blocks = receiveBlocks(node.services.pubsub, `${prefix}/block/ssz_snappy`)
  const roundTrip = await node.services.ping.ping(peer)

  const status = decodeStatus(await request(node, peer, `${prefix}/status/1`, encodeStatus(digest)))
  if (status.digest !== digest) {
    throw new Error(`the status is of the network ${status.digest}, the protocols of ${digest}`)
  }
  await request(node, peer, `${prefix}/metadata/1`)
  await request(node, peer, `${prefix}/ping/1`, new Uint8Array(8))
  // By gossip: who asks for the status again and again is above its quota (NET-110).
  await eventually('two blocks by gossip', () => blocks.slots.length >= 2)
  const { headSlot: head } = decodeStatus(await request(node, peer, `${prefix}/status/1`, encodeStatus(digest)))
  const range = decodeBlocks(await request(node, peer, `${prefix}/blocks_by_range/1`, encodeRange(0, head + 1)))
  const slots = range.map(slotOf)
  if (slots.length === 0 || slots.some((slot, index) => slot <= (slots[index - 1] ?? 0))) {
    throw new Error(`blocks by range are of the slots ${slots}`)
  }

  const found = await eventually(`${wantedNodes - 1} nodes found by discovery`, async () => {
    const others = new Set()
    for await (const { id, multiaddrs } of node.peerRouting.getClosestPeers(node.peerId.toMultihash().bytes)) {
      if (!id.equals(peer) && !id.equals(node.peerId) && multiaddrs.length > 0) {
        others.add(id.toString())
      }
    }
    return others.size >= wantedNodes - 1 ? others.size : undefined
  })
  await eventually(`${wantedBlocks} blocks by gossip`, () => blocks.slots.length >= wantedBlocks)
  await node.stop()
  return { agent, protocols, roundTrip, headSlot: head, rangeBlocks: range.length, found, gossip: blocks, asked: asked.length }
}

/**
 * A program outside of every mesh: it hears of messages by their ids alone (IHAVE) and asks for them. An id that is told
 * again is known by then if, and only if, both sides make the same id of a message.
 */
async function listenOutside (digest) {
  const { get, register } = counters()
  const topic = `/touchstone/${digest}/block/ssz_snappy`
  const metrics = { metricsRegister: register, metricsTopicStrToLabel: new Map([[topic, 'block']]) }
  const outside = { D: 0, Dlo: 0, Dhi: 0, Dscore: 0, Dout: 0, ...metrics }
  const node = await host({ pubsub: gossipsub(gossipOptions(outside)) })
  const { peer } = await connect(node)
  await request(node, peer, `/touchstone/${digest}/status/1`, encodeStatus(digest))
  const blocks = receiveBlocks(node.services.pubsub, topic)
  const told = () => get('gossipsub_ihave_rcv_msgids_total')
  const unknown = () => get('gossipsub_ihave_rcv_not_seen_msgids_total')
  await eventually('ids of known messages', () => unknown() >= 2 && told() - unknown() >= 2 && blocks.slots.length >= 2)
  await node.stop()
  return { told: told(), unknown: unknown(), gossip: blocks }
}

const deadline = Date.now() + 1000 * Number(options.seconds)
const probe = await host({})
const { digest } = await connect(probe)
await probe.stop()
const [taken, outside] = await Promise.all([takePart(digest), listenOutside(digest)])
for (const { faults } of [taken.gossip, outside.gossip]) {
  if (faults.length > 0) {
    throw new Error(faults.join('; '))
  }
}
console.log(JSON.stringify({ digest, ...taken, outside }))
process.exit(0)
