/* SPDX-License-Identifier: Apache-2.0
 *
 * The C interface of the Rust library: strict Ed25519 and libp2p.
 *
 * Rules of every function:
 * - Pointers are borrowed for the call only; what comes back is copied into buffers of the caller. A pointer may be
 *   null only where its length is 0.
 * - Nothing throws or unwinds: a panic inside becomes TS_PANIC.
 * - Any function may be called from any thread; ts_last_error speaks of the calling thread alone.
 */
#ifndef TOUCHSTONE_NATIVE_H
#define TOUCHSTONE_NATIVE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Codes shared by the functions that return int32_t; values above 0 are said with each function. */
#define TS_OK 0
#define TS_INVALID_ARGUMENT (-1) /* a null pointer, a length out of range, text that is not UTF-8 */
#define TS_PANIC (-2)            /* a defect of this library; the text says where */
#define TS_STOPPED (-3)          /* the network was stopped, or ended by an error that the text tells */
#define TS_BUSY (-4)             /* a bounded queue is full: nothing was done, try later */
#define TS_TOO_LARGE (-5)        /* above the limit of the topic or protocol: nothing was sent */
#define TS_UNKNOWN (-6)          /* no such protocol or channel */
#define TS_ADDRESS_IN_USE (-7)   /* another process listens there */
#define TS_IO (-8)               /* the operating system refused; the text tells what */

/* Copies the text of the last error of this thread into `buffer`, NUL-terminated and cut to `capacity`.
 * Returns the length of the whole text without the NUL (0: no error yet). */
size_t ts_last_error(char* buffer, size_t capacity);

/* ------------------------------------------------------------------------------------------------ Ed25519 (dalek)
 * Both return 1 (valid), 0 (invalid), TS_INVALID_ARGUMENT or TS_PANIC. The checks that the chain adds to RFC 8032
 * are the caller's. */

/* Cofactorless equation; S below the group order; public key and R must not be of small order. */
int32_t ts_ed25519_verify_strict(const uint8_t public_key[32], const uint8_t signature[64], const uint8_t* message,
                                 size_t length);

/* Cofactorless equation; S below the group order; points of small order are let through. */
int32_t ts_ed25519_verify_cofactorless(const uint8_t public_key[32], const uint8_t signature[64],
                                       const uint8_t* message, size_t length);

/* ------------------------------------------------------------------------------------------------ Network (libp2p)
 *
 * One host: TCP, Noise, Yamux, Identify, Ping, Kademlia, gossipsub 1.1 and request/response on threads of its own.
 *
 * Life: ts_network_config_default, ts_network_start, ts_network_poll in a loop of (usually) one thread, ts_network_stop
 * (wakes that thread, which gets TS_STOPPED when the queue is empty), join it, ts_network_free.
 * All functions but ts_network_free may be called from any thread at any time until ts_network_free; none but
 * ts_network_start, ts_network_poll and ts_network_stop waits. What is asked of the host is done in the order of the
 * calls; failures that show later come as events.
 *
 * Text (peer ids in base58, multiaddrs, topics, protocol ids) is UTF-8, NUL-terminated where it goes in. Addresses have
 * the form /ip4/A.B.C.D/tcp/PORT or /ip6/A/tcp/PORT, with /p2p/PEER at the end where the peer is known.
 *
 * Wire. Gossip: messages without author, sequence number, signature or key; id = first 20 bytes of
 * SHA-256(0x01 || u64le(length of topic) || topic || payload decompressed) if the payload is raw snappy within
 * max_decompressed_bytes, else of SHA-256(0x00 || u64le(length of topic) || topic || payload). Request:
 * u32le(length) || payload; response: status byte || u32le(length) || payload; one stream each. */

typedef struct ts_network ts_network;

typedef struct ts_network_protocol {
    const char* id; /* begins with '/' */
    uint32_t max_request_bytes;
    uint32_t max_response_bytes;
    uint32_t timeout_ms; /* from request to response, on both sides */
} ts_network_protocol;

/* What a peer's behaviour on one topic is worth: the topic parameters of gossipsub 1.1. The penalty for delivering
 * less than the mesh does (P3) is off. */
typedef struct ts_network_topic_score {
    double weight;                 /* of all below, >= 0 */
    double time_in_mesh_weight;    /* P1, >= 0; 0: off */
    uint32_t time_in_mesh_unit_ms; /* > 0 */
    double time_in_mesh_cap;       /* in these units */
    double deliveries_weight;      /* P2, first deliveries, >= 0; 0: off */
    double deliveries_decay;       /* per decay interval, above 0 and below 1, as all decays */
    double deliveries_cap;
    double rejects_weight; /* P4, of the square of the messages that were rejected, <= 0 */
    double rejects_decay;
} ts_network_topic_score;

/* The rest of the score, and what follows from it. A weight of 0 turns its part off. */
typedef struct ts_network_score {
    double topics_cap;         /* the most that all topics together can earn; 0: no bound */
    double application_weight; /* P5, of what ts_network_set_score says, >= 0 */
    double colocation_weight;  /* P6, of the square of the peers of one address above the threshold, <= 0 */
    double colocation_threshold;
    double behaviour_weight; /* P7, of the square of broken promises and early grafts above the threshold, <= 0 */
    double behaviour_threshold;
    double behaviour_decay;
    uint32_t decay_interval_ms; /* at least 1000 */
    double decay_to_zero;       /* a count below it is forgotten */
    uint32_t retain_ms;         /* how long the score of a peer outlives its connection */
    double gossip_threshold;    /* below it a peer gets no news of messages, and none is taken from it */
    double publish_threshold;   /* below it it gets no messages of ours */
    double graylist_threshold;  /* below it it is not listened to; graylist <= publish <= gossip <= 0 */
    double graft_threshold;     /* when the median of a mesh is below it, better peers are grafted now and then; >= 0 */
} ts_network_score;

/* Everything is copied by ts_network_start. */
typedef struct ts_network_config {
    const char* const* listen_addresses; /* default: loopback, a free port */
    size_t listen_address_count;
    const char* const* external_addresses; /* told to peers beside those, for a host behind a router */
    size_t external_address_count;
    const char* const* static_peers; /* kept connected: dialed, and redialed with a growing pause */
    size_t static_peer_count;
    const ts_network_protocol* protocols;
    size_t protocol_count;
    uint8_t node_key[32];            /* Ed25519 seed of the peer id; not all zero */
    const char* agent;               /* told to peers by Identify */
    const char* protocol_version;    /* told to peers by Identify */
    const char* discovery_protocol;  /* Kademlia's id, begins with '/'; null: no discovery */
    uint32_t discovery_interval_ms;  /* between two walks */
    uint8_t allow_private_addresses; /* 1: private addresses of peers are taken even if we listen on none such */
    uint32_t threads;
    uint32_t heartbeat_ms;
    uint32_t mesh_target; /* mesh_low <= mesh_target <= mesh_high */
    uint32_t mesh_low;
    uint32_t mesh_high;
    uint32_t history_heartbeats; /* a verdict later than this many heartbeats forwards nothing */
    uint32_t duplicate_cache_ms; /* how long ids are remembered as seen */
    uint32_t max_message_bytes;  /* of a gossip payload as it travels */
    uint32_t max_decompressed_bytes;
    uint32_t max_connections;
    uint32_t max_connections_per_peer;
    uint32_t max_pending_connections; /* in each direction */
    uint32_t redial_minimum_ms;
    uint32_t redial_maximum_ms;
    uint32_t max_queued_gossip; /* beyond it the oldest goes, of droppable topics first */
    uint64_t max_queued_gossip_bytes;
    uint32_t max_queued_events;     /* beyond it news of peers is lost and no further peer is taken */
    uint32_t max_inbound_requests;  /* waiting for ts_network_send_response; what is more is refused */
    uint32_t max_outbound_requests; /* whose end was not polled yet; beyond it TS_BUSY */
    uint32_t max_streams_per_peer;  /* requests of one protocol on one connection, both directions together */
    uint32_t max_served_per_peer;   /* requests of one protocol by one peer, until the response has left; what is more
                                       gets the busy response, without an event */
    uint8_t busy_status;
    const uint8_t* busy_payload;
    size_t busy_payload_length;
    ts_network_score score;
} ts_network_config;

typedef struct ts_network_statistics {
    uint64_t peers; /* connected now */
    uint64_t queued_events;
    uint64_t dropped_gossip;      /* since start, for want of room in the queue */
    uint64_t dropped_events;      /* news of peers, likewise */
    uint64_t refused_requests;    /* of peers: above the limits, or given up before they were polled */
    uint64_t refused_connections; /* above the limits, or of banned peers */
} ts_network_statistics;

/* Fills every field with its default; node_key stays zero and must be set. The pointers point at constants. */
void ts_network_config_default(ts_network_config* config);

/* Starts a host and returns when it listens on all addresses (TS_OK; *network must be freed), or with
 * TS_INVALID_ARGUMENT (the text names the field), TS_ADDRESS_IN_USE, TS_IO. */
int32_t ts_network_start(const ts_network_config* config, ts_network** network);

/* Closes all connections, ends all threads, wakes whoever polls. Takes at most about timeout_ms. Again: nothing. */
int32_t ts_network_stop(ts_network* network, uint32_t timeout_ms);

/* Frees the handle (null: nothing), stopping first if need be. No other call may be running or follow. */
void ts_network_free(ts_network* network);

/* Takes the oldest event, waiting up to timeout_ms for one. Returns its length, copied to `buffer`; if that is above
 * `capacity`, nothing was copied and the event stays for a call with a larger buffer; 0: no event; or TS_STOPPED. */
int64_t ts_network_poll(ts_network* network, uint8_t* buffer, size_t capacity, uint32_t timeout_ms);

/* Text results: copied NUL-terminated and cut to `capacity`; return the length of the whole text, or a code below 0. */
int64_t ts_network_local_peer_id(const ts_network* network, char* buffer, size_t capacity);
/* The addresses with real ports and the peer id, one per line. */
int64_t ts_network_listen_addresses(const ts_network* network, char* buffer, size_t capacity);
/* The peer id that a host with this key will have. */
int64_t ts_network_peer_id_of_key(const uint8_t node_key[32], char* buffer, size_t capacity);

/* Connected peers, or a code below 0. */
int64_t ts_network_peer_count(const ts_network* network);
int32_t ts_network_get_statistics(const ts_network* network, ts_network_statistics* statistics);

/* Lists, in the fields of the events below. Return the length of the whole list, copied if it is at most `capacity`
 * (else nothing is), or a code below 0. What they tell is at most about a second old. */
/* The connected peers: u32 count, then for each: text peer, text address of the other end, u8 outbound, text agent
 * (empty until it is known; at most 256 bytes), u64 round trip of the last ping in microseconds (0: none yet), f64
 * score in gossip. */
int64_t ts_network_peers(const ts_network* network, uint8_t* buffer, size_t capacity);
/* What was carried since the start, for each topic that was subscribed to or published on (at most 1024), and for each
 * registered protocol: u32 count, then for each: u8 kind (TS_TRAFFIC_...), text name, u64 messages in, u64 bytes in,
 * u64 messages out, u64 bytes out, u32 peers subscribed, u32 peers in the mesh. Of gossip, payloads as they travel are
 * counted, copies that came again included, and what went out once for each peer to which it went. */
#define TS_TRAFFIC_TOPIC 0
#define TS_TRAFFIC_PROTOCOL 1
int64_t ts_network_traffic(const ts_network* network, uint8_t* buffer, size_t capacity);

/* Importance of a topic: whose messages go first when the caller polls too slowly. */
#define TS_DROPPABLE 0
#define TS_IMPORTANT 1
/* score: null for one by which only rejects count: -10 for the square of their number. */
int32_t ts_network_subscribe(ts_network* network, const char* topic, uint8_t importance,
                             const ts_network_topic_score* score);
int32_t ts_network_unsubscribe(ts_network* network, const char* topic);

/* Publishes a payload (raw snappy, by the rules of the chain) to the peers of a topic, subscribed to or not.
 * The host itself gets no event of it. out_message_id: null or 20 bytes. Failures later come as
 * TS_EVENT_PUBLISH_FAILED. */
int32_t ts_network_publish(ts_network* network, const char* topic, const uint8_t* payload, size_t length,
                           uint8_t* out_message_id);

/* The id of a message, without a network. */
int32_t ts_network_message_id(const char* topic, const uint8_t* payload, size_t length, uint32_t max_decompressed_bytes,
                              uint8_t out_message_id[20]);

/* The verdict on a TS_EVENT_GOSSIP, once for each: nothing is forwarded before it. Of the verdicts only TS_REJECT costs
 * the source (and whoever else sent the message) score. By the default parameters it gets no news of messages after
 * one, no messages of ours after two, and is not listened to after three, until the count (halved about every three
 * minutes) has sunk. */
#define TS_ACCEPT 0
#define TS_REJECT 1
#define TS_IGNORE 2
int32_t ts_network_report(ts_network* network, const uint8_t message_id[20], const char* source, uint8_t verdict);

/* Sends a request to a connected peer. Returns its id (above 0), for which exactly one TS_EVENT_RESPONSE or
 * TS_EVENT_REQUEST_FAILED will come unless the network stops; or a code below 0. */
int64_t ts_network_send_request(ts_network* network, const char* peer, const char* protocol, const uint8_t* payload,
                                size_t length);

/* Answers a TS_EVENT_REQUEST. TS_UNKNOWN: nobody waits on this channel any more (answered, timed out, disconnected). */
int32_t ts_network_send_response(ts_network* network, uint64_t channel, uint8_t status, const uint8_t* payload,
                                 size_t length);

/* Ends a TS_EVENT_REQUEST without a response: the stream is closed, the connection and its other streams stay.
 * TS_UNKNOWN as above. */
int32_t ts_network_reset_request(ts_network* network, uint64_t channel);

/* Keeps a peer connected from now on, like the static peers. */
int32_t ts_network_add_peer(ts_network* network, const char* address);
/* Dials an address once. The outcome is TS_EVENT_PEER_CONNECTED or TS_EVENT_DIAL_FAILED; nothing at all if there is a
 * connection, or a dial, to this peer already. */
int32_t ts_network_dial(ts_network* network, const char* address);
/* Asks the connected peers for others now; what they know comes as TS_EVENT_PEER_DISCOVERED, of one peer at most every
 * 10 seconds. Without discovery, or while such a walk is under way, nothing. No peer is ever dialed by the host's own
 * decision. */
int32_t ts_network_discover(ts_network* network);
/* The application's part of a peer's score (P5), until it disconnects; a NaN is TS_INVALID_ARGUMENT. */
int32_t ts_network_set_score(ts_network* network, const char* peer, double score);
/* Closes the connections to a peer; a static one is dialed again. */
int32_t ts_network_disconnect(ts_network* network, const char* peer);
/* Disconnects a peer, forgets it as a static one, and takes no connection of it until it is unbanned. */
int32_t ts_network_ban(ts_network* network, const char* peer);
int32_t ts_network_unban(ts_network* network, const char* peer);

/* Events. One byte of kind, then the fields. u8, u32, u64: little-endian. id: 20 bytes. bytes and text: u32 length and
 * that many bytes. texts: u32 count and that many text.
 *
 * Kept: everything but gossip and news. News (marked *) may be lost when the queue is full, and is counted. */
#define TS_EVENT_GOSSIP 1             /* id message, text source, text topic, bytes payload (still compressed) */
#define TS_EVENT_REQUEST 2            /* u64 channel, text peer, text protocol, bytes payload */
#define TS_EVENT_RESPONSE 3           /* u64 request, text peer, u8 status, bytes payload */
#define TS_EVENT_REQUEST_FAILED 4     /* u64 request, text peer, u8 reason, text explanation */
#define TS_EVENT_RESPONSE_FAILED 5    /* u64 channel, text peer, u8 reason, text explanation */
#define TS_EVENT_REQUEST_VIOLATION 6  /* * text peer, text protocol, u32 declared length, above the limit */
#define TS_EVENT_PEER_CONNECTED 7     /* text peer, text address, u8 outbound (1: we dialed) */
#define TS_EVENT_PEER_DISCONNECTED 8  /* text peer; its last connection is gone */
#define TS_EVENT_PEER_IDENTIFIED 9    /* * text peer, text agent, text version, texts addresses, texts protocols */
#define TS_EVENT_PEER_SUBSCRIBED 10   /* * text peer, text topic */
#define TS_EVENT_PEER_UNSUBSCRIBED 11 /* * text peer, text topic */
#define TS_EVENT_PUBLISH_FAILED 12    /* * id message, text topic, u8 publish reason, text explanation */
#define TS_EVENT_DIAL_FAILED 13       /* * text peer, text address, u8 again, text explanation */
#define TS_EVENT_PEER_DISCOVERED 14   /* * text peer, texts addresses */
/* Of 9 and 14: at most 16 addresses, only such as may be dialed: global ones, and private and loopback ones if we
 * listen on such. Of 13: the peer is empty if the address names none; again: 1 for a static peer, which will be dialed
 * again. */

/* Reasons of TS_EVENT_REQUEST_FAILED and TS_EVENT_RESPONSE_FAILED. */
#define TS_FAILURE_NOT_CONNECTED 1
#define TS_FAILURE_TIMEOUT 2
#define TS_FAILURE_CONNECTION_CLOSED 3
#define TS_FAILURE_UNSUPPORTED_PROTOCOL 4
#define TS_FAILURE_REFUSED 5   /* the peer closed the stream without a whole response */
#define TS_FAILURE_TOO_LARGE 6 /* the peer declared a response above the limit */
#define TS_FAILURE_IO 7

/* Reasons of TS_EVENT_PUBLISH_FAILED. */
#define TS_PUBLISH_DUPLICATE 1 /* this message was published or seen before */
#define TS_PUBLISH_NO_PEERS 2  /* no connected peer is known to be subscribed */
#define TS_PUBLISH_TOO_LARGE 3
#define TS_PUBLISH_QUEUES_FULL 4 /* no peer takes messages as fast as they come */
#define TS_PUBLISH_OTHER 5

#ifdef __cplusplus
}
#endif

#endif
