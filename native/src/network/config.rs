//! What a host is started with, and its checks.

use super::score::Score;
use crate::error::{Error, INVALID_ARGUMENT};
use libp2p::multiaddr::Protocol as Part;
use libp2p::{Multiaddr, PeerId};
use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// One request/response protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Protocol {
    pub id: String,
    pub max_request_bytes: usize,
    pub max_response_bytes: usize,
    pub timeout: Duration,
}

#[derive(Clone)]
pub struct Config {
    pub listen_addresses: Vec<Multiaddr>,
    pub external_addresses: Vec<Multiaddr>,
    pub static_peers: Vec<Multiaddr>,
    pub protocols: Vec<Protocol>,
    pub node_key: [u8; 32],
    pub agent: String,
    pub protocol_version: String,
    pub discovery_protocol: Option<String>,
    pub discovery_interval: Duration,
    pub allow_private_addresses: bool,
    pub threads: usize,
    pub heartbeat: Duration,
    pub mesh_target: usize,
    pub mesh_low: usize,
    pub mesh_high: usize,
    pub history_heartbeats: usize,
    pub duplicate_cache: Duration,
    pub max_message_bytes: usize,
    pub max_decompressed_bytes: usize,
    pub max_connections: u32,
    pub max_connections_per_peer: u32,
    pub max_pending_connections: u32,
    pub redial_minimum: Duration,
    pub redial_maximum: Duration,
    pub max_queued_gossip: usize,
    pub max_queued_gossip_bytes: usize,
    pub max_queued_events: usize,
    pub max_inbound_requests: usize,
    pub max_outbound_requests: usize,
    pub max_streams_per_peer: usize,
    pub max_served_per_peer: usize,
    pub busy_status: u8,
    pub busy_payload: Vec<u8>,
    pub score: Score,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen_addresses: vec!["/ip4/127.0.0.1/tcp/0".parse().expect("a constant address")],
            external_addresses: Vec::new(),
            static_peers: Vec::new(),
            protocols: Vec::new(),
            node_key: [0; 32],
            agent: "touchstone".to_owned(),
            protocol_version: "/touchstone/1".to_owned(),
            discovery_protocol: None,
            discovery_interval: Duration::from_secs(30),
            allow_private_addresses: false,
            threads: 2,
            heartbeat: Duration::from_millis(700),
            mesh_target: 8,
            mesh_low: 6,
            mesh_high: 12,
            history_heartbeats: 12,
            duplicate_cache: Duration::from_secs(384),
            max_message_bytes: max_compressed(10 << 20),
            max_decompressed_bytes: 10 << 20,
            max_connections: 100,
            max_connections_per_peer: 4,
            max_pending_connections: 32,
            redial_minimum: Duration::from_millis(250),
            redial_maximum: Duration::from_secs(30),
            max_queued_gossip: 8192,
            max_queued_gossip_bytes: 64 << 20,
            max_queued_events: 8192,
            max_inbound_requests: 64,
            max_outbound_requests: 64,
            max_streams_per_peer: 16,
            max_served_per_peer: 16,
            busy_status: 3,
            busy_payload: Vec::new(),
            score: Score::default(),
        }
    }
}

/// The longest raw snappy encoding of `length` bytes.
const fn max_compressed(length: usize) -> usize {
    32 + length + length / 6
}

impl Config {
    /// Refuses what could not work; each text names the field.
    pub fn check(&self) -> Result<(), Error> {
        require(self.node_key != [0; 32], || "node_key is all zero".into())?;
        for (name, value) in [
            ("threads", self.threads),
            ("discovery_interval_ms", self.discovery_interval.as_millis() as usize),
            ("heartbeat_ms", self.heartbeat.as_millis() as usize),
            ("mesh_target", self.mesh_target),
            ("mesh_low", self.mesh_low),
            ("history_heartbeats", self.history_heartbeats),
            ("duplicate_cache_ms", self.duplicate_cache.as_millis() as usize),
            ("max_message_bytes", self.max_message_bytes),
            ("max_decompressed_bytes", self.max_decompressed_bytes),
            ("max_connections", self.max_connections as usize),
            ("max_connections_per_peer", self.max_connections_per_peer as usize),
            ("max_pending_connections", self.max_pending_connections as usize),
            ("redial_minimum_ms", self.redial_minimum.as_millis() as usize),
            ("max_queued_gossip", self.max_queued_gossip),
            ("max_queued_events", self.max_queued_events),
            ("max_inbound_requests", self.max_inbound_requests),
            ("max_outbound_requests", self.max_outbound_requests),
            ("max_streams_per_peer", self.max_streams_per_peer),
            ("max_served_per_peer", self.max_served_per_peer),
        ] {
            require(value > 0, || format!("{name} is 0"))?;
        }
        require(self.threads <= 64, || "threads is above 64".into())?;
        require(self.mesh_low <= self.mesh_target && self.mesh_target <= self.mesh_high, || {
            "mesh_low <= mesh_target <= mesh_high does not hold".into()
        })?;
        require(self.redial_minimum <= self.redial_maximum, || "redial_minimum_ms is above redial_maximum_ms".into())?;
        require(self.max_queued_gossip_bytes >= self.max_message_bytes, || {
            "max_queued_gossip_bytes is below max_message_bytes".into()
        })?;
        let addresses = [&self.listen_addresses, &self.external_addresses, &self.static_peers];
        addresses.into_iter().flatten().try_for_each(|address| socket_address(address).map(drop))?;
        if let Some(id) = &self.discovery_protocol {
            require(id.starts_with('/'), || format!("discovery_protocol '{id}' does not begin with '/'"))?;
        }
        self.score.check()?;
        self.check_protocols()
    }

    fn check_protocols(&self) -> Result<(), Error> {
        let mut seen = HashSet::new();
        for protocol in &self.protocols {
            let id = &protocol.id;
            require(id.starts_with('/'), || format!("protocol '{id}' does not begin with '/'"))?;
            require(seen.insert(id), || format!("protocol '{id}' is registered twice"))?;
            require(!protocol.timeout.is_zero(), || format!("protocol '{id}' has a timeout of 0"))?;
            require(u32::try_from(protocol.max_request_bytes.max(protocol.max_response_bytes)).is_ok(), || {
                format!("protocol '{id}' allows more bytes than its length prefix can say")
            })?;
            require(self.busy_payload.len() <= protocol.max_response_bytes, || {
                format!("busy_payload is longer than a response of protocol '{id}'")
            })?;
        }
        Ok(())
    }
}

fn require(condition: bool, text: impl FnOnce() -> String) -> Result<(), Error> {
    if condition {
        Ok(())
    } else {
        Err(Error::new(INVALID_ARGUMENT, text()))
    }
}

/// The TCP address at the front of a multiaddr, and the peer at its end when it names one. [NET-80]
pub fn socket_address(address: &Multiaddr) -> Result<(SocketAddr, Option<PeerId>), Error> {
    let unsupported = || {
        Error::new(
            INVALID_ARGUMENT,
            format!("address '{address}' is not of the form /ip4/ADDRESS/tcp/PORT[/p2p/PEER] (or /ip6/...)"),
        )
    };
    let mut parts = address.iter();
    let ip = match parts.next() {
        Some(Part::Ip4(ip)) => IpAddr::V4(ip),
        Some(Part::Ip6(ip)) => IpAddr::V6(ip),
        _ => return Err(unsupported()),
    };
    let Some(Part::Tcp(port)) = parts.next() else { return Err(unsupported()) };
    match (parts.next(), parts.next()) {
        (None, _) => Ok((SocketAddr::new(ip, port), None)),
        (Some(Part::P2p(peer)), None) => Ok((SocketAddr::new(ip, port), Some(peer))),
        _ => Err(unsupported()),
    }
}

pub fn parse_address(text: &str) -> Result<Multiaddr, Error> {
    let address: Multiaddr =
        text.parse().map_err(|error| Error::new(INVALID_ARGUMENT, format!("address '{text}': {error}")))?;
    socket_address(&address)?;
    Ok(address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid() -> Config {
        Config { node_key: [1; 32], ..Config::default() }
    }

    fn refused(change: impl FnOnce(&mut Config)) -> String {
        let mut config = valid();
        change(&mut config);
        let error = config.check().expect_err("must be refused");
        assert_eq!(error.code, INVALID_ARGUMENT);
        error.text
    }

    fn protocol(id: &str) -> Protocol {
        Protocol { id: id.into(), max_request_bytes: 1, max_response_bytes: 1, timeout: Duration::from_secs(1) }
    }

    #[test]
    fn the_defaults_with_a_key_are_accepted() {
        valid().check().unwrap();
    }

    #[test]
    fn nonsense_is_refused_by_name() {
        assert!(refused(|c| c.node_key = [0; 32]).contains("node_key"));
        assert!(refused(|c| c.threads = 0).contains("threads"));
        assert!(refused(|c| c.mesh_high = 7).contains("mesh_high"));
        assert!(refused(|c| c.redial_minimum = Duration::from_secs(31)).contains("redial"));
        assert!(refused(|c| c.max_queued_gossip_bytes = 1).contains("max_queued_gossip_bytes"));
        assert!(refused(|c| c.discovery_protocol = Some("kad".into())).contains("'kad'"));
        assert!(refused(|c| c.score.graylist_threshold = 1.0).contains("score"));
        assert!(refused(|c| c.protocols = vec![protocol("status")]).contains("'status'"));
        assert!(refused(|c| c.protocols = vec![protocol("/a"), protocol("/a")]).contains("twice"));
    }

    /// [NET-80]
    #[test]
    fn only_tcp_addresses_are_accepted() {
        let (socket, peer) = socket_address(&"/ip4/127.0.0.1/tcp/9000".parse().unwrap()).unwrap();
        assert_eq!((socket, peer), ("127.0.0.1:9000".parse().unwrap(), None));
        assert!(parse_address("/ip4/127.0.0.1/udp/9000").unwrap_err().text.contains("/tcp/"));
        assert!(parse_address("/dns4/example.org/tcp/9000").is_err());
        assert!(parse_address("127.0.0.1:9000").is_err());
    }
}
