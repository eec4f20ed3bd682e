//! The C exports of the network; `include/touchstone_native.h` documents each. They convert arguments, call `Network`
//! and keep panics and errors on this side.

use super::config::{parse_address, Config, Protocol};
use super::host::{Importance, Network};
use super::message_id::{message_id, MessageId, MESSAGE_ID_BYTES};
use super::queue::Polled;
use super::Acceptance;
use crate::error::{guard, set_last_error, Error, INVALID_ARGUMENT, OK, PANIC, STOPPED};
use libp2p::identity::Keypair;
use libp2p::PeerId;
use std::ffi::{c_char, CStr};
use std::time::Duration;

#[repr(C)]
pub struct CProtocol {
    id: *const c_char,
    max_request_bytes: u32,
    max_response_bytes: u32,
    timeout_ms: u32,
}

/// `ts_network_config` of the header, field by field.
#[repr(C)]
pub struct CConfig {
    listen_addresses: *const *const c_char,
    listen_address_count: usize,
    static_peers: *const *const c_char,
    static_peer_count: usize,
    protocols: *const CProtocol,
    protocol_count: usize,
    node_key: [u8; 32],
    agent: *const c_char,
    protocol_version: *const c_char,
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
}

#[repr(C)]
pub struct CStatistics {
    peers: u64,
    queued_events: u64,
    dropped_gossip: u64,
    dropped_events: u64,
    refused_requests: u64,
    refused_connections: u64,
}

type Outcome<T> = Result<T, Error>;

fn invalid(text: impl Into<String>) -> Error {
    Error::new(INVALID_ARGUMENT, text)
}

/// Runs the body of an export that answers with a code or a count.
fn export(body: impl FnOnce() -> Outcome<i64>) -> i64 {
    guard(i64::from(PANIC), || {
        body().unwrap_or_else(|error| {
            let code = i64::from(error.code);
            set_last_error(error.text);
            code
        })
    })
}

fn export_code(body: impl FnOnce() -> Outcome<()>) -> i32 {
    // The codes come from i32 constants.
    export(|| body().map(|()| i64::from(OK))) as i32
}

/// # Safety
/// Null, or a NUL-terminated string that outlives the result.
unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Outcome<&'a str> {
    if pointer.is_null() {
        return Err(invalid(format!("{name} is null")));
    }
    // SAFETY: not null, and terminated by the caller's promise.
    unsafe { CStr::from_ptr(pointer) }.to_str().map_err(|_| invalid(format!("{name} is not UTF-8")))
}

/// # Safety
/// Null, or a NUL-terminated string.
unsafe fn peer(pointer: *const c_char) -> Outcome<PeerId> {
    // SAFETY: the caller's promise is passed on.
    let text = unsafe { text(pointer, "peer") }?;
    text.parse().map_err(|error| invalid(format!("peer id '{text}': {error}")))
}

/// # Safety
/// Null, or `count` readable elements that outlive the result.
unsafe fn slice<'a, T>(pointer: *const T, count: usize, name: &str) -> Outcome<&'a [T]> {
    match (pointer.is_null(), count) {
        (_, 0) => Ok(&[]),
        (true, _) => Err(invalid(format!("{name} is null"))),
        // SAFETY: not null, and readable by the caller's promise.
        (false, _) => Ok(unsafe { std::slice::from_raw_parts(pointer, count) }),
    }
}

/// # Safety
/// Null, or a handle of `ts_network_start` that is not freed.
unsafe fn network<'a>(handle: *const Network) -> Outcome<&'a Network> {
    // SAFETY: a live handle by the caller's promise.
    unsafe { handle.as_ref() }.ok_or_else(|| invalid("the network handle is null"))
}

/// Copies text NUL-terminated and cut to the capacity; returns its whole length.
///
/// # Safety
/// `buffer` must be writable for `capacity` bytes, or null with capacity 0.
unsafe fn copy_text(text: &str, buffer: *mut c_char, capacity: usize) -> Outcome<i64> {
    if buffer.is_null() && capacity != 0 {
        return Err(invalid("buffer is null"));
    }
    if capacity != 0 {
        let copied = text.len().min(capacity - 1);
        // SAFETY: `copied` is below the capacity that the caller promises.
        unsafe {
            std::ptr::copy_nonoverlapping(text.as_ptr(), buffer.cast(), copied);
            *buffer.add(copied) = 0;
        }
    }
    Ok(text.len() as i64)
}

/// # Safety
/// Null, or readable for 20 bytes.
unsafe fn id(pointer: *const u8) -> Outcome<MessageId> {
    // SAFETY: the caller's promise is passed on.
    let bytes = unsafe { slice(pointer, MESSAGE_ID_BYTES, "message_id") }?;
    bytes.try_into().map_err(|_| invalid("message_id"))
}

/// # Safety
/// Null, or writable for 20 bytes.
unsafe fn copy_id(id: &MessageId, out: *mut u8) {
    if !out.is_null() {
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { std::ptr::copy_nonoverlapping(id.as_ptr(), out, MESSAGE_ID_BYTES) };
    }
}

/// # Safety
/// Null, or `count` readable pointers to NUL-terminated strings.
unsafe fn addresses(pointer: *const *const c_char, count: usize, name: &str) -> Outcome<Vec<libp2p::Multiaddr>> {
    // SAFETY: the caller's promise is passed on.
    let pointers = unsafe { slice(pointer, count, name) }?;
    // SAFETY: as above, for each of them.
    pointers.iter().map(|&pointer| parse_address(unsafe { text(pointer, name) }?)).collect()
}

fn milliseconds(value: u32) -> Duration {
    Duration::from_millis(u64::from(value))
}

/// # Safety
/// As the header says of `ts_network_config`.
unsafe fn config(c: &CConfig) -> Outcome<Config> {
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
    let (listen_addresses, static_peers, protocols, agent, protocol_version, busy_payload) = unsafe {
        (
            addresses(c.listen_addresses, c.listen_address_count, "listen_addresses")?,
            addresses(c.static_peers, c.static_peer_count, "static_peers")?,
            slice(c.protocols, c.protocol_count, "protocols")?,
            text(c.agent, "agent")?.to_owned(),
            text(c.protocol_version, "protocol_version")?.to_owned(),
            slice(c.busy_payload, c.busy_payload_length, "busy_payload")?.to_vec(),
        )
    };
    Ok(Config {
        listen_addresses,
        static_peers,
        protocols: protocols.iter().map(protocol).collect::<Outcome<_>>()?,
        node_key: c.node_key,
        agent,
        protocol_version,
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
        let ms = |value: Duration| value.as_millis() as u32;
        let value = CConfig {
            listen_addresses: LISTEN.0.as_ptr(),
            listen_address_count: LISTEN.0.len(),
            static_peers: std::ptr::null(),
            static_peer_count: 0,
            protocols: std::ptr::null(),
            protocol_count: 0,
            node_key: d.node_key,
            agent: c"touchstone".as_ptr(),
            protocol_version: c"/touchstone/1".as_ptr(),
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
        };
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { out.write(value) };
    });
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_start(c: *const CConfig, out: *mut *mut Network) -> i32 {
    export_code(|| {
        // SAFETY: null or valid by the caller's promise.
        let c = unsafe { c.as_ref() }.ok_or_else(|| invalid("config is null"))?;
        if out.is_null() {
            return Err(invalid("out is null"));
        }
        // SAFETY: the caller's promise is passed on.
        let network = Network::start(unsafe { config(c) }?)?;
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { out.write(Box::into_raw(Box::new(network))) };
        Ok(())
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_stop(handle: *const Network, timeout_ms: u32) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| {
        unsafe { network(handle) }?.stop(milliseconds(timeout_ms));
        Ok(())
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_free(handle: *mut Network) {
    guard((), || {
        if !handle.is_null() {
            // SAFETY: it came from Box::into_raw, and the caller uses it no more.
            drop(unsafe { Box::from_raw(handle) });
        }
    });
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_poll(
    handle: *const Network,
    buffer: *mut u8,
    capacity: usize,
    timeout_ms: u32,
) -> i64 {
    export(|| {
        // SAFETY: the caller's promise is passed on.
        let network = unsafe { network(handle) }?;
        if buffer.is_null() && capacity != 0 {
            return Err(invalid("buffer is null"));
        }
        match network.poll(capacity, milliseconds(timeout_ms)) {
            Polled::Event(bytes) => {
                // SAFETY: `poll` takes only what fits into the capacity that the caller promises.
                unsafe { std::ptr::copy_nonoverlapping(bytes.as_ptr(), buffer, bytes.len()) };
                Ok(bytes.len() as i64)
            }
            Polled::Needs(length) => Ok(length as i64),
            Polled::Nothing => Ok(0),
            Polled::Stopped(reason) => Err(Error::new(STOPPED, reason)),
        }
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_local_peer_id(handle: *const Network, buffer: *mut c_char, capacity: usize) -> i64 {
    // SAFETY: the caller's promise is passed on.
    export(|| unsafe { copy_text(&network(handle)?.local_peer_id().to_string(), buffer, capacity) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_peer_id_of_key(node_key: *const u8, buffer: *mut c_char, capacity: usize) -> i64 {
    export(|| {
        // SAFETY: the caller's promise is passed on.
        let mut key: [u8; 32] =
            unsafe { slice(node_key, 32, "node_key") }?.try_into().map_err(|_| invalid("node_key"))?;
        let keypair = Keypair::ed25519_from_bytes(&mut key).map_err(|error| invalid(error.to_string()))?;
        // SAFETY: the caller's promise is passed on.
        unsafe { copy_text(&keypair.public().to_peer_id().to_string(), buffer, capacity) }
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_listen_addresses(
    handle: *const Network,
    buffer: *mut c_char,
    capacity: usize,
) -> i64 {
    export(|| {
        // SAFETY: the caller's promise is passed on.
        let addresses = unsafe { network(handle) }?.listen_addresses();
        let lines: Vec<_> = addresses.iter().map(ToString::to_string).collect();
        // SAFETY: the caller's promise is passed on.
        unsafe { copy_text(&lines.join("\n"), buffer, capacity) }
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_peer_count(handle: *const Network) -> i64 {
    // SAFETY: the caller's promise is passed on.
    export(|| Ok(unsafe { network(handle) }?.statistics().peers as i64))
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_get_statistics(handle: *const Network, out: *mut CStatistics) -> i32 {
    export_code(|| {
        // SAFETY: the caller's promise is passed on.
        let s = unsafe { network(handle) }?.statistics();
        if out.is_null() {
            return Err(invalid("out is null"));
        }
        let value = CStatistics {
            peers: s.peers,
            queued_events: s.queued_events,
            dropped_gossip: s.dropped_gossip,
            dropped_events: s.dropped_events,
            refused_requests: s.refused_requests,
            refused_connections: s.refused_connections,
        };
        // SAFETY: not null, and writable by the caller's promise.
        unsafe { out.write(value) };
        Ok(())
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_subscribe(handle: *const Network, topic: *const c_char, importance: u8) -> i32 {
    export_code(|| {
        let importance = match importance {
            0 => Importance::Droppable,
            1 => Importance::Important,
            other => return Err(invalid(format!("importance {other} is neither 0 nor 1"))),
        };
        // SAFETY: the caller's promise is passed on.
        unsafe { network(handle)?.subscribe(text(topic, "topic")?, importance) }
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_unsubscribe(handle: *const Network, topic: *const c_char) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.unsubscribe(text(topic, "topic")?) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_publish(
    handle: *const Network,
    topic: *const c_char,
    payload: *const u8,
    length: usize,
    out_message_id: *mut u8,
) -> i32 {
    export_code(|| {
        // SAFETY: the caller's promise is passed on.
        unsafe {
            let id = network(handle)?.publish(text(topic, "topic")?, slice(payload, length, "payload")?)?;
            copy_id(&id, out_message_id);
        }
        Ok(())
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_message_id(
    topic: *const c_char,
    payload: *const u8,
    length: usize,
    max_decompressed_bytes: u32,
    out_message_id: *mut u8,
) -> i32 {
    export_code(|| {
        // SAFETY: the caller's promise is passed on.
        unsafe {
            let (topic, payload) = (text(topic, "topic")?, slice(payload, length, "payload")?);
            copy_id(&message_id(topic, payload, max_decompressed_bytes as usize), out_message_id);
        }
        Ok(())
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_report(
    handle: *const Network,
    message_id: *const u8,
    source: *const c_char,
    verdict: u8,
) -> i32 {
    export_code(|| {
        let acceptance = match verdict {
            0 => Acceptance::Accept,
            1 => Acceptance::Reject,
            2 => Acceptance::Ignore,
            other => return Err(invalid(format!("verdict {other} is none of 0, 1, 2"))),
        };
        // SAFETY: the caller's promise is passed on.
        unsafe { network(handle)?.report(id(message_id)?, peer(source)?, acceptance) }
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_send_request(
    handle: *const Network,
    peer_id: *const c_char,
    protocol: *const c_char,
    payload: *const u8,
    length: usize,
) -> i64 {
    export(|| {
        // SAFETY: the caller's promise is passed on.
        unsafe {
            let (network, peer) = (network(handle)?, peer(peer_id)?);
            let request =
                network.send_request(peer, text(protocol, "protocol")?, slice(payload, length, "payload")?)?;
            Ok(request as i64)
        }
    })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_send_response(
    handle: *const Network,
    channel: u64,
    status: u8,
    payload: *const u8,
    length: usize,
) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.send_response(channel, status, slice(payload, length, "payload")?) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_reset_request(handle: *const Network, channel: u64) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.reset_request(channel) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_add_peer(handle: *const Network, address: *const c_char) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.add_peer(text(address, "address")?) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_disconnect(handle: *const Network, peer_id: *const c_char) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.disconnect(peer(peer_id)?) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_ban(handle: *const Network, peer_id: *const c_char) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.ban(peer(peer_id)?) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_unban(handle: *const Network, peer_id: *const c_char) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.unban(peer(peer_id)?) })
}
