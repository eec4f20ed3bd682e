//! Requests in both directions, and what is refused.

use super::super::codec::{Request, Response};
use super::super::event::{failure, Event};
use super::super::host::lock;
use super::super::queue::Tag;
use super::SwarmLoop;
use libp2p::request_response::{self, InboundFailure, InboundRequestId, Message, OutboundFailure, ResponseChannel};
use libp2p::PeerId;
use std::collections::hash_map::Entry;
use std::collections::HashMap;
use std::io;
use std::sync::atomic::Ordering;

const REQUEST_FRAME_BYTES: usize = 4;
const RESPONSE_FRAME_BYTES: usize = 5;

pub(super) struct OpenChannel {
    protocol: usize,
    inbound: InboundRequestId,
    respond: ResponseChannel<Response>,
}

/// Requests of peers from their arrival until the response has left or the stream has failed: a peer that reads its
/// responses slowly is being served all the while.
#[derive(Default)]
pub(super) struct Serving {
    peers: HashMap<(usize, InboundRequestId), PeerId>,
    counts: HashMap<(usize, PeerId), usize>,
}

impl Serving {
    fn count(&self, protocol: usize, peer: PeerId) -> usize {
        self.counts.get(&(protocol, peer)).copied().unwrap_or(0)
    }

    fn begin(&mut self, protocol: usize, inbound: InboundRequestId, peer: PeerId) {
        if self.peers.insert((protocol, inbound), peer).is_none() {
            *self.counts.entry((protocol, peer)).or_default() += 1;
        }
    }

    /// Nothing for a request that was refused.
    fn end(&mut self, protocol: usize, inbound: InboundRequestId) {
        let Some(peer) = self.peers.remove(&(protocol, inbound)) else { return };
        if let Entry::Occupied(mut count) = self.counts.entry((protocol, peer)) {
            *count.get_mut() -= 1;
            if *count.get() == 0 {
                count.remove();
            }
        }
    }
}

impl SwarmLoop {
    pub(super) fn request(&mut self, request: u64, peer: PeerId, protocol: usize, payload: Vec<u8>) {
        if !self.swarm.is_connected(&peer) {
            let text = "the peer is not connected".to_owned();
            return self.request_ended(request, peer, failure::NOT_CONNECTED, text);
        }
        self.shared.protocol_traffic[protocol].count_out(REQUEST_FRAME_BYTES + payload.len());
        let outbound = self.swarm.behaviour_mut().protocols.send_request(protocol, &peer, payload);
        self.outbound.insert((protocol, outbound), request);
    }

    fn request_ended(&self, request: u64, peer: PeerId, reason: u8, text: String) {
        let event = Event::RequestFailed { request, peer: peer.to_string(), reason, text };
        self.shared.queue.push(event.encode(), Tag::Ended);
    }

    pub(super) fn respond(&mut self, channel: u64, status: u8, payload: Vec<u8>) {
        // Absent when the peer's patience ended between the caller's decision and now; it was told by an event.
        let Some(open) = self.close_channel(channel) else { return };
        self.send_response(open.protocol, open.respond, Response { status, payload });
    }

    fn send_response(&mut self, protocol: usize, respond: ResponseChannel<Response>, response: Response) {
        self.shared.protocol_traffic[protocol].count_out(RESPONSE_FRAME_BYTES + response.payload.len());
        self.swarm.behaviour_mut().protocols.send_response(protocol, respond, response);
    }

    pub(super) fn close_channel(&mut self, channel: u64) -> Option<OpenChannel> {
        lock(&self.shared.open_channels).remove(&channel);
        let open = self.channels.remove(&channel)?;
        self.inbound.remove(&(open.protocol, open.inbound));
        Some(open)
    }

    pub(super) fn on_protocol(&mut self, protocol: usize, event: request_response::Event<Request, Response>) {
        match event {
            request_response::Event::Message { peer, message, .. } => match message {
                Message::Request { request_id, request, channel } => {
                    self.on_request(protocol, peer, request_id, request, channel);
                }
                Message::Response { request_id, response } => {
                    let Some(request) = self.outbound.remove(&(protocol, request_id)) else { return };
                    let Response { status, payload } = response;
                    self.shared.protocol_traffic[protocol].count_in(RESPONSE_FRAME_BYTES + payload.len());
                    let event = Event::Response { request, peer: peer.to_string(), status, payload };
                    self.shared.queue.push(event.encode(), Tag::Ended);
                }
            },
            request_response::Event::OutboundFailure { peer, request_id, error, .. } => {
                let Some(request) = self.outbound.remove(&(protocol, request_id)) else { return };
                self.request_ended(request, peer, outbound_reason(&error), error.to_string());
            }
            request_response::Event::InboundFailure { peer, request_id, error, .. } => {
                self.on_inbound_failure(protocol, peer, request_id, &error);
            }
            request_response::Event::ResponseSent { request_id, .. } => self.serving.end(protocol, request_id),
        }
    }

    /// What exceeds the limits of the host is refused by dropping the channel, which closes the stream without a
    /// response; what exceeds the peer's share gets the busy response.
    fn on_request(
        &mut self,
        protocol: usize,
        peer: PeerId,
        inbound: InboundRequestId,
        request: Request,
        respond: ResponseChannel<Response>,
    ) {
        let name = &self.protocols[protocol].id;
        let payload = match request {
            Request::Payload(payload) => payload,
            Request::TooLarge { declared } => {
                return self.news(&Event::RequestViolation {
                    peer: peer.to_string(),
                    protocol: name.clone(),
                    declared_bytes: declared,
                });
            }
        };
        self.shared.protocol_traffic[protocol].count_in(REQUEST_FRAME_BYTES + payload.len());
        if self.channels.len() >= self.max_inbound_requests || self.untold.contains(&peer) {
            self.shared.refused_requests.fetch_add(1, Ordering::Relaxed);
            return;
        }
        if self.serving.count(protocol, peer) >= self.max_served_per_peer {
            self.shared.refused_requests.fetch_add(1, Ordering::Relaxed);
            let response = Response { status: self.busy_status, payload: self.busy_payload.clone() };
            return self.send_response(protocol, respond, response);
        }
        self.serving.begin(protocol, inbound, peer);
        let channel = self.next_channel;
        self.next_channel += 1;
        let event = Event::Request { channel, peer: peer.to_string(), protocol: name.clone(), payload };
        self.channels.insert(channel, OpenChannel { protocol, inbound, respond });
        self.inbound.insert((protocol, inbound), channel);
        lock(&self.shared.open_channels).insert(channel, protocol);
        self.shared.queue.push(event.encode(), Tag::Request { channel });
    }

    fn on_inbound_failure(&mut self, protocol: usize, peer: PeerId, inbound: InboundRequestId, error: &InboundFailure) {
        self.serving.end(protocol, inbound);
        // Absent when the response was on its way or the request was refused.
        let Some(channel) = self.inbound.get(&(protocol, inbound)).copied() else { return };
        self.close_channel(channel);
        if self.shared.queue.withdraw_request(channel) {
            self.shared.refused_requests.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let reason = inbound_reason(error);
        let event = Event::ResponseFailed { channel, peer: peer.to_string(), reason, text: error.to_string() };
        self.shared.queue.push(event.encode(), Tag::None);
    }
}

fn io_reason(error: &io::Error) -> u8 {
    match error.kind() {
        io::ErrorKind::TimedOut => failure::TIMEOUT,
        io::ErrorKind::InvalidData => failure::TOO_LARGE,
        io::ErrorKind::UnexpectedEof => failure::REFUSED,
        _ => failure::IO,
    }
}

fn outbound_reason(error: &OutboundFailure) -> u8 {
    match error {
        OutboundFailure::DialFailure => failure::NOT_CONNECTED,
        OutboundFailure::Timeout => failure::TIMEOUT,
        OutboundFailure::ConnectionClosed => failure::CONNECTION_CLOSED,
        OutboundFailure::UnsupportedProtocols => failure::UNSUPPORTED_PROTOCOL,
        OutboundFailure::Io(error) => io_reason(error),
    }
}

fn inbound_reason(error: &InboundFailure) -> u8 {
    match error {
        InboundFailure::Timeout => failure::TIMEOUT,
        InboundFailure::ConnectionClosed => failure::CONNECTION_CLOSED,
        InboundFailure::UnsupportedProtocols => failure::UNSUPPORTED_PROTOCOL,
        InboundFailure::ResponseOmission => failure::REFUSED,
        InboundFailure::Io(error) => io_reason(error),
    }
}
