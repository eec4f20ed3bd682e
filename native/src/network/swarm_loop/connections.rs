//! Connections: dialing, who comes and goes, and what peers say of themselves and of others.

use super::super::config::socket_address;
use super::super::discovery::Found;
use super::super::event::Event;
use super::super::host::lock;
use super::super::queue::Tag;
use super::super::reports::Peer;
use super::SwarmLoop;
use futures::StreamExt;
use libp2p::core::ConnectedPoint;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{ConnectionId, DialError};
use libp2p::{identify, ping, Multiaddr, PeerId};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);

/// What is dialed because the caller asked once.
pub(super) struct Dialed {
    peer: Option<PeerId>,
    address: Multiaddr,
}

impl SwarmLoop {
    pub(super) async fn close_connections(&mut self) {
        let peers: Vec<_> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            // An error means that the peer has just gone.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        let swarm = &mut self.swarm;
        let closed = async {
            while swarm.connected_peers().next().is_some() {
                swarm.select_next_some().await;
            }
        };
        drop(tokio::time::timeout(CLOSE_TIMEOUT, closed).await);
    }

    pub(super) fn dial_due(&mut self) {
        let swarm = &mut self.swarm;
        self.dialer.dial_due(Instant::now(), |address, peer| {
            let options = dial_options(address, peer);
            let connection = options.connection_id();
            swarm.dial(options).map(|()| connection).map_err(drop)
        });
    }

    pub(super) fn add_peer(&mut self, address: Multiaddr) {
        // The address was checked when it was given.
        let peer = socket_address(&address).ok().and_then(|(_, peer)| peer);
        if peer == Some(*self.swarm.local_peer_id()) {
            return;
        }
        let connected = peer.is_some_and(|peer| self.swarm.is_connected(&peer));
        self.dialer.add(address, peer, connected, Instant::now());
    }

    pub(super) fn dial(&mut self, address: Multiaddr) {
        let peer = socket_address(&address).ok().and_then(|(_, peer)| peer);
        if peer.is_some_and(|peer| self.swarm.is_connected(&peer)) {
            return;
        }
        let options = dial_options(&address, peer);
        let connection = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => drop(self.dials.insert(connection, Dialed { peer, address })),
            // It is being dialed already.
            Err(DialError::DialPeerConditionFalse(_)) => {}
            Err(error) => self.dial_failed(&Dialed { peer, address }, &error),
        }
    }

    fn dial_failed(&self, dialed: &Dialed, error: &DialError) {
        self.news(&Event::DialFailed {
            peer: dialed.peer.map(|peer| peer.to_string()).unwrap_or_default(),
            address: dialed.address.to_string(),
            again: false,
            text: error.to_string(),
        });
    }

    pub(super) fn on_connected(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        endpoint: &ConnectedPoint,
        first: bool,
    ) {
        self.dialer.on_connected(peer, connection);
        self.dials.remove(&connection);
        if !first {
            return;
        }
        if !self.shared.queue.has_room() {
            self.shared.refused_connections.fetch_add(1, Ordering::Relaxed);
            self.untold.insert(peer);
            // An error means that the peer has just gone.
            let _ = self.swarm.disconnect_peer_id(peer);
            return;
        }
        let address = endpoint.get_remote_address().to_string();
        let outbound = endpoint.is_dialer();
        let known = Peer { address: address.clone(), outbound, agent: String::new(), round_trip: None, score: 0.0 };
        lock(&self.shared.peers).insert(peer, known);
        let event = Event::PeerConnected { peer: peer.to_string(), address, outbound };
        self.shared.queue.push(event.encode(), Tag::None);
    }

    pub(super) fn on_disconnected(&mut self, peer: PeerId) {
        self.dialer.on_disconnected(peer, Instant::now());
        if self.untold.remove(&peer) {
            return;
        }
        lock(&self.shared.peers).remove(&peer);
        self.shared.queue.push(Event::PeerDisconnected { peer: peer.to_string() }.encode(), Tag::None);
    }

    pub(super) fn on_dial_failed(&mut self, connection: ConnectionId, error: &DialError) {
        if let Some(dialed) = self.dials.remove(&connection) {
            return self.dial_failed(&dialed, error);
        }
        if let DialError::LocalPeerId { .. } = error {
            // The address is our own.
            return self.dialer.remove_connection(connection);
        }
        if let Some((peer, address)) = self.dialer.on_dial_failed(connection, Instant::now()) {
            self.news(&Event::DialFailed {
                peer: peer.map(|peer| peer.to_string()).unwrap_or_default(),
                address: address.to_string(),
                again: true,
                text: error.to_string(),
            });
        }
    }

    pub(super) fn on_ping(&mut self, event: &ping::Event) {
        match &event.result {
            Ok(time) => {
                if let Some(peer) = lock(&self.shared.peers).get_mut(&event.peer) {
                    peer.round_trip = Some(*time);
                }
            }
            Err(ping::Failure::Timeout) => {
                self.swarm.close_connection(event.connection);
            }
            Err(_) => {}
        }
    }

    pub(super) fn on_found(&self, found: Vec<Found>) {
        for Found { peer, addresses } in found {
            if self.swarm.is_connected(&peer) {
                continue;
            }
            let addresses = addresses.iter().map(Multiaddr::to_string).collect();
            self.news(&Event::PeerDiscovered { peer: peer.to_string(), addresses });
        }
    }

    pub(super) fn on_identify(&mut self, event: identify::Event) {
        if let identify::Event::Received { peer_id, info, .. } = event {
            if let Some(peer) = lock(&self.shared.peers).get_mut(&peer_id) {
                peer.set_agent(&info.agent_version);
            }
            if let Some(discovery) = self.swarm.behaviour_mut().discovery.as_mut() {
                discovery.learn(&peer_id, &info.listen_addrs, &info.protocols);
            }
            let addresses = self.reach.admit_all(&info.listen_addrs, &peer_id);
            self.news(&Event::PeerIdentified {
                peer: peer_id.to_string(),
                agent: info.agent_version,
                protocol_version: info.protocol_version,
                addresses: addresses.iter().map(Multiaddr::to_string).collect(),
                protocols: info.protocols.iter().map(|protocol| protocol.to_string()).collect(),
            });
        }
    }
}

/// With a port of its own: two nodes that dial each other from their listening ports would meet half-way in one TCP
/// connection of which each believes to be the dialer.
fn dial_options(address: &Multiaddr, peer: Option<PeerId>) -> DialOpts {
    match peer {
        Some(peer) => DialOpts::peer_id(peer).addresses(vec![address.clone()]).allocate_new_port().build(),
        None => DialOpts::unknown_peer_id().address(address.clone()).allocate_new_port().build(),
    }
}
