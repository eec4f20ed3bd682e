//! Keeps the wanted peers connected: dials each, again after a pause that doubles with every failure. Pure: time and
//! outcomes come in, the addresses to dial go out.

use libp2p::swarm::ConnectionId;
use libp2p::{Multiaddr, PeerId};
use std::time::{Duration, Instant};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting { until: Instant },
    Dialing { connection: ConnectionId },
    Connected,
}

struct Wanted {
    address: Multiaddr,
    /// Known from the address, or learned by connecting.
    peer: Option<PeerId>,
    state: State,
    pause: Duration,
}

pub struct Dialer {
    wanted: Vec<Wanted>,
    minimum: Duration,
    maximum: Duration,
}

impl Dialer {
    pub fn new(minimum: Duration, maximum: Duration) -> Self {
        Self { wanted: Vec::new(), minimum, maximum }
    }

    /// Wants a peer from now on; false when its address is already wanted.
    pub fn add(&mut self, address: Multiaddr, peer: Option<PeerId>, connected: bool, now: Instant) -> bool {
        if self.wanted.iter().any(|wanted| wanted.address == address) {
            return false;
        }
        let state = if connected { State::Connected } else { State::Waiting { until: now } };
        self.wanted.push(Wanted { address, peer, state, pause: self.minimum });
        true
    }

    pub fn remove_peer(&mut self, peer: &PeerId) {
        self.wanted.retain(|wanted| wanted.peer.as_ref() != Some(peer));
    }

    pub fn remove_connection(&mut self, connection: ConnectionId) {
        self.wanted.retain(|wanted| wanted.state != State::Dialing { connection });
    }

    pub fn next_deadline(&self) -> Option<Instant> {
        self.wanted
            .iter()
            .filter_map(|wanted| match wanted.state {
                State::Waiting { until } => Some(until),
                State::Dialing { .. } | State::Connected => None,
            })
            .min()
    }

    /// The addresses to dial now; `dial` says under which connection it dials, or that it could not begin.
    pub fn dial_due(
        &mut self,
        now: Instant,
        mut dial: impl FnMut(&Multiaddr, Option<PeerId>) -> Result<ConnectionId, ()>,
    ) {
        let maximum = self.maximum;
        for wanted in &mut self.wanted {
            let due = matches!(wanted.state, State::Waiting { until } if until <= now);
            if !due {
                continue;
            }
            match dial(&wanted.address, wanted.peer) {
                Ok(connection) => wanted.state = State::Dialing { connection },
                Err(()) => wanted.back_off(now, maximum),
            }
        }
    }

    /// Returns the peer, if known, and the address whose dial failed, if it was one of ours.
    pub fn on_dial_failed(&mut self, connection: ConnectionId, now: Instant) -> Option<(Option<PeerId>, Multiaddr)> {
        let maximum = self.maximum;
        let wanted = self.wanted.iter_mut().find(|wanted| wanted.state == State::Dialing { connection })?;
        wanted.back_off(now, maximum);
        Some((wanted.peer, wanted.address.clone()))
    }

    pub fn on_connected(&mut self, peer: PeerId, connection: ConnectionId) {
        for wanted in &mut self.wanted {
            if wanted.peer == Some(peer) || wanted.state == (State::Dialing { connection }) {
                wanted.peer = Some(peer);
                wanted.state = State::Connected;
                wanted.pause = self.minimum;
            }
        }
    }

    pub fn on_disconnected(&mut self, peer: PeerId, now: Instant) {
        for wanted in &mut self.wanted {
            if wanted.peer == Some(peer) && wanted.state == State::Connected {
                wanted.state = State::Waiting { until: now + self.minimum };
            }
        }
    }
}

impl Wanted {
    fn back_off(&mut self, now: Instant, maximum: Duration) {
        self.state = State::Waiting { until: now + self.pause };
        self.pause = (self.pause * 2).min(maximum);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn address() -> Multiaddr {
        "/ip4/127.0.0.1/tcp/9000".parse().unwrap()
    }

    fn dialer(now: Instant) -> Dialer {
        let mut dialer = Dialer::new(SECOND, 3 * SECOND);
        assert!(dialer.add(address(), None, false, now));
        assert!(!dialer.add(address(), None, false, now));
        dialer
    }

    fn dial(dialer: &mut Dialer, now: Instant, connection: usize) -> bool {
        let mut dialed = false;
        dialer.dial_due(now, |_, _| {
            dialed = true;
            Ok(ConnectionId::new_unchecked(connection))
        });
        dialed
    }

    #[test]
    fn failures_double_the_pause_up_to_the_maximum() {
        let mut now = Instant::now();
        let mut dialer = dialer(now);
        for (connection, pause) in [1, 2, 3, 3].into_iter().enumerate() {
            assert!(dial(&mut dialer, now, connection));
            assert!(!dial(&mut dialer, now, connection));
            assert_eq!(dialer.on_dial_failed(ConnectionId::new_unchecked(connection), now), Some((None, address())));
            assert_eq!(dialer.next_deadline(), Some(now + pause * SECOND));
            assert!(!dial(&mut dialer, now, 99));
            now += pause * SECOND;
        }
    }

    #[test]
    fn a_lost_peer_is_dialed_again_after_the_shortest_pause() {
        let now = Instant::now();
        let mut dialer = dialer(now);
        let peer = PeerId::random();
        assert!(dial(&mut dialer, now, 1));
        dialer.on_connected(peer, ConnectionId::new_unchecked(1));
        assert_eq!(dialer.next_deadline(), None);
        dialer.on_disconnected(PeerId::random(), now);
        assert_eq!(dialer.next_deadline(), None);
        dialer.on_disconnected(peer, now);
        assert_eq!(dialer.next_deadline(), Some(now + SECOND));
    }

    #[test]
    fn a_peer_that_connects_by_itself_is_not_dialed() {
        let now = Instant::now();
        let peer = PeerId::random();
        let mut dialer = Dialer::new(SECOND, SECOND);
        dialer.add(address(), Some(peer), false, now);
        dialer.on_connected(peer, ConnectionId::new_unchecked(7));
        assert!(!dial(&mut dialer, now, 1));
    }

    #[test]
    fn an_unwanted_peer_is_forgotten() {
        let now = Instant::now();
        let mut dialer = dialer(now);
        let peer = PeerId::random();
        assert!(dial(&mut dialer, now, 1));
        dialer.on_connected(peer, ConnectionId::new_unchecked(1));
        dialer.remove_peer(&peer);
        dialer.on_disconnected(peer, now);
        assert_eq!(dialer.next_deadline(), None);
    }

    #[test]
    fn a_dial_that_cannot_begin_backs_off() {
        let now = Instant::now();
        let mut dialer = dialer(now);
        dialer.dial_due(now, |_, _| Err(()));
        assert_eq!(dialer.next_deadline(), Some(now + SECOND));
    }
}
