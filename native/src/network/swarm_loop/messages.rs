//! Gossip: what the caller publishes and decides, and what comes from peers.

use super::super::event::{publish_failure, Event};
use super::super::gossip;
use super::super::host::{lock, Importance, TopicPeers};
use super::super::message_id::{MessageId, MESSAGE_ID_BYTES};
use super::super::queue::GossipSource;
use super::super::reports::MAX_TOPICS;
use super::super::score::TopicScore;
use super::super::Acceptance;
use super::SwarmLoop;
use libp2p::gossipsub::{self, PublishError};
use libp2p::PeerId;

impl SwarmLoop {
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

    pub(super) fn subscribe(&mut self, name: &str, importance: Importance, score: &TopicScore) {
        self.count_topic(name);
        let topic = gossip::topic(name);
        self.importance.insert(topic.hash(), importance);
        // Neither can fail: scoring is on, and the caller's topics have short names.
        let _ = self.gossip().set_topic_params(topic.clone(), score.parameters());
        let _ = self.gossip().subscribe(&topic);
    }

    pub(super) fn publish(&mut self, topic: String, payload: Vec<u8>, id: MessageId) {
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

    pub(super) fn report(&mut self, source: &GossipSource, acceptance: Acceptance) {
        // False when the message has left the cache: the verdict came too late to matter.
        self.gossip().report_message_validation_result(&source.id.to_vec().into(), &source.peer, acceptance);
    }

    pub(super) fn on_gossip(&mut self, event: gossipsub::Event) {
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
}
