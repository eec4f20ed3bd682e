//! The one bounded queue from the host to its caller. Order is that of arrival. When it is full:
//! - gossip is dropped oldest first, droppable topics before important ones, and counted;
//! - requests and responses have a place reserved (the host refuses what exceeds their limits before it comes here);
//! - news about peers that may be lost (identified, subscribed, dials, violations) is dropped and counted, and the host
//!   takes no further connection while there is no room to tell of it.

use super::message_id::MessageId;
use libp2p::PeerId;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What a queue may hold.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    pub gossip: usize,
    pub gossip_bytes: usize,
    pub events: usize,
}

/// What happens when an entry other than gossip leaves the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tag {
    None,
    /// A request of a peer, withdrawn when nobody waits for its response any more.
    Request {
        channel: u64,
    },
    /// The end of an own request, which frees its place.
    Ended,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GossipSource {
    pub id: MessageId,
    pub peer: PeerId,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Polled {
    Event(Vec<u8>),
    /// The caller's buffer is too small; the event stays.
    Needs(usize),
    Nothing,
    Stopped(String),
}

struct Entry<T> {
    sequence: u64,
    bytes: Vec<u8>,
    extra: T,
}

#[derive(Default)]
struct State {
    events: VecDeque<Entry<Tag>>,
    important: VecDeque<Entry<GossipSource>>,
    droppable: VecDeque<Entry<GossipSource>>,
    next_sequence: u64,
    gossip_bytes: usize,
    outstanding_requests: usize,
    dropped_gossip: u64,
    dropped_events: u64,
    closed: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    pub queued: usize,
    pub dropped_gossip: u64,
    pub dropped_events: u64,
}

pub struct Queue {
    limits: Limits,
    state: Mutex<State>,
    ready: Condvar,
}

impl Queue {
    pub fn new(limits: Limits) -> Self {
        Self { limits, state: Mutex::default(), ready: Condvar::new() }
    }

    /// The state stays consistent even if a holder of the lock panicked: every change is complete before it can fail.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds gossip and returns what had to go for it (perhaps the message itself).
    pub fn push_gossip(&self, bytes: Vec<u8>, source: GossipSource, important: bool) -> Vec<GossipSource> {
        let mut guard = self.lock();
        let state = &mut *guard;
        let mut dropped = Vec::new();
        let entry = state.entry(bytes, source);
        state.gossip_bytes += entry.bytes.len();
        if important {
            state.important.push_back(entry);
        } else {
            state.droppable.push_back(entry);
        }
        while state.important.len() + state.droppable.len() > self.limits.gossip
            || state.gossip_bytes > self.limits.gossip_bytes
        {
            let Some(oldest) = state.droppable.pop_front().or_else(|| state.important.pop_front()) else { break };
            state.gossip_bytes -= oldest.bytes.len();
            state.dropped_gossip += 1;
            dropped.push(oldest.extra);
        }
        drop(guard);
        self.ready.notify_one();
        dropped
    }

    /// Adds an entry for which the host holds a place.
    pub fn push(&self, bytes: Vec<u8>, tag: Tag) {
        let mut state = self.lock();
        let entry = state.entry(bytes, tag);
        state.events.push_back(entry);
        drop(state);
        self.ready.notify_one();
    }

    /// Adds news that may be lost when there is no room.
    pub fn push_news(&self, bytes: Vec<u8>) {
        if self.has_room() {
            self.push(bytes, Tag::None);
        } else {
            self.lock().dropped_events += 1;
        }
    }

    pub fn has_room(&self) -> bool {
        self.lock().events.len() < self.limits.events
    }

    /// Takes back a request that the caller has not seen yet; false when it has.
    pub fn withdraw_request(&self, channel: u64) -> bool {
        let mut state = self.lock();
        let position = state.events.iter().position(|entry| entry.extra == Tag::Request { channel });
        position.is_some_and(|position| state.events.remove(position).is_some())
    }

    /// Reserves the place of an own request's end; false when `limit` are outstanding.
    pub fn reserve_request(&self, limit: usize) -> bool {
        let mut state = self.lock();
        let free = state.outstanding_requests < limit;
        state.outstanding_requests += usize::from(free);
        free
    }

    pub fn release_request(&self) {
        let mut state = self.lock();
        state.outstanding_requests = state.outstanding_requests.saturating_sub(1);
    }

    /// Takes the oldest entry if it fits into `capacity`, waiting up to `timeout` for one.
    pub fn poll(&self, capacity: usize, timeout: Duration) -> Polled {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        loop {
            if let Some(polled) = state.take(capacity) {
                return polled;
            }
            if let Some(reason) = &state.closed {
                return Polled::Stopped(reason.clone());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Polled::Nothing;
            }
            state = self.ready.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Wakes all who wait; what is queued can still be taken. The first reason stays.
    pub fn close(&self, reason: &str) {
        self.lock().closed.get_or_insert_with(|| reason.to_owned());
        self.ready.notify_all();
    }

    pub fn closed(&self) -> Option<String> {
        self.lock().closed.clone()
    }

    pub fn counts(&self) -> Counts {
        let state = self.lock();
        Counts {
            queued: state.events.len() + state.important.len() + state.droppable.len(),
            dropped_gossip: state.dropped_gossip,
            dropped_events: state.dropped_events,
        }
    }
}

impl State {
    fn entry<T>(&mut self, bytes: Vec<u8>, extra: T) -> Entry<T> {
        self.next_sequence += 1;
        Entry { sequence: self.next_sequence, bytes, extra }
    }

    fn take(&mut self, capacity: usize) -> Option<Polled> {
        let front = |sequence: Option<u64>| sequence.unwrap_or(u64::MAX);
        let event = front(self.events.front().map(|entry| entry.sequence));
        let important = front(self.important.front().map(|entry| entry.sequence));
        let droppable = front(self.droppable.front().map(|entry| entry.sequence));
        if event < important.min(droppable) {
            return take_front(&mut self.events, capacity, |entry| {
                if entry.extra == Tag::Ended {
                    self.outstanding_requests = self.outstanding_requests.saturating_sub(1);
                }
            });
        }
        let gossip = if important < droppable { &mut self.important } else { &mut self.droppable };
        take_front(gossip, capacity, |entry| self.gossip_bytes -= entry.bytes.len())
    }
}

fn take_front<T>(queue: &mut VecDeque<Entry<T>>, capacity: usize, on_taken: impl FnOnce(&Entry<T>)) -> Option<Polled> {
    let length = queue.front()?.bytes.len();
    if length > capacity {
        return Some(Polled::Needs(length));
    }
    let entry = queue.pop_front()?;
    on_taken(&entry);
    Some(Polled::Event(entry.bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Duration = Duration::ZERO;

    fn queue(gossip: usize, gossip_bytes: usize, events: usize) -> Queue {
        Queue::new(Limits { gossip, gossip_bytes, events })
    }

    fn source(n: u8) -> GossipSource {
        GossipSource {
            id: [n; 20],
            peer: PeerId::from_multihash(libp2p::multihash::Multihash::wrap(0, &[n]).unwrap()).unwrap(),
        }
    }

    fn taken(queue: &Queue) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| match queue.poll(1000, NOW) {
            Polled::Event(bytes) => Some(bytes),
            _ => None,
        })
        .collect()
    }

    #[test]
    fn entries_of_all_kinds_leave_in_order_of_arrival() {
        let queue = queue(10, 1000, 10);
        queue.push_gossip(vec![1], source(1), false);
        queue.push(vec![2], Tag::None);
        queue.push_gossip(vec![3], source(3), true);
        queue.push_gossip(vec![4], source(4), false);
        queue.push(vec![5], Tag::Request { channel: 5 });
        assert_eq!(taken(&queue), [[1], [2], [3], [4], [5]]);
    }

    #[test]
    fn a_full_queue_drops_the_oldest_droppable_gossip_first() {
        let queue = queue(3, 1000, 10);
        assert!(queue.push_gossip(vec![1], source(1), true).is_empty());
        assert!(queue.push_gossip(vec![2], source(2), false).is_empty());
        assert!(queue.push_gossip(vec![3], source(3), false).is_empty());
        assert_eq!(queue.push_gossip(vec![4], source(4), false), [source(2)]);
        assert_eq!(queue.push_gossip(vec![5], source(5), true), [source(3)]);
        assert_eq!(queue.push_gossip(vec![6], source(6), true), [source(4)]);
        assert_eq!(queue.push_gossip(vec![7], source(7), false), [source(7)]);
        assert_eq!(queue.push_gossip(vec![8], source(8), true), [source(1)]);
        assert_eq!(queue.counts().dropped_gossip, 5);
        assert_eq!(taken(&queue), [[5], [6], [8]]);
    }

    #[test]
    fn the_bytes_of_gossip_are_bounded_too() {
        let queue = queue(100, 10, 10);
        queue.push_gossip(vec![1; 6], source(1), false);
        assert_eq!(queue.push_gossip(vec![2; 6], source(2), false), [source(1)]);
        assert_eq!(taken(&queue), [[2; 6]]);
        assert!(queue.push_gossip(vec![3; 10], source(3), false).is_empty());
    }

    #[test]
    fn a_small_buffer_leaves_the_event_where_it_is() {
        let queue = queue(1, 1000, 1);
        queue.push(vec![1; 8], Tag::None);
        assert_eq!(queue.poll(7, NOW), Polled::Needs(8));
        assert_eq!(queue.poll(8, NOW), Polled::Event(vec![1; 8]));
        assert_eq!(queue.poll(8, NOW), Polled::Nothing);
    }

    #[test]
    fn news_is_lost_when_full_and_reserved_entries_are_not() {
        let queue = queue(1, 1000, 1);
        queue.push_news(vec![1]);
        assert!(!queue.has_room());
        queue.push_news(vec![2]);
        queue.push(vec![3], Tag::None);
        assert_eq!(queue.counts().dropped_events, 1);
        assert_eq!(taken(&queue), [[1], [3]]);
    }

    #[test]
    fn an_own_request_holds_its_place_until_its_end_is_taken() {
        let queue = queue(1, 1000, 1);
        assert!(queue.reserve_request(1));
        assert!(!queue.reserve_request(1));
        queue.push(vec![1], Tag::Ended);
        assert!(!queue.reserve_request(1));
        taken(&queue);
        assert!(queue.reserve_request(1));
    }

    #[test]
    fn a_request_nobody_has_seen_can_be_withdrawn() {
        let queue = queue(1, 1000, 1);
        queue.push(vec![1], Tag::Request { channel: 1 });
        queue.push(vec![2], Tag::Request { channel: 2 });
        assert!(queue.withdraw_request(1));
        assert!(!queue.withdraw_request(1));
        assert_eq!(taken(&queue), [[2]]);
        assert!(!queue.withdraw_request(2));
    }

    #[test]
    fn closing_wakes_the_waiting_and_keeps_what_is_queued() {
        let queue = std::sync::Arc::new(queue(1, 1000, 1));
        let waiting = std::thread::spawn({
            let queue = queue.clone();
            move || queue.poll(10, Duration::from_secs(60))
        });
        queue.close("stopped");
        assert_eq!(waiting.join().unwrap(), Polled::Stopped("stopped".into()));
        queue.push(vec![1], Tag::None);
        assert_eq!(queue.poll(10, NOW), Polled::Event(vec![1]));
    }
}
