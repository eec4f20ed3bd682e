use crate::host::{config, connected_pair, start, Host, STATUS, TOPIC};
use std::time::Duration;
use touchstone_native::error::TOO_LARGE;
use touchstone_native::network::{publish_failure, Acceptance, Config, Event, Importance, TopicScore};

fn compressed(text: &str) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(text.as_bytes()).unwrap()
}

/// A, B and C in a line, all subscribed: what goes from A to C goes through B.
fn line() -> (Host, Host, Host) {
    let b = start(config(2));
    let around = |seed| start(Config { static_peers: vec![b.address().parse().unwrap()], ..config(seed) });
    let (a, c) = (around(1), around(3));
    for host in [&a, &b, &c] {
        host.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    }
    for (host, other) in [(&a, &b), (&b, &a), (&b, &c), (&c, &b)] {
        host.wait_subscribed(other);
    }
    (a, b, c)
}

fn subscribed_pair(left: Config, right: Config) -> (Host, Host) {
    let (left, right) = connected_pair(left, right);
    left.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    right.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    left.wait_subscribed(&right);
    right.wait_subscribed(&left);
    (left, right)
}

#[test]
fn an_accepted_message_is_forwarded() {
    let (a, b, c) = line();
    let payload = compressed("block");
    let id = a.publish(TOPIC, &payload).unwrap();
    assert_eq!(id, a.message_id(TOPIC, &payload));
    assert_eq!(b.wait_gossip(), (id, a.peer(), payload.clone()));
    b.report(id, a.peer(), Acceptance::Accept).unwrap();
    assert_eq!(c.wait_gossip(), (id, b.peer(), payload));
}

/// To how many of four subscribed peers a message goes, of a node whose mesh has from one to `target`.
fn recipients_of_four(target: usize) -> u64 {
    let slow = Duration::from_secs(3600);
    let small = Config { mesh_low: 1, mesh_target: target, mesh_high: target, heartbeat: slow, ..config(1) };
    let a = start(small);
    a.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    let others = [2, 3, 4, 5].map(|seed| start(Config { heartbeat: slow, ..config(seed) }));
    for other in &others {
        other.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
        other.dial(&a.address()).unwrap();
        a.wait_subscribed(other);
    }
    a.publish(TOPIC, &compressed("block")).unwrap();
    round_trip(&a, &others[0]); // what was asked for before is done
    a.traffic().into_iter().find(|traffic| traffic.name == TOPIC).unwrap().counts.messages_out
}

/// [NET-86]
#[test]
fn an_own_message_goes_to_the_mesh_and_not_to_all_subscribed() {
    assert_eq!(recipients_of_four(1), 1);
}

/// [NET-86]
#[test]
fn where_the_mesh_is_small_an_own_message_goes_to_as_many_as_it_should_have() {
    assert_eq!(recipients_of_four(3), 3);
}

#[test]
fn a_rejected_or_ignored_message_is_not_forwarded() {
    let (a, b, c) = line();
    for (text, verdict) in [("bad", Acceptance::Reject), ("dull", Acceptance::Ignore), ("good", Acceptance::Accept)] {
        let id = a.publish(TOPIC, &compressed(text)).unwrap();
        assert_eq!(b.wait_gossip().0, id);
        b.report(id, a.peer(), verdict).unwrap();
    }
    assert_eq!(c.wait_gossip().2, compressed("good"));
}

fn round_trip(client: &Host, server: &Host) {
    let request = client.send_request(server.peer(), STATUS, b"").unwrap();
    let (channel, _, _) = server.wait_request();
    server.send_response(channel, 0, b"").unwrap();
    assert_eq!(client.wait_response(request), Ok((0, vec![])));
}

#[test]
fn three_rejects_make_a_peer_unheard_and_no_number_of_ignores_does() {
    let (a, b) = subscribed_pair(config(1), config(2));
    let send = |text: &str, verdict| {
        let id = a.publish(TOPIC, &compressed(text)).unwrap();
        assert_eq!(b.wait_gossip().0, id);
        b.report(id, a.peer(), verdict).unwrap();
    };
    (0..30).for_each(|n| send(&format!("ignored {n}"), Acceptance::Ignore));
    (0..3).for_each(|n| send(&format!("rejected {n}"), Acceptance::Reject));
    // A request of B follows its verdicts, so these are carried out when it is answered.
    round_trip(&b, &a);
    a.publish(TOPIC, &compressed("unheard")).unwrap();
    // Requests still work; several of them leave the message time to come, if it did.
    (0..5).for_each(|_| round_trip(&a, &b));
    assert!(!b.has_kept(|event| matches!(event, Event::Gossip { .. })));
}

#[test]
fn what_is_not_snappy_is_delivered_for_judgement_too() {
    let (a, b) = subscribed_pair(config(1), config(2));
    let id = a.publish(TOPIC, b"\xff\xff\xff\xff\xff").unwrap();
    assert_eq!(b.wait_gossip(), (id, a.peer(), b"\xff\xff\xff\xff\xff".to_vec()));
}

#[test]
fn publishing_to_nobody_twice_or_too_much_is_told() {
    let (a, b) = connected_pair(config(1), config(2));
    let id = a.publish(TOPIC, &compressed("x")).unwrap();
    assert_eq!(a.wait_publish_failure(), (id, publish_failure::NO_PEERS));
    b.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    a.wait_subscribed(&b);
    a.publish(TOPIC, &compressed("x")).unwrap();
    a.publish(TOPIC, &compressed("x")).unwrap();
    assert_eq!(a.wait_publish_failure(), (id, publish_failure::DUPLICATE));
    assert_eq!(a.publish(TOPIC, &vec![0; 20 << 20]).unwrap_err().code, TOO_LARGE);
}

#[test]
fn the_largest_message_travels() {
    let limit = 1 << 20;
    let small = |seed| Config { max_message_bytes: limit, ..config(seed) };
    let (a, b) = subscribed_pair(small(1), small(2));
    let payload: Vec<u8> = (0..limit).map(|n| ((n * n) >> 7) as u8).collect();
    a.publish(TOPIC, &payload).unwrap();
    assert_eq!(b.wait_gossip().2, payload);
}

#[test]
fn an_unsubscribed_topic_brings_nothing_more() {
    let (a, b) = subscribed_pair(config(1), config(2));
    b.unsubscribe(TOPIC).unwrap();
    let gone = b.peer().to_string();
    a.wait(|event| matches!(event, Event::PeerUnsubscribed { peer, .. } if *peer == gone).then_some(()));
    let id = a.publish(TOPIC, &compressed("x")).unwrap();
    assert_eq!(a.wait_publish_failure(), (id, publish_failure::NO_PEERS));
}
