use crate::host::{config, connected_pair, protocol, start, Host, BLOCKS, STATUS};
use std::time::Duration;
use touchstone_native::error::{BUSY, TOO_LARGE, UNKNOWN};
use touchstone_native::network::{failure, Config, Event, PeerId, Protocol};

fn code<T>(result: Result<T, touchstone_native::error::Error>) -> i32 {
    result.map(drop).expect_err("must be refused").code
}

fn with_protocols(seed: u8, protocols: Vec<Protocol>) -> Config {
    Config { protocols, ..config(seed) }
}

#[test]
fn requests_are_answered_each_by_its_protocol() {
    let (a, b) = connected_pair(config(1), config(2));
    let status = a.send_request(b.peer(), STATUS, b"how are you").unwrap();
    let blocks = a.send_request(b.peer(), BLOCKS, b"").unwrap();
    let back = b.send_request(a.peer(), STATUS, b"and you").unwrap();
    for _ in 0..2 {
        let (channel, protocol, payload) = b.wait_request();
        if protocol == STATUS {
            b.send_response(channel, 0, &[payload, b"?".to_vec()].concat()).unwrap();
        } else {
            b.send_response(channel, 3, &[7; 1000]).unwrap();
        }
        assert_eq!(code(b.send_response(channel, 0, b"")), UNKNOWN);
    }
    assert_eq!(a.wait_response(status), Ok((0, b"how are you?".to_vec())));
    assert_eq!(a.wait_response(blocks), Ok((3, vec![7; 1000])));
    let (channel, _, payload) = a.wait_request();
    assert_eq!(payload, b"and you");
    a.send_response(channel, 0, b"fine").unwrap();
    assert_eq!(b.wait_response(back), Ok((0, b"fine".to_vec())));
}

#[test]
fn what_exceeds_the_own_limits_is_not_sent() {
    let (a, b) = connected_pair(config(1), config(2));
    assert_eq!(code(a.send_request(b.peer(), STATUS, &[0; 101])), TOO_LARGE);
    assert_eq!(code(a.send_request(b.peer(), "/other", b"")), UNKNOWN);
    let request = a.send_request(b.peer(), STATUS, &[0; 100]).unwrap();
    let (channel, _, _) = b.wait_request();
    assert_eq!(code(b.send_response(channel, 0, &[0; 101])), TOO_LARGE);
    b.send_response(channel, 0, &[0; 100]).unwrap();
    assert_eq!(a.wait_response(request), Ok((0, vec![0; 100])));
}

#[test]
fn a_request_above_the_receivers_limit_is_refused_and_reported() {
    let (a, b) = connected_pair(
        with_protocols(1, vec![protocol(STATUS, 5000, 10)]),
        with_protocols(2, vec![protocol(STATUS, 10, 10)]),
    );
    let request = a.send_request(b.peer(), STATUS, &[0; 5000]).unwrap();
    let violation = b.wait(|event| match event {
        Event::RequestViolation { peer, declared_bytes, .. } => Some((peer.clone(), *declared_bytes)),
        _ => None,
    });
    assert_eq!(violation, (a.peer().to_string(), 5000));
    assert_eq!(a.wait_response(request), Err(failure::REFUSED));
    assert!(!b.has_kept(|event| matches!(event, Event::Request { .. })));
    still_serves(&a, &b);
}

/// The connection that it has always had, and a stream of it.
fn still_serves(a: &Host, b: &Host) {
    let request = a.send_request(b.peer(), STATUS, b"").unwrap();
    answer(b);
    assert_eq!(a.wait_response(request), Ok((0, vec![])));
    assert!(!a.has_kept(|event| matches!(event, Event::PeerDisconnected { .. })));
    assert!(!b.has_kept(|event| matches!(event, Event::PeerDisconnected { .. })));
}

#[test]
fn a_request_that_is_reset_gets_no_response_and_the_others_theirs() {
    let (a, b) = connected_pair(config(1), config(2));
    let kept = a.send_request(b.peer(), BLOCKS, b"").unwrap();
    let (kept_channel, _, _) = b.wait_request();
    let request = a.send_request(b.peer(), STATUS, b"").unwrap();
    let (channel, _, _) = b.wait_request();
    b.reset_request(channel).unwrap();
    assert_eq!(a.wait_response(request), Err(failure::REFUSED));
    assert_eq!(code(b.reset_request(channel)), UNKNOWN);
    assert_eq!(code(b.send_response(channel, 0, b"")), UNKNOWN);
    b.send_response(kept_channel, 0, b"").unwrap();
    assert_eq!(a.wait_response(kept), Ok((0, vec![])));
    still_serves(&a, &b);
}

#[test]
fn a_response_above_the_senders_limit_is_refused() {
    let (a, b) = connected_pair(
        with_protocols(1, vec![protocol(STATUS, 10, 10)]),
        with_protocols(2, vec![protocol(STATUS, 10, 5000)]),
    );
    let request = a.send_request(b.peer(), STATUS, b"").unwrap();
    let (channel, _, _) = b.wait_request();
    b.send_response(channel, 0, &[0; 5000]).unwrap();
    assert_eq!(a.wait_response(request), Err(failure::TOO_LARGE));
    still_serves(&a, &b);
}

#[test]
fn an_unanswered_request_times_out_on_both_sides() {
    let hasty =
        |seed| with_protocols(seed, vec![Protocol { timeout: Duration::from_millis(200), ..protocol(STATUS, 10, 10) }]);
    let (a, b) = connected_pair(hasty(1), hasty(2));
    let request = a.send_request(b.peer(), STATUS, b"").unwrap();
    let (channel, _, _) = b.wait_request();
    assert!(matches!(a.wait_response(request), Err(failure::TIMEOUT | failure::REFUSED)));
    b.wait(|event| matches!(event, Event::ResponseFailed { channel: failed, .. } if *failed == channel).then_some(()));
    assert_eq!(code(b.send_response(channel, 0, b"")), UNKNOWN);
}

#[test]
fn a_peer_without_the_protocol_and_a_peer_that_is_not_there_fail_the_request() {
    let (a, b) = connected_pair(config(1), with_protocols(2, vec![protocol(STATUS, 10, 10)]));
    let unsupported = a.send_request(b.peer(), BLOCKS, b"").unwrap();
    assert_eq!(a.wait_response(unsupported), Err(failure::UNSUPPORTED_PROTOCOL));
    let absent = a.send_request(PeerId::random(), STATUS, b"").unwrap();
    assert_eq!(a.wait_response(absent), Err(failure::NOT_CONNECTED));
}

#[test]
fn more_inbound_requests_than_the_limit_are_refused_at_once() {
    let (a, b) = connected_pair(config(1), Config { max_inbound_requests: 1, ..config(2) });
    let first = a.send_request(b.peer(), STATUS, b"1").unwrap();
    let (channel, _, _) = b.wait_request();
    let second = a.send_request(b.peer(), STATUS, b"2").unwrap();
    assert_eq!(a.wait_response(second), Err(failure::REFUSED));
    assert_eq!(b.statistics().refused_requests, 1);
    b.send_response(channel, 0, b"").unwrap();
    assert_eq!(a.wait_response(first), Ok((0, vec![])));
}

/// A peer that floods: its share is served, the rest is told at once, and another method and another peer have theirs.
#[test]
fn more_requests_of_one_peer_than_its_share_get_the_busy_response() {
    let limited = Config { max_served_per_peer: 2, busy_status: 3, busy_payload: b"busy".to_vec(), ..config(2) };
    let (a, b) = connected_pair(config(1), limited);
    let flood: Vec<_> = (0..10).map(|_| a.send_request(b.peer(), STATUS, b"").unwrap()).collect();
    let served = [b.wait_request().0, b.wait_request().0];
    for refused in &flood[2..] {
        assert_eq!(a.wait_response(*refused), Ok((3, b"busy".to_vec())));
    }
    assert_eq!(b.statistics().refused_requests, 8);
    let other_method = a.send_request(b.peer(), BLOCKS, b"").unwrap();
    let (channel, protocol, _) = b.wait_request();
    assert_eq!(protocol, BLOCKS);
    b.send_response(channel, 0, b"").unwrap();
    assert_eq!(a.wait_response(other_method), Ok((0, vec![])));
    let c = start(Config { static_peers: vec![b.address().parse().unwrap()], ..config(3) });
    c.wait_connected(&b);
    let other_peer = c.send_request(b.peer(), STATUS, b"").unwrap();
    answer(&b);
    assert_eq!(c.wait_response(other_peer), Ok((0, vec![])));
    for channel in served {
        b.send_response(channel, 0, b"").unwrap();
    }
    for request in &flood[..2] {
        assert_eq!(a.wait_response(*request), Ok((0, vec![])));
    }
}

#[test]
fn a_share_is_free_again_after_a_timeout_and_after_a_lost_connection() {
    let hasty = |seed| Config {
        max_served_per_peer: 1,
        ..with_protocols(seed, vec![Protocol { timeout: Duration::from_millis(200), ..protocol(STATUS, 10, 10) }])
    };
    let (a, b) = connected_pair(hasty(1), hasty(2));
    a.send_request(b.peer(), STATUS, b"").unwrap();
    let (channel, _, _) = b.wait_request();
    b.wait(|event| matches!(event, Event::ResponseFailed { channel: failed, .. } if *failed == channel).then_some(()));
    a.send_request(b.peer(), STATUS, b"").unwrap();
    b.wait_request();
    b.disconnect(a.peer()).unwrap();
    a.wait_disconnected(b.peer());
    a.wait_connected(&b);
    let after = a.send_request(b.peer(), STATUS, b"").unwrap();
    answer(&b);
    assert_eq!(a.wait_response(after), Ok((0, vec![])));
}

#[test]
fn more_outbound_requests_than_the_limit_are_refused_at_once() {
    let (a, b) = connected_pair(Config { max_outbound_requests: 1, ..config(1) }, config(2));
    let first = a.send_request(b.peer(), STATUS, b"").unwrap();
    assert_eq!(code(a.send_request(b.peer(), STATUS, b"")), BUSY);
    answer(&b);
    assert!(a.wait_response(first).is_ok());
    let second = a.send_request(b.peer(), STATUS, b"").unwrap();
    answer(&b);
    assert!(a.wait_response(second).is_ok());
}

fn answer(host: &Host) {
    let (channel, _, _) = host.wait_request();
    host.send_response(channel, 0, b"").unwrap();
}

#[test]
fn a_lost_connection_ends_its_requests() {
    let (a, b) = connected_pair(config(1), config(2));
    let request = a.send_request(b.peer(), STATUS, b"").unwrap();
    b.wait_request();
    b.stop(Duration::from_secs(5));
    assert!(matches!(a.wait_response(request), Err(failure::CONNECTION_CLOSED | failure::REFUSED | failure::IO)));
}

#[test]
fn only_one_host_has_to_dial() {
    let a = start(config(1));
    let b = start(config(2));
    a.add_peer(&b.address()).unwrap();
    a.wait_connected(&b);
    b.wait_connected(&a);
    let request = b.send_request(a.peer(), STATUS, b"").unwrap();
    answer(&a);
    assert!(b.wait_response(request).is_ok());
}
