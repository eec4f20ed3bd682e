//! What the caller may look up at any time: the connected peers, and what was carried for each topic and protocol.

use super::event::Writer;
use libp2p::PeerId;
use prometheus_client::encoding::text::encode_registry;
use prometheus_client::registry::Registry;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Topics of which is counted; the caller's, so no more than it names.
pub const MAX_TOPICS: usize = 1024;
const MAX_AGENT_BYTES: usize = 256;

#[derive(Debug, Clone, PartialEq)]
pub struct Peer {
    pub address: String,
    pub outbound: bool,
    pub agent: String,
    pub round_trip: Option<Duration>,
    pub score: f64,
}

impl Peer {
    pub fn set_agent(&mut self, agent: &str) {
        let end = (0..=agent.len().min(MAX_AGENT_BYTES)).rev().find(|&end| agent.is_char_boundary(end)).unwrap_or(0);
        self.agent = agent[..end].to_owned();
    }
}

pub fn encode_peers(peers: &HashMap<PeerId, Peer>) -> Vec<u8> {
    let mut writer = Writer::bare().u32(peers.len() as u32);
    for (id, peer) in peers {
        writer = writer
            .text(&id.to_string())
            .text(&peer.address)
            .u8(u8::from(peer.outbound))
            .text(&peer.agent)
            .u64(peer.round_trip.map_or(0, |time| time.as_micros().try_into().unwrap_or(u64::MAX)))
            .f64(peer.score);
    }
    writer.into_bytes()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub messages_in: u64,
    pub bytes_in: u64,
    pub messages_out: u64,
    pub bytes_out: u64,
}

/// Counted by the swarm's task, read by others.
#[derive(Default)]
pub struct Counters {
    messages_in: AtomicU64,
    bytes_in: AtomicU64,
    messages_out: AtomicU64,
    bytes_out: AtomicU64,
}

impl Counters {
    pub fn count_in(&self, bytes: usize) {
        self.messages_in.fetch_add(1, Ordering::Relaxed);
        self.bytes_in.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub fn count_out(&self, bytes: usize) {
        self.messages_out.fetch_add(1, Ordering::Relaxed);
        self.bytes_out.fetch_add(bytes as u64, Ordering::Relaxed);
    }

    pub fn get(&self) -> Counts {
        Counts {
            messages_in: self.messages_in.load(Ordering::Relaxed),
            bytes_in: self.bytes_in.load(Ordering::Relaxed),
            messages_out: self.messages_out.load(Ordering::Relaxed),
            bytes_out: self.bytes_out.load(Ordering::Relaxed),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrafficKind {
    Topic,
    Protocol,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traffic {
    pub kind: TrafficKind,
    pub name: String,
    pub counts: Counts,
    pub subscribed_peers: u32,
    pub mesh_peers: u32,
}

pub fn encode_traffic(traffic: &[Traffic]) -> Vec<u8> {
    let mut writer = Writer::bare().u32(traffic.len() as u32);
    for each in traffic {
        let kind = match each.kind {
            TrafficKind::Topic => 0,
            TrafficKind::Protocol => 1,
        };
        let Counts { messages_in, bytes_in, messages_out, bytes_out } = each.counts;
        writer = writer.u8(kind).text(&each.name);
        writer = writer.u64(messages_in).u64(bytes_in).u64(messages_out).u64(bytes_out);
        writer = writer.u32(each.subscribed_peers).u32(each.mesh_peers);
    }
    writer.into_bytes()
}

/// gossipsub's own counters, which it gives away as text only: the counts of each topic.
pub fn topic_counts(registry: &Registry) -> HashMap<String, Counts> {
    let mut text = String::new();
    // Writing to a String does not fail.
    let _ = encode_registry(&mut text, registry);
    let mut counts: HashMap<String, Counts> = HashMap::new();
    for (name, topic, value) in text.lines().filter_map(sample) {
        let of_topic = counts.entry(topic.to_owned()).or_default();
        match name {
            "topic_msg_recv_counts_unfiltered_total" => of_topic.messages_in += value,
            "topic_msg_recv_bytes_unfiltered_total" => of_topic.bytes_in += value,
            "topic_msg_sent_counts_total" => of_topic.messages_out += value,
            "topic_msg_sent_bytes_total" => of_topic.bytes_out += value,
            _ => {}
        }
    }
    counts
}

/// Name, topic and value of a line as `name{hash="topic"} 7` or `name{partial="false",topic_hash="topic"} 7`.
fn sample(line: &str) -> Option<(&str, &str, u64)> {
    let (name, rest) = line.split_once('{')?;
    let (labels, value) = rest.rsplit_once("} ")?;
    let (_, topic) = labels.split_once("hash=\"")?;
    Some((name, topic.split_once('"')?.0, value.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_agent_is_cut_at_a_character() {
        let mut peer =
            Peer { address: String::new(), outbound: false, agent: String::new(), round_trip: None, score: 0.0 };
        peer.set_agent(&"ä".repeat(1000));
        assert_eq!(peer.agent, "ä".repeat(128));
        peer.set_agent(&format!("x{}", "ä".repeat(1000)));
        assert_eq!(peer.agent.len(), 255);
        peer.set_agent("short");
        assert_eq!(peer.agent, "short");
    }

    #[test]
    fn the_lists_have_the_documented_layout() {
        let traffic = Traffic {
            kind: TrafficKind::Protocol,
            name: "/x".into(),
            counts: Counts { messages_in: 1, bytes_in: 2, messages_out: 3, bytes_out: 4 },
            subscribed_peers: 5,
            mesh_peers: 6,
        };
        let mut expected = b"\x01\0\0\0\x01\x02\0\0\0/x".to_vec();
        for number in 1..=4u64 {
            expected.extend(number.to_le_bytes());
        }
        expected.extend(b"\x05\0\0\0\x06\0\0\0");
        assert_eq!(encode_traffic(&[traffic]), expected);
        assert_eq!(encode_peers(&HashMap::new()), [0; 4]);
    }

    #[test]
    fn lines_of_gossipsubs_counters_are_read() {
        assert_eq!(sample("a_total{hash=\"/t/x\"} 7"), Some(("a_total", "/t/x", 7)));
        assert_eq!(sample("b_total{partial=\"false\",topic_hash=\"/t\"} 9"), Some(("b_total", "/t", 9)));
        for line in ["# HELP a b.", "plain 7", "h_bucket{le=\"1.0\"} 2", "a{hash=\"/t\"} 1.5"] {
            assert_eq!(sample(line), None, "{line}");
        }
    }
}
