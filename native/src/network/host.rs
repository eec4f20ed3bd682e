//! The handle of a running host: what the caller's threads touch. The swarm itself lives in one task of the runtime
//! (`swarm_loop`), which takes commands from a bounded channel and answers through the queue of events.

use super::config::{parse_address, socket_address, Config, Protocol};
use super::discovery::Discovery;
use super::gossip;
use super::message_id::{message_id, MessageId};
use super::protocols::Protocols;
use super::queue::{Limits, Polled, Queue};
use super::reach::Reach;
use super::reports::{topic_counts, Counters, Peer, Traffic, TrafficKind};
use super::score::TopicScore;
use super::swarm_loop::{Behaviour, BehaviourEvent, SwarmLoop};
use super::Acceptance;
use crate::error::{Error, ADDRESS_IN_USE, BUSY, INVALID_ARGUMENT, IO, STOPPED, TOO_LARGE, UNKNOWN};
use futures::StreamExt;
use libp2p::core::transport::ListenerId;
use libp2p::identity::Keypair;
use libp2p::swarm::SwarmEvent;
use libp2p::{
    allow_block_list, connection_limits, identify, noise, ping, tcp, yamux, Multiaddr, PeerId, Swarm, SwarmBuilder,
};
use prometheus_client::registry::Registry;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

/// Whether the messages of a topic may be dropped before others when the caller is slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Importance {
    Droppable,
    Important,
}

/// What the swarm's task is asked to do.
pub enum Command {
    Subscribe { topic: String, importance: Importance, score: TopicScore },
    Unsubscribe { topic: String },
    Publish { topic: String, payload: Vec<u8>, id: MessageId },
    Report { id: MessageId, source: PeerId, acceptance: Acceptance },
    Request { request: u64, peer: PeerId, protocol: usize, payload: Vec<u8> },
    Respond { channel: u64, status: u8, payload: Vec<u8> },
    Reset { channel: u64 },
    AddPeer { address: Multiaddr },
    Dial { address: Multiaddr },
    Discover,
    SetScore { peer: PeerId, score: f64 },
    Disconnect { peer: PeerId },
    Ban { peer: PeerId },
    Unban { peer: PeerId },
    Stop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Statistics {
    pub peers: u64,
    pub queued_events: u64,
    pub dropped_gossip: u64,
    pub dropped_events: u64,
    pub refused_requests: u64,
    pub refused_connections: u64,
}

/// What the handle and the swarm's task share.
pub struct Shared {
    pub queue: Queue,
    /// The connected peers of which the caller was told.
    pub peers: Mutex<HashMap<PeerId, Peer>>,
    /// The topics that the caller has named, with the peers that subscribe to each and those in its mesh.
    pub topics: Mutex<BTreeMap<String, TopicPeers>>,
    /// gossipsub's counters.
    pub registry: Registry,
    /// Of the protocols, by their index.
    pub protocol_traffic: Vec<Counters>,
    pub refused_requests: AtomicU64,
    pub refused_connections: AtomicU64,
    /// Requests of peers that wait for the caller's response: channel and index of the protocol.
    pub open_channels: Mutex<HashMap<u64, usize>>,
    pub listen_addresses: Mutex<Vec<Multiaddr>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TopicPeers {
    pub subscribed: u32,
    pub in_mesh: u32,
}

/// Nothing that holds one of the locks can leave its map half changed.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub struct Network {
    shared: Arc<Shared>,
    commands: mpsc::Sender<Command>,
    runtime: Mutex<Option<Runtime>>,
    protocols: Vec<Arc<Protocol>>,
    local_peer: PeerId,
    next_request: AtomicU64,
    max_message_bytes: usize,
    max_decompressed_bytes: usize,
    max_outbound_requests: usize,
}

const COMMAND_CAPACITY: usize = 4096;
const LISTEN_TIMEOUT: Duration = Duration::from_secs(5);
/// The remote must show life within two of these. [NET-83]
const PING_INTERVAL: Duration = Duration::from_secs(15);
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// Connections end when a side wants it, not because no stream happened to be open.
const IDLE_CONNECTION_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

impl Network {
    /// Starts a host and returns when it listens on all its addresses.
    pub fn start(config: Config) -> Result<Self, Error> {
        config.check()?;
        let keypair = Keypair::ed25519_from_bytes(config.node_key)
            .map_err(|error| Error::new(INVALID_ARGUMENT, format!("node_key: {error}")))?;
        let local_peer = keypair.public().to_peer_id();
        let protocols: Vec<_> = config.protocols.iter().cloned().map(Arc::new).collect();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(config.threads)
            .thread_name("touchstone-network")
            .enable_all()
            .build()
            .map_err(|error| Error::new(IO, format!("cannot start the network's threads: {error}")))?;
        let mut registry = Registry::default();
        let (swarm, listening) = runtime.block_on(async {
            let mut swarm = build_swarm(&config, keypair, &protocols, &mut registry)?;
            for address in &config.external_addresses {
                swarm.add_external_address(address.clone());
            }
            let listening = listen(&mut swarm, &config.listen_addresses).await?;
            Ok::<_, Error>((swarm, listening))
        })?;
        let shared = Arc::new(Shared {
            queue: Queue::new(Limits {
                gossip: config.max_queued_gossip,
                gossip_bytes: config.max_queued_gossip_bytes,
                events: config.max_queued_events,
            }),
            peers: Mutex::default(),
            topics: Mutex::default(),
            registry,
            protocol_traffic: protocols.iter().map(|_| Counters::default()).collect(),
            refused_requests: AtomicU64::new(0),
            refused_connections: AtomicU64::new(0),
            open_channels: Mutex::default(),
            listen_addresses: Mutex::new(listening.addresses),
        });
        let (commands, receiver) = mpsc::channel(COMMAND_CAPACITY);
        let swarm_loop = SwarmLoop::new(swarm, shared.clone(), &config, protocols.clone())?;
        runtime.spawn(swarm_loop.run(listening.other_events, receiver));
        Ok(Self {
            shared,
            commands,
            runtime: Mutex::new(Some(runtime)),
            protocols,
            local_peer,
            next_request: AtomicU64::new(1),
            max_message_bytes: config.max_message_bytes,
            max_decompressed_bytes: config.max_decompressed_bytes,
            max_outbound_requests: config.max_outbound_requests,
        })
    }

    pub fn local_peer_id(&self) -> PeerId {
        self.local_peer
    }

    /// The addresses on which the host listens, with the real ports and its peer id.
    pub fn listen_addresses(&self) -> Vec<Multiaddr> {
        let addresses = lock(&self.shared.listen_addresses);
        addresses.iter().map(|address| address.clone().with_p2p(self.local_peer).unwrap_or_else(|same| same)).collect()
    }

    pub fn statistics(&self) -> Statistics {
        let counts = self.shared.queue.counts();
        Statistics {
            peers: lock(&self.shared.peers).len() as u64,
            queued_events: counts.queued as u64,
            dropped_gossip: counts.dropped_gossip,
            dropped_events: counts.dropped_events,
            refused_requests: self.shared.refused_requests.load(Ordering::Relaxed),
            refused_connections: self.shared.refused_connections.load(Ordering::Relaxed),
        }
    }

    /// The connected peers of which the caller was told.
    pub fn peers(&self) -> HashMap<PeerId, Peer> {
        lock(&self.shared.peers).clone()
    }

    /// What was carried for each topic that the caller has named and for each protocol.
    pub fn traffic(&self) -> Vec<Traffic> {
        let topics = lock(&self.shared.topics).clone();
        let counts = topic_counts(&self.shared.registry);
        let of_topic = |(name, peers): (String, TopicPeers)| Traffic {
            kind: TrafficKind::Topic,
            counts: counts.get(&name).copied().unwrap_or_default(),
            name,
            subscribed_peers: peers.subscribed,
            mesh_peers: peers.in_mesh,
        };
        let of_protocol = |(protocol, counters): (&Arc<Protocol>, &Counters)| Traffic {
            kind: TrafficKind::Protocol,
            name: protocol.id.clone(),
            counts: counters.get(),
            subscribed_peers: 0,
            mesh_peers: 0,
        };
        let protocols = self.protocols.iter().zip(&self.shared.protocol_traffic);
        topics.into_iter().map(of_topic).chain(protocols.map(of_protocol)).collect()
    }

    pub fn subscribe(&self, topic: &str, importance: Importance, score: TopicScore) -> Result<(), Error> {
        score.check()?;
        self.command(Command::Subscribe { topic: topic.to_owned(), importance, score })
    }

    pub fn unsubscribe(&self, topic: &str) -> Result<(), Error> {
        self.command(Command::Unsubscribe { topic: topic.to_owned() })
    }

    pub fn message_id(&self, topic: &str, payload: &[u8]) -> MessageId {
        message_id(topic, payload, self.max_decompressed_bytes)
    }

    pub fn publish(&self, topic: &str, payload: &[u8]) -> Result<MessageId, Error> {
        within("message", payload.len(), self.max_message_bytes)?;
        let id = self.message_id(topic, payload);
        self.command(Command::Publish { topic: topic.to_owned(), payload: payload.to_vec(), id })?;
        Ok(id)
    }

    pub fn report(&self, id: MessageId, source: PeerId, acceptance: Acceptance) -> Result<(), Error> {
        self.command(Command::Report { id, source, acceptance })
    }

    /// Returns the id that the response's event will carry.
    pub fn send_request(&self, peer: PeerId, protocol: &str, payload: &[u8]) -> Result<u64, Error> {
        let index = self
            .protocols
            .iter()
            .position(|known| known.id == protocol)
            .ok_or_else(|| Error::new(UNKNOWN, format!("protocol '{protocol}' was not registered at start")))?;
        within("request", payload.len(), self.protocols[index].max_request_bytes)?;
        if !self.shared.queue.reserve_request(self.max_outbound_requests) {
            return Err(Error::new(BUSY, format!("{} requests are outstanding", self.max_outbound_requests)));
        }
        let request = self.next_request.fetch_add(1, Ordering::Relaxed);
        self.command(Command::Request { request, peer, protocol: index, payload: payload.to_vec() })
            .inspect_err(|_| self.shared.queue.release_request())?;
        Ok(request)
    }

    pub fn send_response(&self, channel: u64, status: u8, payload: &[u8]) -> Result<(), Error> {
        let unknown = || Error::new(UNKNOWN, format!("nobody waits for a response on channel {channel}"));
        let mut open = lock(&self.shared.open_channels);
        let index = *open.get(&channel).ok_or_else(unknown)?;
        within("response", payload.len(), self.protocols[index].max_response_bytes)?;
        self.command(Command::Respond { channel, status, payload: payload.to_vec() })?;
        open.remove(&channel);
        Ok(())
    }

    /// Ends a request without a response: its stream is closed, its connection stays.
    pub fn reset_request(&self, channel: u64) -> Result<(), Error> {
        let mut open = lock(&self.shared.open_channels);
        if !open.contains_key(&channel) {
            return Err(Error::new(UNKNOWN, format!("nobody waits for a response on channel {channel}")));
        }
        self.command(Command::Reset { channel })?;
        open.remove(&channel);
        Ok(())
    }

    /// Keeps this peer connected from now on, like the static peers of the configuration.
    pub fn add_peer(&self, address: &str) -> Result<(), Error> {
        self.command(Command::AddPeer { address: parse_address(address)? })
    }

    /// Tries once to connect; nothing where there is a connection or a dial already.
    pub fn dial(&self, address: &str) -> Result<(), Error> {
        self.command(Command::Dial { address: parse_address(address)? })
    }

    /// Asks the connected peers for others.
    pub fn discover(&self) -> Result<(), Error> {
        self.command(Command::Discover)
    }

    /// The application's part of the peer's score in gossip.
    pub fn set_score(&self, peer: PeerId, score: f64) -> Result<(), Error> {
        if !score.is_finite() {
            return Err(Error::new(INVALID_ARGUMENT, "the score is not finite"));
        }
        self.command(Command::SetScore { peer, score })
    }

    pub fn disconnect(&self, peer: PeerId) -> Result<(), Error> {
        self.command(Command::Disconnect { peer })
    }

    pub fn ban(&self, peer: PeerId) -> Result<(), Error> {
        self.command(Command::Ban { peer })
    }

    pub fn unban(&self, peer: PeerId) -> Result<(), Error> {
        self.command(Command::Unban { peer })
    }

    pub fn poll(&self, capacity: usize, timeout: Duration) -> Polled {
        self.shared.queue.poll(capacity, timeout)
    }

    /// Closes all connections, ends all threads within about `timeout`, and wakes all who poll. Stopping again does
    /// nothing.
    pub fn stop(&self, timeout: Duration) {
        let Some(runtime) = lock(&self.runtime).take() else { return };
        let stopped = async {
            if self.commands.send(Command::Stop).await.is_ok() {
                self.commands.closed().await;
            }
        };
        // Half of the time for the connections to close in order, the rest for the threads.
        runtime.block_on(async { drop(tokio::time::timeout(timeout / 2, stopped).await) });
        runtime.shutdown_timeout(timeout / 2);
        self.shared.queue.close("the network was stopped");
    }

    fn command(&self, command: Command) -> Result<(), Error> {
        if let Some(reason) = self.shared.queue.closed() {
            return Err(Error::new(STOPPED, reason));
        }
        self.commands.try_send(command).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Error::new(BUSY, "the network has too many commands to do"),
            mpsc::error::TrySendError::Closed(_) => Error::new(STOPPED, "the network was stopped"),
        })
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        self.stop(Duration::from_secs(2));
    }
}

fn within(what: &str, length: usize, limit: usize) -> Result<(), Error> {
    if length > limit {
        return Err(Error::new(TOO_LARGE, format!("the {what} has {length} bytes, the limit is {limit}")));
    }
    Ok(())
}

fn build_swarm(
    config: &Config,
    keypair: Keypair,
    protocols: &[Arc<Protocol>],
    registry: &mut Registry,
) -> Result<Swarm<Behaviour>, Error> {
    let io = |error: String| Error::new(IO, format!("cannot build the network host: {error}"));
    let limits = connection_limits::ConnectionLimits::default()
        .with_max_established(Some(config.max_connections))
        .with_max_established_per_peer(Some(config.max_connections_per_peer))
        .with_max_pending_incoming(Some(config.max_pending_connections))
        .with_max_pending_outgoing(Some(config.max_pending_connections));
    let behaviour = Behaviour {
        limits: connection_limits::Behaviour::new(limits),
        banned: allow_block_list::Behaviour::default(),
        gossip: gossip::behaviour(config, registry)?,
        protocols: Protocols::new(protocols, config.max_streams_per_peer),
        // [NET-82]
        identify: identify::Behaviour::new(
            identify::Config::new(config.protocol_version.clone(), keypair.public())
                .with_agent_version(config.agent.clone()),
        ),
        ping: ping::Behaviour::new(ping::Config::new().with_interval(PING_INTERVAL).with_timeout(PING_TIMEOUT)),
        discovery: Discovery::new(config, keypair.public().to_peer_id(), reach(config))?.into(),
    };
    // [NET-01] [NET-81] [NET-97]
    Ok(SwarmBuilder::with_existing_identity(keypair)
        .with_tokio()
        .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
        .map_err(|error| io(error.to_string()))?
        .with_behaviour(|_| behaviour)
        .map_err(|error| io(error.to_string()))?
        .with_swarm_config(|swarm| swarm.with_idle_connection_timeout(IDLE_CONNECTION_TIMEOUT))
        .build())
}

/// Which addresses that peers tell of are taken.
pub fn reach(config: &Config) -> Reach {
    Reach::new(&config.listen_addresses, config.allow_private_addresses)
}

struct Listening {
    addresses: Vec<Multiaddr>,
    /// What happened beside it, for the loop to see later: a peer may have connected already.
    other_events: Vec<SwarmEvent<BehaviourEvent>>,
}

async fn listen(swarm: &mut Swarm<Behaviour>, wanted: &[Multiaddr]) -> Result<Listening, Error> {
    let mut waiting: HashSet<ListenerId> = HashSet::new();
    for address in wanted {
        probe(address)?;
        waiting.insert(swarm.listen_on(address.clone()).map_err(|error| listen_error(address, &error.to_string()))?);
    }
    let mut listening = Listening { addresses: Vec::new(), other_events: Vec::new() };
    let all_listening = async {
        while !waiting.is_empty() {
            match swarm.select_next_some().await {
                SwarmEvent::NewListenAddr { listener_id, address } => {
                    waiting.remove(&listener_id);
                    listening.addresses.push(address);
                }
                SwarmEvent::ListenerError { error, .. } => {
                    return Err(Error::new(IO, format!("cannot listen: {error}")))
                }
                SwarmEvent::ListenerClosed { reason, .. } => {
                    return Err(Error::new(IO, format!("a listener closed at once: {reason:?}")));
                }
                other => listening.other_events.push(other),
            }
        }
        Ok(())
    };
    tokio::time::timeout(LISTEN_TIMEOUT, all_listening)
        .await
        .unwrap_or_else(|_| Err(Error::new(IO, "no listening address after 5 seconds")))?;
    Ok(listening)
}

/// libp2p listens with SO_REUSEPORT, under which two processes would share a port in silence; an ordinary socket
/// notices the other one.
fn probe(address: &Multiaddr) -> Result<(), Error> {
    let (socket, _) = socket_address(address)?;
    if socket.port() == 0 {
        return Ok(());
    }
    TcpListener::bind(socket).map(drop).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            Error::new(ADDRESS_IN_USE, format!("{socket} is in use by another process: choose another port or stop it"))
        }
        _ => listen_error(address, &error.to_string()),
    })
}

fn listen_error(address: &Multiaddr, text: &str) -> Error {
    Error::new(IO, format!("cannot listen on {address}: {text}"))
}
