//! One libp2p host on its own threads: gossip, request/response, peers. Events go out through one bounded queue; every
//! decision about a message or a peer is the caller's.

mod codec;
mod config;
mod dialer;
mod discovery;
mod event;
mod exports;
mod exports_config;
mod gossip;
mod host;
mod message_id;
mod protocols;
mod queue;
mod reach;
mod reports;
mod score;
mod swarm_loop;

pub use config::{Config, Protocol};
pub use event::{failure, publish_failure, Event};
pub use host::{Importance, Network, Statistics};
pub use libp2p::gossipsub::MessageAcceptance as Acceptance;
pub use libp2p::{Multiaddr, PeerId};
pub use message_id::{message_id, MessageId};
pub use queue::Polled;
pub use reports::{Counts, Peer, Traffic, TrafficKind};
pub use score::{Score, TopicScore};
