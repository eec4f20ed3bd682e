//! Which addresses that peers tell of may be dialed, and so be told to others. [NET-90]

use super::config::socket_address;
use libp2p::multiaddr::Protocol as Part;
use libp2p::{Multiaddr, PeerId};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Of one peer, however many it says.
pub const MAX_ADDRESSES: usize = 16;

/// Global addresses always; private and loopback ones where this host itself is to be found at such.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reach {
    private: bool,
    loopback: bool,
}

impl Reach {
    /// `listen` are the addresses as they were asked for: a host that listens on all of a machine's is no private one.
    pub fn new(listen: &[Multiaddr], allow_private: bool) -> Self {
        let listens_on = |kind| {
            listen.iter().any(|address| socket_address(address).is_ok_and(|(socket, _)| kind_of(socket.ip()) == kind))
        };
        Self { private: allow_private || listens_on(Kind::Private), loopback: listens_on(Kind::Loopback) }
    }

    /// The address with the peer's id at its end, if this peer may be dialed there. [NET-90]
    pub fn admit(&self, address: &Multiaddr, peer: &PeerId) -> Option<Multiaddr> {
        let (socket, named) = socket_address(address).ok()?;
        let reached = match kind_of(socket.ip()) {
            Kind::Global => true,
            Kind::Private => self.private,
            Kind::Loopback => self.loopback,
            Kind::Special => false,
        };
        if !reached || socket.port() == 0 || named.is_some_and(|named| named != *peer) {
            return None;
        }
        Some(Multiaddr::from(socket.ip()).with(Part::Tcp(socket.port())).with(Part::P2p(*peer)))
    }

    /// Those of the addresses that are admitted, each once, the first of them.
    pub fn admit_all<'a>(&self, addresses: impl IntoIterator<Item = &'a Multiaddr>, peer: &PeerId) -> Vec<Multiaddr> {
        let mut admitted = Vec::new();
        for address in addresses.into_iter().filter_map(|address| self.admit(address, peer)) {
            if admitted.len() < MAX_ADDRESSES && !admitted.contains(&address) {
                admitted.push(address);
            }
        }
        admitted
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Global,
    Private,
    Loopback,
    /// No single host has it: unspecified, multicast, broadcast, reserved, for documentation.
    Special,
}

fn kind_of(ip: IpAddr) -> Kind {
    match ip {
        IpAddr::V4(ip) => kind_of_ip4(ip),
        IpAddr::V6(ip) => ip.to_ipv4_mapped().map_or_else(|| kind_of_ip6(ip), kind_of_ip4),
    }
}

fn kind_of_ip4(ip: Ipv4Addr) -> Kind {
    let [first, second, ..] = ip.octets();
    let carrier_grade = first == 100 && second & 0xc0 == 64;
    if ip.is_loopback() {
        Kind::Loopback
    } else if ip.is_private() || ip.is_link_local() || carrier_grade {
        Kind::Private
    } else if first == 0 || first >= 224 || ip.is_documentation() {
        Kind::Special
    } else {
        Kind::Global
    }
}

fn kind_of_ip6(ip: Ipv6Addr) -> Kind {
    let documentation = ip.segments()[..2] == [0x2001, 0xdb8];
    if ip.is_loopback() {
        Kind::Loopback
    } else if ip.is_unique_local() || ip.is_unicast_link_local() {
        Kind::Private
    } else if ip.is_unspecified() || ip.is_multicast() || documentation {
        Kind::Special
    } else {
        Kind::Global
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Multiaddr {
        text.parse().unwrap()
    }

    fn admitted(listen: &str, allow_private: bool) -> Vec<&'static str> {
        let reach = Reach::new(&[address(listen)], allow_private);
        let peer = PeerId::random();
        [
            "/ip4/8.8.8.8/tcp/1",
            "/ip6/2a00::1/tcp/1",
            "/ip4/10.0.0.1/tcp/1",
            "/ip4/100.64.0.1/tcp/1",
            "/ip6/fd00::1/tcp/1",
            "/ip6/::ffff:192.168.0.1/tcp/1",
            "/ip4/127.0.0.1/tcp/1",
            "/ip6/::1/tcp/1",
            "/ip4/0.0.0.0/tcp/1",
            "/ip4/224.0.0.1/tcp/1",
            "/ip4/255.255.255.255/tcp/1",
            "/ip6/ff02::1/tcp/1",
            "/ip4/192.0.2.1/tcp/1",
            "/ip4/8.8.8.8/tcp/0",
            "/ip4/8.8.8.8/udp/1/quic-v1",
            "/dns4/example.org/tcp/1",
        ]
        .into_iter()
        .filter(|text| reach.admit(&address(text), &peer).is_some())
        .collect()
    }

    const GLOBAL: [&str; 2] = ["/ip4/8.8.8.8/tcp/1", "/ip6/2a00::1/tcp/1"];
    const PRIVATE: [&str; 4] =
        ["/ip4/10.0.0.1/tcp/1", "/ip4/100.64.0.1/tcp/1", "/ip6/fd00::1/tcp/1", "/ip6/::ffff:192.168.0.1/tcp/1"];
    const LOOPBACK: [&str; 2] = ["/ip4/127.0.0.1/tcp/1", "/ip6/::1/tcp/1"];

    /// [NET-90]
    #[test]
    fn what_we_listen_on_says_what_may_be_dialed() {
        assert_eq!(admitted("/ip4/0.0.0.0/tcp/1", false), GLOBAL);
        assert_eq!(admitted("/ip4/0.0.0.0/tcp/1", true), [&GLOBAL[..], &PRIVATE].concat());
        assert_eq!(admitted("/ip4/172.16.0.1/tcp/1", false), [&GLOBAL[..], &PRIVATE].concat());
        assert_eq!(admitted("/ip4/127.0.0.1/tcp/1", false), [&GLOBAL[..], &LOOPBACK].concat());
    }

    #[test]
    fn an_address_of_somebody_else_is_none() {
        let reach = Reach::new(&[], false);
        let (peer, other) = (PeerId::random(), PeerId::random());
        let with_id = address(&format!("/ip4/8.8.8.8/tcp/1/p2p/{peer}"));
        assert_eq!(reach.admit(&with_id, &other), None);
        assert_eq!(reach.admit(&with_id, &peer), Some(with_id.clone()));
        assert_eq!(reach.admit(&address("/ip4/8.8.8.8/tcp/1"), &peer), Some(with_id));
    }

    #[test]
    fn many_addresses_are_cut_and_the_same_one_counts_once() {
        let reach = Reach::new(&[], false);
        let many: Vec<_> = (1..100).map(|port| address(&format!("/ip4/8.8.8.8/tcp/{}", 1 + port / 2))).collect();
        let admitted = reach.admit_all(&many, &PeerId::random());
        assert_eq!(admitted.len(), MAX_ADDRESSES);
        assert!(admitted.windows(2).all(|pair| pair[0] != pair[1]));
    }
}
