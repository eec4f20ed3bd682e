//! Gossipsub as the chain uses it: unsigned messages, ids by content, forwarding only after the caller's verdict, a score
//! with the caller's parameters, and no peer exchange.

use super::config::Config;
use super::message_id::message_id;
use super::reports::MAX_TOPICS;
use crate::error::{Error, INVALID_ARGUMENT};
use libp2p::gossipsub::{
    self, ConfigBuilder, DataTransform, IdentTopic, IdentityTransform, MaxCountSubscriptionFilter, Message,
    MessageAuthenticity, MetricsConfig, RawMessage, TopicHash, TopicSubscriptionFilter, ValidationMode,
};
use prometheus_client::registry::Registry;
use std::io;

/// A message travels in a frame with its topic; the limit of the configuration is the payload's. [NET-84] [NET-85]
const FRAME_OVERHEAD_BYTES: usize = 4096;

/// What one peer may subscribe to: several times the topics of two chains. [NET-85]
const MAX_SUBSCRIPTIONS: usize = 512;
const MAX_TOPIC_BYTES: usize = 256;

pub type Behaviour = gossipsub::Behaviour<Keyless, MaxCountSubscriptionFilter<ShortTopics>>;

/// Peers name topics as they like; long names are not remembered.
pub struct ShortTopics;

impl TopicSubscriptionFilter for ShortTopics {
    fn can_subscribe(&mut self, topic: &TopicHash) -> bool {
        topic.as_str().len() <= MAX_TOPIC_BYTES
    }
}

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

/// Counts into the registry.
pub fn behaviour(config: &Config, registry: &mut Registry) -> Result<Behaviour, Error> {
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
        .flood_publish(false) // [NET-86]
        .validation_mode(ValidationMode::Anonymous) // [NET-06], as Keyless
        .validate_messages()
        .message_id_fn(move |message| {
            message_id(message.topic.as_str(), &message.data, max_decompressed).to_vec().into()
        });
    let gossip_config = builder.build().map_err(|error| invalid(error.to_string()))?;
    let subscriptions = MaxCountSubscriptionFilter {
        filter: ShortTopics,
        max_subscribed_topics: MAX_SUBSCRIPTIONS,
        max_subscriptions_per_request: MAX_SUBSCRIPTIONS,
    };
    // No topic that only peers name is counted.
    let metrics = MetricsConfig { max_topics: MAX_TOPICS, max_never_subscribed_topics: 0, ..MetricsConfig::default() };
    let mut behaviour = Behaviour::new_with_subscription_filter_and_transform(
        MessageAuthenticity::Anonymous,
        gossip_config,
        subscriptions,
        Keyless,
    )
    .map_err(|error| invalid(error.to_owned()))?
    .with_metrics(registry, metrics);
    behaviour.with_peer_score(config.score.parameters(), config.score.thresholds()).map_err(invalid)?;
    Ok(behaviour)
}

pub fn topic(name: &str) -> IdentTopic {
    IdentTopic::new(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_parameters_are_accepted() {
        behaviour(&Config::default(), &mut Registry::default()).unwrap();
    }

    #[test]
    fn topics_with_long_names_are_not_remembered() {
        assert!(ShortTopics.can_subscribe(&TopicHash::from_raw("x".repeat(MAX_TOPIC_BYTES))));
        assert!(!ShortTopics.can_subscribe(&TopicHash::from_raw("x".repeat(MAX_TOPIC_BYTES + 1))));
    }

    #[test]
    fn a_mesh_of_one_is_accepted() {
        let config = Config { mesh_low: 1, mesh_target: 1, mesh_high: 1, ..Config::default() };
        behaviour(&config, &mut Registry::default()).unwrap();
    }
}
