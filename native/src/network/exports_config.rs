//! `ts_network_config` and what belongs to it, as C lays it out, and as the host takes it.

use super::config::{parse_address, Config, Protocol};
use super::exports::{slice, text, Outcome};
use super::score::{Score, TopicScore};
use crate::error::guard;
use std::ffi::{c_char, CStr};
use std::time::Duration;

#[repr(C)]
pub struct CProtocol {
    id: *const c_char,
    max_request_bytes: u32,
    max_response_bytes: u32,
    timeout_ms: u32,
}

/// `ts_network_topic_score` of the header, field by field.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CTopicScore {
    weight: f64,
    time_in_mesh_weight: f64,
    time_in_mesh_unit_ms: u32,
    time_in_mesh_cap: f64,
    deliveries_weight: f64,
    deliveries_decay: f64,
    deliveries_cap: f64,
    rejects_weight: f64,
    rejects_decay: f64,
}

impl From<CTopicScore> for TopicScore {
    fn from(c: CTopicScore) -> Self {
        Self {
            weight: c.weight,
            time_in_mesh_weight: c.time_in_mesh_weight,
            time_in_mesh_unit: milliseconds(c.time_in_mesh_unit_ms),
            time_in_mesh_cap: c.time_in_mesh_cap,
            deliveries_weight: c.deliveries_weight,
            deliveries_decay: c.deliveries_decay,
            deliveries_cap: c.deliveries_cap,
            rejects_weight: c.rejects_weight,
            rejects_decay: c.rejects_decay,
        }
    }
}

/// `ts_network_score` of the header, field by field.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CScore {
    topics_cap: f64,
    application_weight: f64,
    colocation_weight: f64,
    colocation_threshold: f64,
    behaviour_weight: f64,
    behaviour_threshold: f64,
    behaviour_decay: f64,
    decay_interval_ms: u32,
    decay_to_zero: f64,
    retain_ms: u32,
    gossip_threshold: f64,
    publish_threshold: f64,
    graylist_threshold: f64,
    graft_threshold: f64,
}

impl From<CScore> for Score {
    fn from(c: CScore) -> Self {
        Self {
            topics_cap: c.topics_cap,
            application_weight: c.application_weight,
            colocation_weight: c.colocation_weight,
            colocation_threshold: c.colocation_threshold,
            behaviour_weight: c.behaviour_weight,
            behaviour_threshold: c.behaviour_threshold,
            behaviour_decay: c.behaviour_decay,
            decay_interval: milliseconds(c.decay_interval_ms),
            decay_to_zero: c.decay_to_zero,
            retain: milliseconds(c.retain_ms),
            gossip_threshold: c.gossip_threshold,
            publish_threshold: c.publish_threshold,
            graylist_threshold: c.graylist_threshold,
            graft_threshold: c.graft_threshold,
        }
    }
}

impl From<Score> for CScore {
    fn from(score: Score) -> Self {
        Self {
            topics_cap: score.topics_cap,
            application_weight: score.application_weight,
            colocation_weight: score.colocation_weight,
            colocation_threshold: score.colocation_threshold,
            behaviour_weight: score.behaviour_weight,
            behaviour_threshold: score.behaviour_threshold,
            behaviour_decay: score.behaviour_decay,
            decay_interval_ms: in_milliseconds(score.decay_interval),
            decay_to_zero: score.decay_to_zero,
            retain_ms: in_milliseconds(score.retain),
            gossip_threshold: score.gossip_threshold,
            publish_threshold: score.publish_threshold,
            graylist_threshold: score.graylist_threshold,
            graft_threshold: score.graft_threshold,
        }
    }
}

/// `ts_network_config` of the header, field by field.
#[repr(C)]
pub struct CConfig {
    listen_addresses: *const *const c_char,
    listen_address_count: usize,
    external_addresses: *const *const c_char,
    external_address_count: usize,
    static_peers: *const *const c_char,
    static_peer_count: usize,
    protocols: *const CProtocol,
    protocol_count: usize,
    node_key: [u8; 32],
    agent: *const c_char,
    protocol_version: *const c_char,
    discovery_protocol: *const c_char,
    discovery_interval_ms: u32,
    allow_private_addresses: u8,
    threads: u32,
    heartbeat_ms: u32,
    mesh_target: u32,
    mesh_low: u32,
    mesh_high: u32,
    history_heartbeats: u32,
    duplicate_cache_ms: u32,
    max_message_bytes: u32,
    max_decompressed_bytes: u32,
    max_connections: u32,
    max_connections_per_peer: u32,
    max_pending_connections: u32,
    redial_minimum_ms: u32,
    redial_maximum_ms: u32,
    max_queued_gossip: u32,
    max_queued_gossip_bytes: u64,
    max_queued_events: u32,
    max_inbound_requests: u32,
    max_outbound_requests: u32,
    max_streams_per_peer: u32,
    max_served_per_peer: u32,
    busy_status: u8,
    busy_payload: *const u8,
    busy_payload_length: usize,
    score: CScore,
}

/// # Safety
/// Null, or `count` readable pointers to NUL-terminated strings.
unsafe fn addresses(pointer: *const *const c_char, count: usize, name: &str) -> Outcome<Vec<libp2p::Multiaddr>> {
    // SAFETY: the caller's promise is passed on.
    let pointers = unsafe { slice(pointer, count, name) }?;
    // SAFETY: as above, for each of them.
    pointers.iter().map(|&pointer| parse_address(unsafe { text(pointer, name) }?)).collect()
}

pub fn milliseconds(value: u32) -> Duration {
    Duration::from_millis(u64::from(value))
}

/// Of a default, all of which are far below the limits of the C types.
fn in_milliseconds(value: Duration) -> u32 {
    value.as_millis() as u32
}

/// # Safety
/// As the header says of `ts_network_config`.
pub unsafe fn config(c: &CConfig) -> Outcome<Config> {
    let protocol = |p: &CProtocol| -> Outcome<Protocol> {
        Ok(Protocol {
            // SAFETY: the caller's promise is passed on.
            id: unsafe { text(p.id, "a protocol's id") }?.to_owned(),
            max_request_bytes: p.max_request_bytes as usize,
            max_response_bytes: p.max_response_bytes as usize,
            timeout: milliseconds(p.timeout_ms),
        })
    };
    // SAFETY: the caller's promise is passed on.
    let (listen_addresses, external_addresses, static_peers) = unsafe {
        (
            addresses(c.listen_addresses, c.listen_address_count, "listen_addresses")?,
            addresses(c.external_addresses, c.external_address_count, "external_addresses")?,
            addresses(c.static_peers, c.static_peer_count, "static_peers")?,
        )
    };
    // SAFETY: as above.
    let (protocols, agent, protocol_version, busy_payload) = unsafe {
        (
            slice(c.protocols, c.protocol_count, "protocols")?,
            text(c.agent, "agent")?.to_owned(),
            text(c.protocol_version, "protocol_version")?.to_owned(),
            slice(c.busy_payload, c.busy_payload_length, "busy_payload")?.to_vec(),
        )
    };
    let discovery_protocol = if c.discovery_protocol.is_null() {
        None
    } else {
        // SAFETY: as above.
        Some(unsafe { text(c.discovery_protocol, "discovery_protocol") }?.to_owned())
    };
    Ok(Config {
        listen_addresses,
        external_addresses,
        static_peers,
        protocols: protocols.iter().map(protocol).collect::<Outcome<_>>()?,
        node_key: c.node_key,
        agent,
        protocol_version,
        discovery_protocol,
        discovery_interval: milliseconds(c.discovery_interval_ms),
        allow_private_addresses: c.allow_private_addresses != 0,
        threads: c.threads as usize,
        heartbeat: milliseconds(c.heartbeat_ms),
        mesh_target: c.mesh_target as usize,
        mesh_low: c.mesh_low as usize,
        mesh_high: c.mesh_high as usize,
        history_heartbeats: c.history_heartbeats as usize,
        duplicate_cache: milliseconds(c.duplicate_cache_ms),
        max_message_bytes: c.max_message_bytes as usize,
        max_decompressed_bytes: c.max_decompressed_bytes as usize,
        max_connections: c.max_connections,
        max_connections_per_peer: c.max_connections_per_peer,
        max_pending_connections: c.max_pending_connections,
        redial_minimum: milliseconds(c.redial_minimum_ms),
        redial_maximum: milliseconds(c.redial_maximum_ms),
        max_queued_gossip: c.max_queued_gossip as usize,
        max_queued_gossip_bytes: usize::try_from(c.max_queued_gossip_bytes).unwrap_or(usize::MAX),
        max_queued_events: c.max_queued_events as usize,
        max_inbound_requests: c.max_inbound_requests as usize,
        max_outbound_requests: c.max_outbound_requests as usize,
        max_streams_per_peer: c.max_streams_per_peer as usize,
        max_served_per_peer: c.max_served_per_peer as usize,
        busy_status: c.busy_status,
        busy_payload,
        score: c.score.into(),
    })
}

/// # Safety
/// `out` must be null or writable.
#[no_mangle]
pub unsafe extern "C" fn ts_network_config_default(out: *mut CConfig) {
    const DEFAULT_LISTEN: &CStr = c"/ip4/127.0.0.1/tcp/0";
    struct SyncPointers([*const c_char; 1]);
    // SAFETY: it points at a constant string, never written.
    unsafe impl Sync for SyncPointers {}
    static LISTEN: SyncPointers = SyncPointers([DEFAULT_LISTEN.as_ptr()]);
    guard((), || {
        if out.is_null() {
            return;
        }
        let d = Config::default();
        // The defaults are far below the limits of the C types.
        let number = |value: usize| value as u32;
        let ms = in_milliseconds;
        let value = CConfig {
            listen_addresses: LISTEN.0.as_ptr(),
            listen_address_count: LISTEN.0.len(),
            external_addresses: std::ptr::null(),
            external_address_count: 0,
            static_peers: std::ptr::null(),
            static_peer_count: 0,
            protocols: std::ptr::null(),
            protocol_count: 0,
            node_key: d.node_key,
            agent: c"touchstone".as_ptr(),
            protocol_version: c"/touchstone/1".as_ptr(),
            discovery_protocol: std::ptr::null(),
            discovery_interval_ms: ms(d.discovery_interval),
            allow_private_addresses: u8::from(d.allow_private_addresses),
            threads: number(d.threads),
            heartbeat_ms: ms(d.heartbeat),
            mesh_target: number(d.mesh_target),
            mesh_low: number(d.mesh_low),
            mesh_high: number(d.mesh_high),
            history_heartbeats: number(d.history_heartbeats),
            duplicate_cache_ms: ms(d.duplicate_cache),
            max_message_bytes: number(d.max_message_bytes),
            max_decompressed_bytes: number(d.max_decompressed_bytes),
            max_connections: d.max_connections,
            max_connections_per_peer: d.max_connections_per_peer,
            max_pending_connections: d.max_pending_connections,
            redial_minimum_ms: ms(d.redial_minimum),
            redial_maximum_ms: ms(d.redial_maximum),
            max_queued_gossip: number(d.max_queued_gossip),
            max_queued_gossip_bytes: d.max_queued_gossip_bytes as u64,
            max_queued_events: number(d.max_queued_events),
            max_inbound_requests: number(d.max_inbound_requests),
            max_outbound_requests: number(d.max_outbound_requests),
            max_streams_per_peer: number(d.max_streams_per_peer),
            max_served_per_peer: number(d.max_served_per_peer),
            busy_status: d.busy_status,
            busy_payload: std::ptr::null(),
            busy_payload_length: 0,
            score: d.score.into(),
        };
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { out.write(value) };
    });
}
