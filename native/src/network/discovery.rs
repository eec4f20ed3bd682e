//! Kademlia as a directory of peers: answers who asks, walks through the peers that are connected, and tells whom they
//! know. [NET-88] [NET-89] It never dials: where Kademlia would, the peer is told of instead, and the walk goes on without it. No records
//! are stored.

use super::config::Config;
use super::reach::Reach;
use crate::error::{Error, INVALID_ARGUMENT};
use libp2p::core::transport::PortUse;
use libp2p::core::Endpoint;
use libp2p::kad::store::{MemoryStore, MemoryStoreConfig};
use libp2p::kad::{self, BucketInserts, Mode, QueryId, StoreInserts};
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, DialError, DialFailure, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent,
    THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId, StreamProtocol};
use std::collections::HashMap;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::{interval_at, Instant, Interval, MissedTickBehavior};

type Kademlia = kad::Behaviour<MemoryStore>;

/// Of one walk; it asks at most a few dozen connected peers.
const WALK_TIMEOUT: Duration = Duration::from_secs(30);

/// A peer to which there is no connection, and where it may be dialed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub peer: PeerId,
    pub addresses: Vec<Multiaddr>,
}

/// How long a peer is not told of again, and of how many peers is told in that time.
const TOLD_AGAIN: Duration = Duration::from_secs(10);
const MAX_TOLD: usize = 1024;

/// The peers that were told of a short while ago: every walk finds the same ones, and a liar may name any number.
#[derive(Default)]
struct Told(HashMap<PeerId, Instant>);

impl Told {
    fn admits(&mut self, peer: PeerId, now: Instant) -> bool {
        self.0.retain(|_, told| now - *told < TOLD_AGAIN);
        if self.0.len() >= MAX_TOLD || self.0.contains_key(&peer) {
            return false;
        }
        self.0.insert(peer, now);
        true
    }
}

pub struct Discovery {
    kademlia: Kademlia,
    protocol: StreamProtocol,
    reach: Reach,
    ticks: Interval,
    walk: Option<QueryId>,
    told: Told,
}

impl Discovery {
    /// Nothing if the configuration names no protocol. Inside of the runtime only.
    pub fn new(config: &Config, local: PeerId, reach: Reach) -> Result<Option<Self>, Error> {
        let Some(name) = &config.discovery_protocol else { return Ok(None) };
        let protocol = StreamProtocol::try_from_owned(name.clone())
            .map_err(|error| Error::new(INVALID_ARGUMENT, format!("discovery_protocol '{name}': {error}")))?;
        let mut settings = kad::Config::new(protocol.clone());
        settings
            .set_kbucket_inserts(BucketInserts::Manual)
            .set_record_filtering(StoreInserts::FilterBoth)
            .set_replication_interval(None)
            .set_publication_interval(None)
            .set_provider_publication_interval(None)
            .set_periodic_bootstrap_interval(None)
            .set_query_timeout(WALK_TIMEOUT);
        let store = MemoryStoreConfig { max_records: 0, max_provided_keys: 0, ..MemoryStoreConfig::default() };
        let mut kademlia = Kademlia::with_config(local, MemoryStore::with_config(local, store), settings);
        kademlia.set_mode(Some(Mode::Server));
        let mut ticks = interval_at(Instant::now() + config.discovery_interval, config.discovery_interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Some(Self { kademlia, protocol, reach, ticks, walk: None, told: Told::default() }))
    }

    /// What a connected peer says of itself: whether it is to be in the table, and with which addresses. [NET-88]
    pub fn learn(&mut self, peer: &PeerId, addresses: &[Multiaddr], protocols: &[StreamProtocol]) {
        if !protocols.contains(&self.protocol) {
            self.kademlia.remove_peer(peer);
            return;
        }
        let current = self.reach.admit_all(addresses, peer);
        for known in self.addresses(peer) {
            if !current.contains(&known) {
                self.kademlia.remove_address(peer, &known);
            }
        }
        for address in current {
            self.kademlia.add_address(peer, address);
        }
    }

    pub fn forget(&mut self, peer: &PeerId) {
        self.kademlia.remove_peer(peer);
    }

    /// Begins a walk to a random place, unless one is under way.
    pub fn walk(&mut self) {
        if self.walk.is_none() {
            self.walk = Some(self.kademlia.get_closest_peers(PeerId::random()));
        }
    }

    fn addresses(&mut self, peer: &PeerId) -> Vec<Multiaddr> {
        let unused = ConnectionId::new_unchecked(0);
        // Kademlia refuses no connection.
        self.kademlia.handle_pending_outbound_connection(unused, Some(*peer), &[], Endpoint::Dialer).unwrap_or_default()
    }

    /// To Kademlia the dial has failed in a way that speaks against no address. [NET-89]
    fn instead_of_dialing(&mut self, options: &DialOpts) -> Vec<Found> {
        let Some(peer) = options.get_peer_id() else { return Vec::new() };
        let told = self.addresses(&peer);
        let addresses = self.reach.admit_all(&told, &peer);
        let error = DialError::Aborted;
        self.kademlia.on_swarm_event(FromSwarm::DialFailure(DialFailure {
            peer_id: Some(peer),
            error: &error,
            connection_id: options.connection_id(),
        }));
        if addresses.is_empty() || !self.told.admits(peer, Instant::now()) {
            return Vec::new();
        }
        vec![Found { peer, addresses }]
    }

    fn on_event(&mut self, event: &kad::Event) {
        if let kad::Event::OutboundQueryProgressed { id, step, .. } = event {
            if step.last && self.walk == Some(*id) {
                self.walk = None;
            }
        }
    }
}

impl NetworkBehaviour for Discovery {
    type ConnectionHandler = THandler<Kademlia>;
    type ToSwarm = Vec<Found>;

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.kademlia.handle_established_inbound_connection(connection, peer, local, remote)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        self.kademlia.handle_established_outbound_connection(connection, peer, address, role, port)
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        self.kademlia.on_swarm_event(event);
    }

    fn on_connection_handler_event(&mut self, peer: PeerId, connection: ConnectionId, event: THandlerOutEvent<Self>) {
        self.kademlia.on_connection_handler_event(peer, connection, event);
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        while self.ticks.poll_tick(context).is_ready() {
            self.walk();
        }
        match self.kademlia.poll(context) {
            Poll::Ready(ToSwarm::Dial { opts }) => Poll::Ready(ToSwarm::GenerateEvent(self.instead_of_dialing(&opts))),
            Poll::Ready(other) => Poll::Ready(other.map_out(|event| {
                self.on_event(&event);
                Vec::new()
            })),
            Poll::Pending => Poll::Pending,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_is_told_of_once_in_a_while() {
        let (mut told, now, peer) = (Told::default(), Instant::now(), PeerId::random());
        assert!(told.admits(peer, now));
        assert!(!told.admits(peer, now + TOLD_AGAIN / 2));
        assert!(told.admits(PeerId::random(), now + TOLD_AGAIN / 2));
        assert!(told.admits(peer, now + TOLD_AGAIN));
    }

    #[test]
    fn a_flood_of_names_is_cut() {
        let (mut told, now) = (Told::default(), Instant::now());
        let admitted = (0..2 * MAX_TOLD).filter(|_| told.admits(PeerId::random(), now)).count();
        assert_eq!(admitted, MAX_TOLD);
        assert!(told.admits(PeerId::random(), now + TOLD_AGAIN));
    }
}
