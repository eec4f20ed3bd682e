use crate::host::{config, start, Host};
use touchstone_native::network::{Config, Event, PeerId};

const KADEMLIA: &str = "/touchstone/00000000/kad/1.0.0";

fn discovering(seed: u8) -> Config {
    Config { discovery_protocol: Some(KADEMLIA.into()), ..config(seed) }
}

impl Host {
    fn wait_identified(&self, other: PeerId) -> Vec<String> {
        let wanted = other.to_string();
        self.wait(|event| match event {
            Event::PeerIdentified { peer, addresses, .. } if *peer == wanted => Some(addresses.clone()),
            _ => None,
        })
    }

    fn wait_discovered(&self, other: PeerId) -> Vec<String> {
        let wanted = other.to_string();
        self.wait(|event| match event {
            Event::PeerDiscovered { peer, addresses } if *peer == wanted => Some(addresses.clone()),
            _ => None,
        })
    }
}

/// Dials and waits until both know each other.
fn join(host: &Host, other: &Host) {
    host.dial(&other.address()).unwrap();
    host.wait_connected(other);
    host.wait_identified(other.peer());
    other.wait_identified(host.peer());
}

/// [NET-88] [NET-89]
#[test]
fn a_third_is_found_through_a_bootstrap_node_and_dialed_only_when_asked() {
    let (bootstrap, a, c) = (start(discovering(1)), start(discovering(2)), start(discovering(3)));
    join(&c, &bootstrap);
    join(&a, &bootstrap);
    a.discover().unwrap();
    assert_eq!(a.wait_discovered(c.peer()), [c.address()]);
    assert_eq!((a.statistics().peers, c.statistics().peers), (1, 1));
    a.dial(&c.address()).unwrap();
    a.wait_connected(&c);
    c.wait_connected(&a);
}

#[test]
fn a_walk_comes_by_itself_now_and_then() {
    let often = |seed| Config { discovery_interval: std::time::Duration::from_millis(50), ..discovering(seed) };
    let (bootstrap, a) = (start(discovering(1)), start(often(2)));
    join(&a, &bootstrap);
    let c = start(discovering(3));
    join(&c, &bootstrap);
    a.wait_discovered(c.peer());
}

/// What nobody may dial is told to nobody. [NET-90]
#[test]
fn an_address_that_is_not_reachable_from_where_we_listen_is_not_taken() {
    let bootstrap = start(discovering(1));
    let c = start(Config { external_addresses: vec!["/ip4/10.1.2.3/tcp/7".parse().unwrap()], ..discovering(3) });
    c.dial(&bootstrap.address()).unwrap();
    assert_eq!(bootstrap.wait_identified(c.peer()), [c.address()]);
    let a = start(discovering(2));
    join(&a, &bootstrap);
    a.discover().unwrap();
    assert_eq!(a.wait_discovered(c.peer()), [c.address()]);
}

/// [NET-88]
#[test]
fn whoever_speaks_another_networks_kademlia_is_not_told_of() {
    let (bootstrap, a) = (start(discovering(1)), start(discovering(2)));
    let other = Config { discovery_protocol: Some("/touchstone/11111111/kad/1.0.0".into()), ..config(3) };
    let (foreign, without, known) = (start(other), start(config(4)), start(discovering(5)));
    for host in [&foreign, &without, &known] {
        join(host, &bootstrap);
    }
    join(&a, &bootstrap);
    a.discover().unwrap();
    a.wait_discovered(known.peer());
    let of_others =
        |event: &Event| matches!(event, Event::PeerDiscovered { peer, .. } if *peer != known.peer().to_string());
    assert!(!a.has_kept(of_others));
}

#[test]
fn a_dial_tells_how_it_ended() {
    let a = start(config(1));
    let gone = {
        let b = start(config(2));
        b.address()
    };
    a.dial(&gone).unwrap();
    let (peer, address, again) = a.wait(|event| match event {
        Event::DialFailed { peer, address, again, .. } => Some((peer.clone(), address.clone(), *again)),
        _ => None,
    });
    assert_eq!((address, again), (gone.clone(), false));
    assert!(gone.ends_with(&peer) && !peer.is_empty());
    // At an address without a peer's id, whoever answers is the one.
    let c = start(config(3));
    a.dial(c.address().split("/p2p/").next().unwrap()).unwrap();
    a.wait_connected(&c);
    // It is connected: nothing happens.
    a.dial(&c.address()).unwrap();
    assert!(a.dial("/ip4/127.0.0.1/udp/1").is_err());
    assert_eq!(a.statistics().peers, 1);
}
