//! One libp2p host on its own threads: gossip, request/response, peers. Events go out through one bounded queue; every
//! decision about a message or a peer is the caller's.

mod codec;
mod config;
mod dialer;
mod event;
mod exports;
mod gossip;
mod host;
mod message_id;
mod protocols;
mod queue;
mod swarm_loop;

pub use config::{Config, Protocol};
pub use event::{failure, publish_failure, Event};
pub use host::{Importance, Network, Statistics};
pub use libp2p::gossipsub::MessageAcceptance as Acceptance;
pub use libp2p::{Multiaddr, PeerId};
pub use message_id::{message_id, MessageId};
pub use queue::Polled;
