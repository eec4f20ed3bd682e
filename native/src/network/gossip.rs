//! Gossipsub as the chain uses it: unsigned messages, ids by content, forwarding only after the caller's verdict, and a
//! score that only a REJECT lowers.

use super::config::Config;
use super::message_id::message_id;
use crate::error::{Error, INVALID_ARGUMENT};
use libp2p::gossipsub::{
    self, ConfigBuilder, DataTransform, IdentTopic, IdentityTransform, Message, MessageAuthenticity, PeerScoreParams,
    PeerScoreThresholds, RawMessage, TopicHash, TopicScoreParams, ValidationMode,
};
use std::io;
use std::time::Duration;

/// A message travels in a frame with its topic; the limit of the configuration is the payload's.
const FRAME_OVERHEAD_BYTES: usize = 4096;

pub type Behaviour = gossipsub::Behaviour<Keyless>;

/// Leaves messages as they are and rejects those with a key: the library's anonymous mode looks for an author, a sequence
/// number and a signature only, and would pass a key on. [NET-06]
#[derive(Default, Clone)]
pub struct Keyless;

impl DataTransform for Keyless {
    fn inbound_transform(&self, message: RawMessage) -> io::Result<Message> {
        if message.key.is_some() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "a gossip message with a key"));
        }
        IdentityTransform.inbound_transform(message)
    }

    fn outbound_transform(&self, topic: &TopicHash, data: Vec<u8>) -> io::Result<Vec<u8>> {
        IdentityTransform.outbound_transform(topic, data)
    }
}

pub fn behaviour(config: &Config) -> Result<Behaviour, Error> {
    let invalid = |error: String| Error::new(INVALID_ARGUMENT, format!("gossip parameters: {error}"));
    let max_decompressed = config.max_decompressed_bytes;
    let mut builder = ConfigBuilder::default();
    builder
        .heartbeat_interval(config.heartbeat)
        .heartbeat_initial_delay(config.heartbeat)
        .mesh_n(config.mesh_target)
        .mesh_n_low(config.mesh_low)
        .mesh_n_high(config.mesh_high)
        .mesh_outbound_min((config.mesh_target / 2).min(config.mesh_low).min(2))
        .history_length(config.history_heartbeats)
        .history_gossip(config.history_heartbeats.min(3))
        .duplicate_cache_time(config.duplicate_cache)
        .max_transmit_size(config.max_message_bytes + FRAME_OVERHEAD_BYTES)
        .validation_mode(ValidationMode::Anonymous) // [NET-06], as Keyless
        .validate_messages()
        .message_id_fn(move |message| {
            message_id(message.topic.as_str(), &message.data, max_decompressed).to_vec().into()
        });
    let gossip_config = builder.build().map_err(|error| invalid(error.to_string()))?;
    let mut behaviour =
        Behaviour::new(MessageAuthenticity::Anonymous, gossip_config).map_err(|error| invalid(error.to_owned()))?;
    behaviour.with_peer_score(peer_score(), thresholds()).map_err(invalid)?;
    Ok(behaviour)
}

pub fn topic(name: &str) -> IdentTopic {
    IdentTopic::new(name)
}

/// Every topic counts the same: the square of the rejected messages, slowly forgotten. Nothing earns score, so that a
/// peer cannot pay for a reject with deliveries; silence and duplicates cost nothing.
pub fn topic_score() -> TopicScoreParams {
    TopicScoreParams {
        topic_weight: 1.0,
        time_in_mesh_weight: 0.0,
        first_message_deliveries_weight: 0.0,
        mesh_message_deliveries_weight: 0.0,
        mesh_failure_penalty_weight: 0.0,
        invalid_message_deliveries_weight: -10.0,
        invalid_message_deliveries_decay: gossipsub::score_parameter_decay(Duration::from_secs(600)),
        ..TopicScoreParams::default()
    }
}

/// Nothing but the topics' rejects may lower a score: no penalty for sharing an address, for slowness or for the
/// router's own bookkeeping.
fn peer_score() -> PeerScoreParams {
    PeerScoreParams {
        app_specific_weight: 0.0,
        ip_colocation_factor_weight: 0.0,
        behaviour_penalty_weight: 0.0,
        slow_peer_weight: 0.0,
        ..PeerScoreParams::default()
    }
}

/// One reject stops gossip about messages, two stop publishing to the peer, three make it deaf to us.
fn thresholds() -> PeerScoreThresholds {
    PeerScoreThresholds {
        gossip_threshold: -5.0,
        publish_threshold: -30.0,
        graylist_threshold: -80.0,
        accept_px_threshold: 100.0,
        opportunistic_graft_threshold: 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_parameters_are_accepted() {
        behaviour(&Config::default()).unwrap();
        topic_score().validate().unwrap();
        peer_score().validate().unwrap();
        thresholds().validate().unwrap();
    }

    #[test]
    fn a_mesh_of_one_is_accepted() {
        let config = Config { mesh_low: 1, mesh_target: 1, mesh_high: 1, ..Config::default() };
        behaviour(&config).unwrap();
    }
}
