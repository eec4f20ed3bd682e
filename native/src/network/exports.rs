//! The C exports of the network; `include/touchstone_native.h` documents each. They convert arguments, call `Network`
//! and keep panics and errors on this side.

use super::exports_config::{config, milliseconds, CConfig, CTopicScore};
use super::host::{Importance, Network};
use super::message_id::{message_id, MessageId, MESSAGE_ID_BYTES};
use super::queue::Polled;
use super::reports::{encode_peers, encode_traffic};
use super::score::TopicScore;
use super::Acceptance;
use crate::error::{guard, set_last_error, Error, INVALID_ARGUMENT, OK, PANIC, STOPPED};
use libp2p::identity::Keypair;
use libp2p::PeerId;
use std::ffi::{c_char, CStr};

#[repr(C)]
pub struct CStatistics {
    peers: u64,
    queued_events: u64,
    dropped_gossip: u64,
    dropped_events: u64,
    refused_requests: u64,
    refused_connections: u64,
}

pub type Outcome<T> = Result<T, Error>;

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
pub unsafe fn text<'a>(pointer: *const c_char, name: &str) -> Outcome<&'a str> {
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
pub unsafe fn slice<'a, T>(pointer: *const T, count: usize, name: &str) -> Outcome<&'a [T]> {
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

/// Copies a list if it fits; returns its length.
///
/// # Safety
/// `buffer` must be writable for `capacity` bytes, or null with capacity 0.
unsafe fn copy_list(list: &[u8], buffer: *mut u8, capacity: usize) -> Outcome<i64> {
    if buffer.is_null() && capacity != 0 {
        return Err(invalid("buffer is null"));
    }
    if list.len() <= capacity {
        // SAFETY: it is not longer than the capacity that the caller promises.
        unsafe { std::ptr::copy_nonoverlapping(list.as_ptr(), buffer, list.len()) };
    }
    Ok(list.len() as i64)
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
pub unsafe extern "C" fn ts_network_peers(handle: *const Network, buffer: *mut u8, capacity: usize) -> i64 {
    // SAFETY: the caller's promise is passed on.
    export(|| unsafe { copy_list(&encode_peers(&network(handle)?.peers()), buffer, capacity) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_traffic(handle: *const Network, buffer: *mut u8, capacity: usize) -> i64 {
    // SAFETY: the caller's promise is passed on.
    export(|| unsafe { copy_list(&encode_traffic(&network(handle)?.traffic()), buffer, capacity) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_subscribe(
    handle: *const Network,
    topic: *const c_char,
    importance: u8,
    score: *const CTopicScore,
) -> i32 {
    export_code(|| {
        let importance = match importance {
            0 => Importance::Droppable,
            1 => Importance::Important,
            other => return Err(invalid(format!("importance {other} is neither 0 nor 1"))),
        };
        // SAFETY: null or valid by the caller's promise.
        let score = unsafe { score.as_ref() }.map_or_else(TopicScore::default, |&score| score.into());
        // SAFETY: the caller's promise is passed on.
        unsafe { network(handle)?.subscribe(text(topic, "topic")?, importance, score) }
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
pub unsafe extern "C" fn ts_network_dial(handle: *const Network, address: *const c_char) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.dial(text(address, "address")?) })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_discover(handle: *const Network) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.discover() })
}

/// # Safety
/// See the header.
#[no_mangle]
pub unsafe extern "C" fn ts_network_set_score(handle: *const Network, peer_id: *const c_char, score: f64) -> i32 {
    // SAFETY: the caller's promise is passed on.
    export_code(|| unsafe { network(handle)?.set_score(peer(peer_id)?, score) })
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
