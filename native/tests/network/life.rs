use crate::host::{config, connected_pair, start, STATUS};
use std::net::TcpListener;
use std::time::Duration;
use touchstone_native::error::{ADDRESS_IN_USE, INVALID_ARGUMENT, STOPPED};
use touchstone_native::network::{Config, Event, Importance, Network, Polled, TopicScore};

const STOP: Duration = Duration::from_secs(5);

fn listening_on(port: u16, seed: u8) -> Config {
    Config { listen_addresses: vec![format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap()], ..config(seed) }
}

fn port_of(address: &str) -> u16 {
    address.split('/').nth(4).unwrap().parse().unwrap()
}

#[test]
fn a_port_in_use_is_an_error_of_start() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let host = start(config(1));
    for port in [other.local_addr().unwrap().port(), port_of(&host.address())] {
        let error = Network::start(listening_on(port, 2)).map(drop).unwrap_err();
        assert_eq!(error.code, ADDRESS_IN_USE);
        assert!(error.text.contains(&port.to_string()), "{error}");
    }
}

#[test]
fn a_bad_configuration_is_an_error_of_start() {
    let error = Network::start(Config { node_key: [0; 32], ..config(1) }).map(drop).unwrap_err();
    assert_eq!(error.code, INVALID_ARGUMENT);
}

/// [NET-81] [NET-82]
#[test]
fn peers_are_identified() {
    let kademlia = "/touchstone/00000000/kad/1.0.0";
    let told = Config { agent: "tester/7".into(), discovery_protocol: Some(kademlia.into()), ..config(2) };
    let (a, b) = connected_pair(config(1), told);
    let (agent, protocols) = a.wait(|event| match event {
        Event::PeerIdentified { peer, agent, protocols, .. } if *peer == b.peer().to_string() => {
            Some((agent.clone(), protocols.clone()))
        }
        _ => None,
    });
    assert_eq!(agent, "tester/7");
    for wanted in [
        STATUS,
        kademlia,
        "/ipfs/id/1.0.0",
        "/ipfs/id/push/1.0.0",
        "/ipfs/ping/1.0.0",
        "/meshsub/1.1.0",
        "/meshsub/1.2.0",
    ] {
        assert!(protocols.iter().any(|protocol| protocol == wanted), "{wanted} in {protocols:?}");
    }
    assert_eq!((a.statistics().peers, b.statistics().peers), (1, 1));
}

#[test]
fn stop_wakes_the_poller_frees_the_port_and_tells_the_peer() {
    let (a, b) = connected_pair(config(1), config(2));
    let port = port_of(&b.address());
    let network: &Network = &b;
    std::thread::scope(|scope| {
        let poller = scope.spawn(|| loop {
            if let Polled::Stopped(reason) = network.poll(usize::MAX, Duration::from_secs(30)) {
                return reason;
            }
        });
        b.stop(STOP);
        assert_eq!(poller.join().unwrap(), "the network was stopped");
    });
    a.wait_disconnected(b.peer());
    assert_eq!(b.subscribe("t", Importance::Droppable, TopicScore::default()).unwrap_err().code, STOPPED);
    b.stop(STOP);
    TcpListener::bind(("127.0.0.1", port)).unwrap();
}

#[test]
fn a_static_peer_that_comes_back_is_connected_again() {
    let b = start(config(2));
    let (address, port, peer) = (b.address(), port_of(&b.address()), b.peer());
    let a = start(Config { static_peers: vec![address.parse().unwrap()], ..config(1) });
    a.wait_connected(&b);
    b.stop(STOP);
    drop(b);
    a.wait_disconnected(peer);
    a.wait(|event| matches!(event, Event::DialFailed { .. }).then_some(()));
    let b = start(listening_on(port, 2));
    a.wait_connected(&b);
    b.wait_connected(&a);
}

#[test]
fn a_banned_peer_is_disconnected_and_kept_out_until_it_is_unbanned() {
    let (a, b) = connected_pair(config(1), config(2));
    a.ban(b.peer()).unwrap();
    a.wait_disconnected(b.peer());
    b.wait_disconnected(a.peer());
    // B dials again and again; each time it is turned away after the handshake.
    for _ in 0..2 {
        b.wait_disconnected_or_refused();
    }
    assert_eq!(a.statistics().peers, 0);
    assert!(a.statistics().refused_connections > 0);
    a.unban(b.peer()).unwrap();
    a.wait_connected(&b);
}

#[test]
fn an_own_address_among_the_static_peers_is_harmless() {
    let a = start(config(1));
    a.add_peer(&a.address()).unwrap();
    let without_peer = a.address().split("/p2p/").next().unwrap().to_owned();
    a.add_peer(&without_peer).unwrap();
    let b = start(config(2));
    a.add_peer(&b.address()).unwrap();
    a.wait_connected(&b);
    assert_eq!(a.statistics().peers, 1);
}

#[test]
fn more_connections_than_the_limit_are_refused() {
    let (a, b) = connected_pair(Config { max_connections: 1, ..config(1) }, config(2));
    let c = start(Config { static_peers: vec![a.address().parse().unwrap()], ..config(3) });
    c.wait_disconnected_or_refused();
    assert_eq!(a.statistics().peers, 1);
    b.stop(STOP);
    a.wait_connected(&c);
}

/// [NET-83]
#[test]
fn more_connections_with_one_peer_than_the_limit_are_refused() {
    let (a, b) = connected_pair(Config { max_connections_per_peer: 2, ..config(1) }, config(2));
    let without_peer = a.address().split("/p2p/").next().unwrap().to_owned();
    for _ in 0..2 {
        b.dial(&without_peer).unwrap();
    }
    while a.statistics().refused_connections < 1 {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert_eq!((a.statistics().peers, b.statistics().peers), (1, 1));
}
