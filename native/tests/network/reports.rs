use crate::host::{config, connected_pair, Host, BLOCKS, STATUS, TOPIC};
use touchstone_native::network::{Acceptance, Config, Counts, Event, Importance, TopicScore, Traffic, TrafficKind};

fn compressed(text: &str) -> Vec<u8> {
    snap::raw::Encoder::new().compress_vec(text.as_bytes()).unwrap()
}

fn traffic_of(host: &Host, name: &str) -> Traffic {
    host.traffic().into_iter().find(|traffic| traffic.name == name).unwrap()
}

/// What `look` finds, as soon as it does.
fn eventually<T>(look: impl Fn() -> Option<T>) -> T {
    loop {
        if let Some(found) = look() {
            return found;
        }
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

#[test]
fn the_connected_peers_are_told_with_address_program_and_round_trip() {
    let (a, b) = connected_pair(config(1), Config { agent: "tester/7".into(), ..config(2) });
    let peer = eventually(|| {
        let peer = a.peers().remove(&b.peer())?;
        (peer.round_trip.is_some() && !peer.agent.is_empty()).then_some(peer)
    });
    assert_eq!((peer.agent.as_str(), peer.outbound, peer.score), ("tester/7", false, 0.0));
    assert!(peer.address.starts_with("/ip4/127.0.0.1/tcp/"), "{}", peer.address);
    assert!(b.peers()[&a.peer()].outbound);
    b.disconnect(a.peer()).unwrap();
    a.wait_disconnected(b.peer());
    assert!(a.peers().is_empty());
}

#[test]
fn requests_and_responses_are_counted_for_each_protocol() {
    let (a, b) = connected_pair(config(1), config(2));
    let request = a.send_request(b.peer(), STATUS, b"12345").unwrap();
    let (channel, _, _) = b.wait_request();
    b.send_response(channel, 0, b"1234567").unwrap();
    a.wait_response(request).unwrap();
    let at_a = Counts { messages_out: 1, bytes_out: 9, messages_in: 1, bytes_in: 12 };
    assert_eq!(traffic_of(&a, STATUS).counts, at_a);
    assert_eq!(traffic_of(&a, STATUS).kind, TrafficKind::Protocol);
    let at_b = Counts { messages_in: 1, bytes_in: 9, messages_out: 1, bytes_out: 12 };
    assert_eq!(traffic_of(&b, STATUS).counts, at_b);
    assert_eq!(traffic_of(&b, BLOCKS).counts, Counts::default());
}

#[test]
fn gossip_is_counted_for_each_topic_with_the_mesh_and_the_subscribed() {
    let (a, b) = connected_pair(config(1), config(2));
    for host in [&a, &b] {
        host.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    }
    a.wait_subscribed(&b);
    b.wait_subscribed(&a);
    let payload = compressed("block");
    let id = a.publish(TOPIC, &payload).unwrap();
    b.wait_gossip();
    b.report(id, a.peer(), Acceptance::Accept).unwrap();
    let (out, into) = (traffic_of(&a, TOPIC).counts, traffic_of(&b, TOPIC).counts);
    assert_eq!((out.messages_out, out.messages_in), (1, 0));
    assert_eq!((into.messages_in, into.messages_out), (1, 0));
    assert!(out.bytes_out as usize > payload.len() + TOPIC.len() && out.bytes_out == into.bytes_in);
    eventually(|| {
        let traffic = traffic_of(&a, TOPIC);
        (traffic.subscribed_peers == 1 && traffic.mesh_peers == 1).then_some(())
    });
}

/// Topics that peers name are no labels, and a peer's subscriptions have an end. [NET-85]
#[test]
fn a_peer_cannot_make_topics_to_count_or_remember() {
    let (a, b) = connected_pair(config(1), config(2));
    a.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    for number in 0..600 {
        b.subscribe(&format!("/flood/{number}"), Importance::Important, TopicScore::default()).unwrap();
    }
    b.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    // Published where only the peer is subscribed: counted, since this host names the topic itself.
    let named = a.wait(|event| match event {
        Event::PeerSubscribed { topic, .. } => Some(topic.clone()),
        _ => None,
    });
    a.publish(&named, &compressed("x")).unwrap();
    let labels = eventually(|| {
        let topics: Vec<_> = a.traffic().into_iter().filter(|traffic| traffic.kind == TrafficKind::Topic).collect();
        (topics.len() == 2).then_some(topics)
    });
    assert!(labels.iter().any(|traffic| traffic.name == named));
}
