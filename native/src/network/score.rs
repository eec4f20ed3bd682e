//! The parameters of gossipsub's peer score, as the caller gives them.

use crate::error::{Error, INVALID_ARGUMENT};
use libp2p::gossipsub::{score_parameter_decay, PeerScoreParams, PeerScoreThresholds, TopicScoreParams};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

/// What a peer's behaviour on one topic is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TopicScore {
    pub weight: f64,
    pub time_in_mesh_weight: f64,
    pub time_in_mesh_unit: Duration,
    pub time_in_mesh_cap: f64,
    pub deliveries_weight: f64,
    pub deliveries_decay: f64,
    pub deliveries_cap: f64,
    pub rejects_weight: f64,
    pub rejects_decay: f64,
}

impl Default for TopicScore {
    /// The square of the rejected messages, slowly forgotten. Nothing earns score, so that a peer cannot pay for a
    /// reject with deliveries; silence and duplicates cost nothing.
    fn default() -> Self {
        Self {
            weight: 1.0,
            time_in_mesh_weight: 0.0,
            time_in_mesh_unit: Duration::from_secs(1),
            time_in_mesh_cap: 0.0,
            deliveries_weight: 0.0,
            deliveries_decay: 0.5,
            deliveries_cap: 0.0,
            rejects_weight: -10.0,
            rejects_decay: score_parameter_decay(Duration::from_secs(600)),
        }
    }
}

impl TopicScore {
    pub fn check(&self) -> Result<(), Error> {
        finite(
            "of a topic",
            &[
                self.weight,
                self.time_in_mesh_weight,
                self.time_in_mesh_cap,
                self.deliveries_weight,
                self.deliveries_decay,
                self.deliveries_cap,
                self.rejects_weight,
                self.rejects_decay,
            ],
        )?;
        self.parameters().validate().map_err(|error| invalid("of a topic", error))
    }

    pub fn parameters(&self) -> TopicScoreParams {
        TopicScoreParams {
            topic_weight: self.weight,
            time_in_mesh_weight: self.time_in_mesh_weight,
            time_in_mesh_quantum: self.time_in_mesh_unit,
            time_in_mesh_cap: self.time_in_mesh_cap,
            first_message_deliveries_weight: self.deliveries_weight,
            first_message_deliveries_decay: self.deliveries_decay,
            first_message_deliveries_cap: self.deliveries_cap,
            mesh_message_deliveries_weight: 0.0,
            mesh_failure_penalty_weight: 0.0,
            invalid_message_deliveries_weight: self.rejects_weight,
            invalid_message_deliveries_decay: self.rejects_decay,
            ..TopicScoreParams::default()
        }
    }
}

/// The rest of the score, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    pub topics_cap: f64,
    pub application_weight: f64,
    pub colocation_weight: f64,
    pub colocation_threshold: f64,
    pub behaviour_weight: f64,
    pub behaviour_threshold: f64,
    pub behaviour_decay: f64,
    pub decay_interval: Duration,
    pub decay_to_zero: f64,
    pub retain: Duration,
    pub gossip_threshold: f64,
    pub publish_threshold: f64,
    pub graylist_threshold: f64,
    pub graft_threshold: f64,
}

impl Default for Score {
    /// With the default of the topics: one reject stops gossip about messages, two stop publishing to the peer, three
    /// make it unheard.
    fn default() -> Self {
        Self {
            topics_cap: 0.0,
            application_weight: 1.0,
            colocation_weight: 0.0,
            colocation_threshold: 8.0,
            behaviour_weight: 0.0,
            behaviour_threshold: 6.0,
            behaviour_decay: 0.9,
            decay_interval: Duration::from_secs(1),
            decay_to_zero: 0.01,
            retain: Duration::from_secs(3600),
            gossip_threshold: -5.0,
            publish_threshold: -30.0,
            graylist_threshold: -80.0,
            graft_threshold: 0.0,
        }
    }
}

impl Score {
    pub fn check(&self) -> Result<(), Error> {
        finite(
            "of the host",
            &[
                self.topics_cap,
                self.application_weight,
                self.colocation_weight,
                self.colocation_threshold,
                self.behaviour_weight,
                self.behaviour_threshold,
                self.behaviour_decay,
                self.decay_to_zero,
                self.gossip_threshold,
                self.publish_threshold,
                self.graylist_threshold,
                self.graft_threshold,
            ],
        )?;
        if self.application_weight < 0.0 {
            return Err(invalid("of the host", "application_weight is below 0"));
        }
        self.parameters().validate().map_err(|error| invalid("of the host", &error))?;
        self.thresholds().validate().map_err(|error| invalid("of the host", error))
    }

    /// Slowness costs nothing, and the nodes of one machine do not stand for each other.
    pub fn parameters(&self) -> PeerScoreParams {
        PeerScoreParams {
            topic_score_cap: self.topics_cap,
            app_specific_weight: self.application_weight,
            ip_colocation_factor_weight: self.colocation_weight,
            ip_colocation_factor_threshold: self.colocation_threshold,
            ip_colocation_factor_whitelist: [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)].into(),
            behaviour_penalty_weight: self.behaviour_weight,
            behaviour_penalty_threshold: self.behaviour_threshold,
            behaviour_penalty_decay: self.behaviour_decay,
            decay_interval: self.decay_interval,
            decay_to_zero: self.decay_to_zero,
            retain_score: self.retain,
            slow_peer_weight: 0.0,
            ..PeerScoreParams::default()
        }
    }

    /// Peers that a pruning peer names are never taken (no peer exchange).
    pub fn thresholds(&self) -> PeerScoreThresholds {
        PeerScoreThresholds {
            gossip_threshold: self.gossip_threshold,
            publish_threshold: self.publish_threshold,
            graylist_threshold: self.graylist_threshold,
            accept_px_threshold: f64::MAX,
            opportunistic_graft_threshold: self.graft_threshold,
        }
    }
}

fn invalid(whose: &str, what: &str) -> Error {
    Error::new(INVALID_ARGUMENT, format!("score {whose}: {what}"))
}

fn finite(whose: &str, values: &[f64]) -> Result<(), Error> {
    if values.iter().all(|value| value.is_finite()) {
        Ok(())
    } else {
        Err(invalid(whose, "a figure is not finite"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_accepted() {
        TopicScore::default().check().unwrap();
        Score::default().check().unwrap();
    }

    #[test]
    fn figures_of_the_wrong_sign_order_or_kind_are_refused() {
        let topic = TopicScore::default();
        for bad in [
            TopicScore { weight: -1.0, ..topic },
            TopicScore { rejects_weight: 1.0, ..topic },
            TopicScore { rejects_decay: 1.0, ..topic },
            TopicScore { deliveries_weight: f64::NAN, ..topic },
            TopicScore { time_in_mesh_unit: Duration::ZERO, ..topic },
        ] {
            assert_eq!(bad.check().unwrap_err().code, INVALID_ARGUMENT, "{bad:?}");
        }
        let score = Score::default();
        for bad in [
            Score { gossip_threshold: 1.0, ..score },
            Score { graylist_threshold: -1.0, ..score },
            Score { application_weight: -1.0, ..score },
            Score { decay_interval: Duration::from_millis(999), ..score },
            Score { topics_cap: f64::INFINITY, ..score },
        ] {
            assert_eq!(bad.check().unwrap_err().code, INVALID_ARGUMENT, "{bad:?}");
        }
    }
}
