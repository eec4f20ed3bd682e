//! The task that owns the swarm: carries out commands, turns what happens into events, redials wanted peers.

mod connections;
mod messages;
mod requests;

use self::connections::Dialed;
use self::requests::{OpenChannel, Serving};
use super::config::{socket_address, Config, Protocol};
use super::dialer::Dialer;
use super::discovery::Discovery;
use super::event::Event;
use super::gossip;
use super::host::{lock, reach, Command, Importance, Shared, TopicPeers};
use super::protocols::Protocols;
use super::queue::GossipSource;
use super::reach::Reach;
use crate::error::Error;
use futures::StreamExt;
use libp2p::gossipsub;
use libp2p::request_response::{InboundRequestId, OutboundRequestId};
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::{ConnectionId, ListenError, NetworkBehaviour, SwarmEvent};
use libp2p::{allow_block_list, connection_limits, identify, ping, PeerId, Swarm};
use std::collections::{HashMap, HashSet};
use std::sync::atomic::Ordering;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Limits and bans stand first: what they refuse, the others never see.
#[derive(NetworkBehaviour)]
pub struct Behaviour {
    pub limits: connection_limits::Behaviour,
    pub banned: allow_block_list::Behaviour<allow_block_list::BlockedPeers>,
    pub gossip: gossip::Behaviour,
    pub protocols: Protocols,
    pub identify: identify::Behaviour,
    pub ping: ping::Behaviour,
    pub discovery: Toggle<Discovery>,
}

pub struct SwarmLoop {
    swarm: Swarm<Behaviour>,
    shared: Arc<Shared>,
    protocols: Vec<Arc<Protocol>>,
    dialer: Dialer,
    /// What was asked for once.
    dials: HashMap<ConnectionId, Dialed>,
    reach: Reach,
    importance: HashMap<gossipsub::TopicHash, Importance>,
    outbound: HashMap<(usize, OutboundRequestId), u64>,
    inbound: HashMap<(usize, InboundRequestId), u64>,
    channels: HashMap<u64, OpenChannel>,
    next_channel: u64,
    serving: Serving,
    max_inbound_requests: usize,
    max_served_per_peer: usize,
    busy_status: u8,
    busy_payload: Vec<u8>,
    /// Peers of whose connection the caller was not told for want of room.
    untold: HashSet<PeerId>,
}

/// How old the scores and meshes may be that the caller looks up.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);

/// Closes the queue however the task ends, so that nobody waits for a host that is gone.
struct CloseQueue(Arc<Shared>);

impl Drop for CloseQueue {
    fn drop(&mut self) {
        self.0.queue.close(if std::thread::panicking() {
            "the network ended by an internal error"
        } else {
            "the network was stopped"
        });
    }
}

impl SwarmLoop {
    pub fn new(
        swarm: Swarm<Behaviour>,
        shared: Arc<Shared>,
        config: &Config,
        protocols: Vec<Arc<Protocol>>,
    ) -> Result<Self, Error> {
        let mut dialer = Dialer::new(config.redial_minimum, config.redial_maximum);
        for address in &config.static_peers {
            let (_, peer) = socket_address(address)?;
            if peer != Some(*swarm.local_peer_id()) {
                dialer.add(address.clone(), peer, false, Instant::now());
            }
        }
        Ok(Self {
            swarm,
            shared,
            protocols,
            dialer,
            dials: HashMap::new(),
            reach: reach(config),
            importance: HashMap::new(),
            outbound: HashMap::new(),
            inbound: HashMap::new(),
            channels: HashMap::new(),
            next_channel: 1,
            serving: Serving::default(),
            max_inbound_requests: config.max_inbound_requests,
            max_served_per_peer: config.max_served_per_peer,
            busy_status: config.busy_status,
            busy_payload: config.busy_payload.clone(),
            untold: HashSet::new(),
        })
    }

    /// Runs until it is told to stop; `earlier` is what happened while the listeners came up.
    pub async fn run(mut self, earlier: Vec<SwarmEvent<BehaviourEvent>>, mut commands: mpsc::Receiver<Command>) {
        let _close = CloseQueue(self.shared.clone());
        for event in earlier {
            self.on_swarm_event(event);
        }
        let mut reports = tokio::time::interval(REPORT_INTERVAL);
        reports.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            self.dial_due();
            let next_dial = self.dialer.next_deadline();
            let dial_time = async {
                match next_dial {
                    Some(deadline) => tokio::time::sleep_until(deadline.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                command = commands.recv() => match command {
                    None | Some(Command::Stop) => break,
                    Some(command) => self.on_command(command),
                },
                event = self.swarm.select_next_some() => self.on_swarm_event(event),
                () = dial_time => {}
                _ = reports.tick() => self.renew_reports(),
            }
        }
        self.close_connections().await;
    }

    fn renew_reports(&mut self) {
        let gossip = &self.swarm.behaviour().gossip;
        for (id, peer) in lock(&self.shared.peers).iter_mut() {
            peer.score = gossip.peer_score(id).unwrap_or_default();
        }
        let mut topics = lock(&self.shared.topics);
        for (name, peers) in topics.iter_mut() {
            let in_mesh = gossip.mesh_peers(&gossip::topic(name).hash()).count() as u32;
            *peers = TopicPeers { subscribed: 0, in_mesh };
        }
        for topic in gossip.all_peers().flat_map(|(_, topics)| topics) {
            if let Some(peers) = topics.get_mut(topic.as_str()) {
                peers.subscribed += 1;
            }
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Subscribe { topic, importance, score } => self.subscribe(&topic, importance, &score),
            Command::Unsubscribe { topic } => {
                let topic = gossip::topic(&topic);
                self.gossip().unsubscribe(&topic);
                self.importance.remove(&topic.hash());
            }
            Command::Publish { topic, payload, id } => self.publish(topic, payload, id),
            Command::Report { id, source, acceptance } => self.report(&GossipSource { id, peer: source }, acceptance),
            Command::Request { request, peer, protocol, payload } => self.request(request, peer, protocol, payload),
            Command::Respond { channel, status, payload } => self.respond(channel, status, payload),
            // The channel is dropped, and libp2p the stream with it.
            Command::Reset { channel } => drop(self.close_channel(channel)),
            Command::AddPeer { address } => self.add_peer(address),
            Command::Dial { address } => self.dial(address),
            Command::Discover => {
                if let Some(discovery) = self.swarm.behaviour_mut().discovery.as_mut() {
                    discovery.walk();
                }
            }
            Command::SetScore { peer, score } => {
                // False when the peer has just gone.
                self.gossip().set_application_score(&peer, score);
            }
            Command::Disconnect { peer } => {
                // An error means that the peer has just gone.
                let _ = self.swarm.disconnect_peer_id(peer);
            }
            Command::Ban { peer } => {
                self.dialer.remove_peer(&peer);
                let behaviour = self.swarm.behaviour_mut();
                behaviour.banned.block_peer(peer);
                if let Some(discovery) = behaviour.discovery.as_mut() {
                    discovery.forget(&peer);
                }
            }
            Command::Unban { peer } => {
                self.swarm.behaviour_mut().banned.unblock_peer(peer);
            }
            Command::Stop => {}
        }
    }

    fn gossip(&mut self) -> &mut gossip::Behaviour {
        &mut self.swarm.behaviour_mut().gossip
    }

    fn news(&self, event: &Event) {
        self.shared.queue.push_news(event.encode());
    }

    fn on_swarm_event(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::Behaviour(BehaviourEvent::Gossip(event)) => self.on_gossip(event),
            SwarmEvent::Behaviour(BehaviourEvent::Protocols((protocol, event))) => self.on_protocol(protocol, event),
            SwarmEvent::Behaviour(BehaviourEvent::Identify(event)) => self.on_identify(event),
            SwarmEvent::Behaviour(BehaviourEvent::Ping(event)) => self.on_ping(&event),
            SwarmEvent::Behaviour(BehaviourEvent::Discovery(found)) => self.on_found(found),
            SwarmEvent::ConnectionEstablished { peer_id, connection_id, endpoint, num_established, .. } => {
                self.on_connected(peer_id, connection_id, &endpoint, num_established.get() == 1);
            }
            SwarmEvent::ConnectionClosed { peer_id, num_established: 0, .. } => self.on_disconnected(peer_id),
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                self.on_dial_failed(connection_id, &error);
            }
            SwarmEvent::IncomingConnectionError { error: ListenError::Denied { .. }, .. } => {
                self.shared.refused_connections.fetch_add(1, Ordering::Relaxed);
            }
            SwarmEvent::NewListenAddr { address, .. } => {
                let mut addresses = lock(&self.shared.listen_addresses);
                if !addresses.contains(&address) {
                    addresses.push(address);
                }
            }
            SwarmEvent::ExpiredListenAddr { address, .. } => {
                lock(&self.shared.listen_addresses).retain(|known| *known != address);
            }
            _ => {}
        }
    }
}
