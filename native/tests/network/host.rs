//! A host under test: waits for the event that matters and keeps the others for later.

use crate::decode::decode;
use std::cell::RefCell;
use std::ops::Deref;
use std::time::Duration;
use touchstone_native::network::{Config, Event, MessageId, Network, PeerId, Polled, Protocol};

pub const TOPIC: &str = "/touchstone/00000000/block/ssz_snappy";
pub const STATUS: &str = "/touchstone/00000000/status/1";
pub const BLOCKS: &str = "/touchstone/00000000/blocks_by_range/1";

/// Far above what any step takes on a busy machine; only a failing test waits so long.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Host {
    network: Network,
    kept: RefCell<Vec<Event>>,
}

impl Deref for Host {
    type Target = Network;

    fn deref(&self) -> &Network {
        &self.network
    }
}

pub fn protocol(id: &str, max_request_bytes: usize, max_response_bytes: usize) -> Protocol {
    Protocol { id: id.into(), max_request_bytes, max_response_bytes, timeout: Duration::from_secs(10) }
}

pub fn config(seed: u8) -> Config {
    Config {
        node_key: [seed; 32],
        heartbeat: Duration::from_millis(100),
        redial_minimum: Duration::from_millis(20),
        redial_maximum: Duration::from_millis(100),
        protocols: vec![protocol(STATUS, 100, 100), protocol(BLOCKS, 100, 1000)],
        ..Config::default()
    }
}

pub fn start(config: Config) -> Host {
    Host { network: Network::start(config).unwrap(), kept: RefCell::default() }
}

/// Two hosts, the second of which dials the first.
pub fn connected_pair(left: Config, right: Config) -> (Host, Host) {
    let left = start(left);
    let right = start(Config { static_peers: vec![left.address().parse().unwrap()], ..right });
    left.wait_connected(&right);
    right.wait_connected(&left);
    (left, right)
}

impl Host {
    pub fn address(&self) -> String {
        self.listen_addresses()[0].to_string()
    }

    pub fn peer(&self) -> PeerId {
        self.local_peer_id()
    }

    /// The oldest event that the selector takes, kept or yet to come.
    pub fn wait<T>(&self, select: impl Fn(&Event) -> Option<T>) -> T {
        let kept = self.kept.borrow().iter().enumerate().find_map(|(index, event)| Some((index, select(event)?)));
        if let Some((index, found)) = kept {
            self.kept.borrow_mut().remove(index);
            return found;
        }
        loop {
            match self.poll(usize::MAX, PATIENCE) {
                Polled::Event(bytes) => {
                    let event = decode(&bytes);
                    match select(&event) {
                        Some(found) => return found,
                        None => self.kept.borrow_mut().push(event),
                    }
                }
                other => panic!("no such event: {other:?} after {:?}", self.kept.borrow()),
            }
        }
    }

    pub fn has_kept(&self, select: impl Fn(&Event) -> bool) -> bool {
        self.kept.borrow().iter().any(select)
    }

    pub fn wait_connected(&self, other: &Host) {
        let wanted = other.peer().to_string();
        self.wait(|event| matches!(event, Event::PeerConnected { peer, .. } if *peer == wanted).then_some(()));
    }

    pub fn wait_disconnected(&self, other: PeerId) {
        let wanted = other.to_string();
        self.wait(|event| matches!(event, Event::PeerDisconnected { peer } if *peer == wanted).then_some(()));
    }

    pub fn wait_subscribed(&self, other: &Host) {
        let wanted = other.peer().to_string();
        self.wait(|event| matches!(event, Event::PeerSubscribed { peer, .. } if *peer == wanted).then_some(()));
    }

    pub fn wait_gossip(&self) -> (MessageId, PeerId, Vec<u8>) {
        self.wait(|event| match event {
            Event::Gossip { id, source, topic, payload } => {
                assert_eq!(topic, TOPIC);
                Some((*id, source.parse().unwrap(), payload.clone()))
            }
            _ => None,
        })
    }

    /// Channel, protocol and payload.
    pub fn wait_request(&self) -> (u64, String, Vec<u8>) {
        self.wait(|event| match event {
            Event::Request { channel, protocol, payload, .. } => Some((*channel, protocol.clone(), payload.clone())),
            _ => None,
        })
    }

    /// Status and payload, or the reason of the failure.
    pub fn wait_response(&self, wanted: u64) -> Result<(u8, Vec<u8>), u8> {
        self.wait(|event| match event {
            Event::Response { request, status, payload, .. } if *request == wanted => {
                Some(Ok((*status, payload.clone())))
            }
            Event::RequestFailed { request, reason, .. } if *request == wanted => Some(Err(*reason)),
            _ => None,
        })
    }

    pub fn wait_publish_failure(&self) -> (MessageId, u8) {
        self.wait(|event| match event {
            Event::PublishFailed { id, reason, .. } => Some((*id, *reason)),
            _ => None,
        })
    }
}

impl Host {
    /// The other side turned a connection away: before or after this side took it for established.
    pub fn wait_disconnected_or_refused(&self) {
        self.wait(|event| matches!(event, Event::PeerDisconnected { .. } | Event::DialFailed { .. }).then_some(()));
    }
}
