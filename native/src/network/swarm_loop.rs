//! The task that owns the swarm: carries out commands, turns what happens into events, redials wanted peers.

use super::codec::{Request, Response};
use super::config::{socket_address, Config, Protocol};
use super::dialer::Dialer;
use super::discovery::{Discovery, Found};
use super::event::{failure, publish_failure, Event};
use super::gossip;
use super::host::{lock, reach, Command, Importance, Shared, TopicPeers};
use super::message_id::{MessageId, MESSAGE_ID_BYTES};
use super::protocols::Protocols;
use super::queue::{GossipSource, Tag};
use super::reach::Reach;
use super::reports::{Peer, MAX_TOPICS};
use super::score::TopicScore;
use super::Acceptance;
use crate::error::Error;
use futures::StreamExt;
use libp2p::core::ConnectedPoint;
use libp2p::gossipsub::{self, PublishError};
use libp2p::request_response::{
    self, InboundFailure, InboundRequestId, Message, OutboundFailure, OutboundRequestId, ResponseChannel,
};
use libp2p::swarm::behaviour::toggle::Toggle;
use libp2p::swarm::dial_opts::DialOpts;
use libp2p::swarm::{ConnectionId, DialError, ListenError, NetworkBehaviour, SwarmEvent};
use libp2p::{allow_block_list, connection_limits, identify, ping, Multiaddr, PeerId, Swarm};
use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::io;
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

struct OpenChannel {
    protocol: usize,
    inbound: InboundRequestId,
    respond: ResponseChannel<Response>,
}

/// Requests of peers from their arrival until the response has left or the stream has failed: a peer that reads its
/// responses slowly is being served all the while.
#[derive(Default)]
struct Serving {
    peers: HashMap<(usize, InboundRequestId), PeerId>,
    counts: HashMap<(usize, PeerId), usize>,
}

impl Serving {
    fn count(&self, protocol: usize, peer: PeerId) -> usize {
        self.counts.get(&(protocol, peer)).copied().unwrap_or(0)
    }

    fn begin(&mut self, protocol: usize, inbound: InboundRequestId, peer: PeerId) {
        if self.peers.insert((protocol, inbound), peer).is_none() {
            *self.counts.entry((protocol, peer)).or_default() += 1;
        }
    }

    /// Nothing for a request that was refused.
    fn end(&mut self, protocol: usize, inbound: InboundRequestId) {
        let Some(peer) = self.peers.remove(&(protocol, inbound)) else { return };
        if let Entry::Occupied(mut count) = self.counts.entry((protocol, peer)) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
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

struct Dialed {
    peer: Option<PeerId>,
    address: Multiaddr,
}

const CLOSE_TIMEOUT: Duration = Duration::from_secs(1);
/// How old the scores and meshes may be that the caller looks up.
const REPORT_INTERVAL: Duration = Duration::from_secs(1);
const REQUEST_FRAME_BYTES: usize = 4;
const RESPONSE_FRAME_BYTES: usize = 5;

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

    async fn close_connections(&mut self) {
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

    fn dial_due(&mut self) {
        let swarm = &mut self.swarm;
        self.dialer.dial_due(Instant::now(), |address, peer| {
            let options = dial_options(address, peer);
            let connection = options.connection_id();
            swarm.dial(options).map(|()| connection).map_err(drop)
        });
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

    /// Begins to count for a topic that the caller names.
    fn count_topic(&mut self, name: &str) {
        let mut topics = lock(&self.shared.topics);
        if topics.len() >= MAX_TOPICS || topics.contains_key(name) {
            return;
        }
        topics.insert(name.to_owned(), TopicPeers::default());
        drop(topics);
        let topic = gossip::topic(name).hash();
        self.gossip().register_topics_for_metrics(vec![topic]);
    }

    fn subscribe(&mut self, name: &str, importance: Importance, score: &TopicScore) {
        self.count_topic(name);
        let topic = gossip::topic(name);
        self.importance.insert(topic.hash(), importance);
        // Neither can fail: scoring is on, and the caller's topics have short names.
        let _ = self.gossip().set_topic_params(topic.clone(), score.parameters());
        let _ = self.gossip().subscribe(&topic);
    }

    fn publish(&mut self, topic: String, payload: Vec<u8>, id: MessageId) {
        self.count_topic(&topic);
        let Err(error) = self.gossip().publish(gossip::topic(&topic), payload) else { return };
        let reason = match &error {
            PublishError::Duplicate => publish_failure::DUPLICATE,
            PublishError::NoPeersSubscribedToTopic => publish_failure::NO_PEERS,
            PublishError::MessageTooLarge => publish_failure::TOO_LARGE,
            PublishError::AllQueuesFull(_) => publish_failure::QUEUES_FULL,
            PublishError::SigningError(_) | PublishError::TransformFailed(_) => publish_failure::OTHER,
        };
        self.news(&Event::PublishFailed { id, topic, reason, text: error.to_string() });
    }

    fn report(&mut self, source: &GossipSource, acceptance: Acceptance) {
        // False when the message has left the cache: the verdict came too late to matter.
        self.gossip().report_message_validation_result(&source.id.to_vec().into(), &source.peer, acceptance);
    }

    fn request(&mut self, request: u64, peer: PeerId, protocol: usize, payload: Vec<u8>) {
        if !self.swarm.is_connected(&peer) {
            let text = "the peer is not connected".to_owned();
            return self.request_ended(request, peer, failure::NOT_CONNECTED, text);
        }
        self.shared.protocol_traffic[protocol].count_out(REQUEST_FRAME_BYTES + payload.len());
        let outbound = self.swarm.behaviour_mut().protocols.send_request(protocol, &peer, payload);
        self.outbound.insert((protocol, outbound), request);
    }

    fn request_ended(&self, request: u64, peer: PeerId, reason: u8, text: String) {
        let event = Event::RequestFailed { request, peer: peer.to_string(), reason, text };
        self.shared.queue.push(event.encode(), Tag::Ended);
    }

    fn respond(&mut self, channel: u64, status: u8, payload: Vec<u8>) {
        // Absent when the peer's patience ended between the caller's decision and now; it was told by an event.
        let Some(open) = self.close_channel(channel) else { return };
        self.send_response(open.protocol, open.respond, Response { status, payload });
    }

    fn send_response(&mut self, protocol: usize, respond: ResponseChannel<Response>, response: Response) {
        self.shared.protocol_traffic[protocol].count_out(RESPONSE_FRAME_BYTES + response.payload.len());
        self.swarm.behaviour_mut().protocols.send_response(protocol, respond, response);
    }

    fn close_channel(&mut self, channel: u64) -> Option<OpenChannel> {
        lock(&self.shared.open_channels).remove(&channel);
        let open = self.channels.remove(&channel)?;
        self.inbound.remove(&(open.protocol, open.inbound));
        Some(open)
    }

    fn add_peer(&mut self, address: Multiaddr) {
        // The address was checked when it was given.
        let peer = socket_address(&address).ok().and_then(|(_, peer)| peer);
        if peer == Some(*self.swarm.local_peer_id()) {
            return;
        }
        let connected = peer.is_some_and(|peer| self.swarm.is_connected(&peer));
        self.dialer.add(address, peer, connected, Instant::now());
    }

    fn dial(&mut self, address: Multiaddr) {
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

    fn on_connected(&mut self, peer: PeerId, connection: ConnectionId, endpoint: &ConnectedPoint, first: bool) {
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

    fn on_disconnected(&mut self, peer: PeerId) {
        self.dialer.on_disconnected(peer, Instant::now());
        if self.untold.remove(&peer) {
            return;
        }
        lock(&self.shared.peers).remove(&peer);
        self.shared.queue.push(Event::PeerDisconnected { peer: peer.to_string() }.encode(), Tag::None);
    }

    fn on_dial_failed(&mut self, connection: ConnectionId, error: &DialError) {
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

    fn on_ping(&mut self, event: &ping::Event) {
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

    fn on_found(&self, found: Vec<Found>) {
        for Found { peer, addresses } in found {
            if self.swarm.is_connected(&peer) {
                continue;
            }
            let addresses = addresses.iter().map(Multiaddr::to_string).collect();
            self.news(&Event::PeerDiscovered { peer: peer.to_string(), addresses });
        }
    }

    fn on_identify(&mut self, event: identify::Event) {
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

    fn on_gossip(&mut self, event: gossipsub::Event) {
        match event {
            gossipsub::Event::Message { propagation_source, message_id, message } => {
                self.on_message(propagation_source, &message_id, message);
            }
            gossipsub::Event::Subscribed { peer_id, topic } => {
                self.news(&Event::PeerSubscribed { peer: peer_id.to_string(), topic: topic.into_string() });
            }
            gossipsub::Event::Unsubscribed { peer_id, topic } => {
                self.news(&Event::PeerUnsubscribed { peer: peer_id.to_string(), topic: topic.into_string() });
            }
            gossipsub::Event::GossipsubNotSupported { .. } | gossipsub::Event::SlowPeer { .. } => {}
        }
    }

    fn on_message(&mut self, source: PeerId, message_id: &gossipsub::MessageId, message: gossipsub::Message) {
        let mut id = [0; MESSAGE_ID_BYTES];
        id.copy_from_slice(&message_id.0);
        let important = self.importance.get(&message.topic) == Some(&Importance::Important);
        let event =
            Event::Gossip { id, source: source.to_string(), topic: message.topic.into_string(), payload: message.data };
        let entry = GossipSource { id, peer: source };
        for dropped in self.shared.queue.push_gossip(event.encode(), entry, important) {
            // Without a verdict the message would wait in gossipsub's cache for nothing.
            self.report(&dropped, Acceptance::Ignore);
        }
    }

    fn on_protocol(&mut self, protocol: usize, event: request_response::Event<Request, Response>) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                Message::Request { request_id, request, channel } => {
                    self.on_request(protocol, peer, request_id, request, channel);
                }
                Message::Response { request_id, response } => {
                    let Some(request) = self.outbound.remove(&(protocol, request_id)) else { return };
                    let Response { status, payload } = response;
                    self.shared.protocol_traffic[protocol].count_in(RESPONSE_FRAME_BYTES + payload.len());
                    let event = Event::Response { request, peer: peer.to_string(), status, payload };
                    self.shared.queue.push(event.encode(), Tag::Ended);
                }
            },
            request_response::Event::OutboundFailure { peer, request_id, error, .. } => {
                let Some(request) = self.outbound.remove(&(protocol, request_id)) else { return };
                self.request_ended(request, peer, outbound_reason(&error), error.to_string());
            }
            request_response::Event::InboundFailure { peer, request_id, error, .. } => {
                self.on_inbound_failure(protocol, peer, request_id, &error);
            }
            request_response::Event::ResponseSent { request_id, .. } => self.serving.end(protocol, request_id),
        }
    }

    /// What exceeds the limits of the host is refused by dropping the channel, which closes the stream without a
    /// response; what exceeds the peer's share gets the busy response.
    fn on_request(
        &mut self,
        protocol: usize,
        peer: PeerId,
        inbound: InboundRequestId,
        request: Request,
        respond: ResponseChannel<Response>,
    ) {
        let name = &self.protocols[protocol].id;
        let payload = match request {
            Request::Payload(payload) => payload,
            Request::TooLarge { declared } => {
                return self.news(&Event::RequestViolation {
                    peer: peer.to_string(),
                    protocol: name.clone(),
                    declared_bytes: declared,
                });
            }
        };
        self.shared.protocol_traffic[protocol].count_in(REQUEST_FRAME_BYTES + payload.len());
        if self.channels.len() >= self.max_inbound_requests || self.untold.contains(&peer) {
            self.shared.refused_requests.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if self.serving.count(protocol, peer) >= self.max_served_per_peer {
            self.shared.refused_requests.fetch_add(1, Ordering::Relaxed);
            let response = Response { status: self.busy_status, payload: self.busy_payload.clone() };
            return self.send_response(protocol, respond, response);
        }
        self.serving.begin(protocol, inbound, peer);
        let channel = self.next_channel;
        self.next_channel += 1;
        let event = Event::Request { channel, peer: peer.to_string(), protocol: name.clone(), payload };
        self.channels.insert(channel, OpenChannel { protocol, inbound, respond });
        self.inbound.insert((protocol, inbound), channel);
        lock(&self.shared.open_channels).insert(channel, protocol);
        self.shared.queue.push(event.encode(), Tag::Request { channel });
    }

    fn on_inbound_failure(&mut self, protocol: usize, peer: PeerId, inbound: InboundRequestId, error: &InboundFailure) {
        self.serving.end(protocol, inbound);
        // Absent when the response was on its way or the request was refused.
        let Some(channel) = self.inbound.get(&(protocol, inbound)).copied() else { return };
        self.close_channel(channel);
        if self.shared.queue.withdraw_request(channel) {
            self.shared.refused_requests.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let reason = inbound_reason(error);
        let event = Event::ResponseFailed { channel, peer: peer.to_string(), reason, text: error.to_string() };
        self.shared.queue.push(event.encode(), Tag::None);
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

fn io_reason(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::TimedOut => failure::TIMEOUT,
        io::ErrorKind::InvalidData => failure::TOO_LARGE,
        io::ErrorKind::UnexpectedEof => failure::REFUSED,
        _ => failure::IO,
    }
}

fn outbound_reason(error: &OutboundFailure) -> u8 {
    match error {
        OutboundFailure::DialFailure => failure::NOT_CONNECTED,
        OutboundFailure::Timeout => failure::TIMEOUT,
        OutboundFailure::ConnectionClosed => failure::CONNECTION_CLOSED,
        OutboundFailure::UnsupportedProtocols => failure::UNSUPPORTED_PROTOCOL,
        OutboundFailure::Io(error) => io_reason(error),
    }
}

fn inbound_reason(error: &InboundFailure) -> u8 {
    match error {
        InboundFailure::Timeout => failure::TIMEOUT,
        InboundFailure::ConnectionClosed => failure::CONNECTION_CLOSED,
        InboundFailure::UnsupportedProtocols => failure::UNSUPPORTED_PROTOCOL,
        InboundFailure::ResponseOmission => failure::REFUSED,
        InboundFailure::Io(error) => io_reason(error),
    }
}
