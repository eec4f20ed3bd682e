//! The registered request/response protocols as one behaviour. libp2p's own behaviour treats its protocols as versions
//! of one and lets the remote choose, so each protocol here has a behaviour of its own, told apart by its index.

use super::codec::{FrameCodec, ProtocolRef, Request, Response};
use super::config::Protocol;
use libp2p::core::transport::PortUse;
use libp2p::core::Endpoint;
use libp2p::request_response::{self, OutboundRequestId, ProtocolSupport, ResponseChannel};
use libp2p::swarm::handler::multi::MultiHandler;
use libp2p::swarm::{
    ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent, ToSwarm,
};
use libp2p::{Multiaddr, PeerId};
use std::sync::Arc;
use std::task::{Context, Poll};

type Member = request_response::Behaviour<FrameCodec>;
type MemberEvent = request_response::Event<Request, Response>;

pub struct Protocols {
    members: Vec<Member>,
    first_polled: usize,
}

impl Protocols {
    pub fn new(protocols: &[Arc<Protocol>], max_streams: usize) -> Self {
        let member = |protocol: &Arc<Protocol>| {
            let config = request_response::Config::default()
                .with_request_timeout(protocol.timeout)
                .with_max_concurrent_streams(max_streams);
            let supported = [(ProtocolRef(protocol.clone()), ProtocolSupport::Full)];
            Member::with_codec(FrameCodec, supported, config)
        };
        Self { members: protocols.iter().map(member).collect(), first_polled: 0 }
    }

    pub fn send_request(&mut self, protocol: usize, peer: &PeerId, payload: Vec<u8>) -> OutboundRequestId {
        self.members[protocol].send_request(peer, Request::Payload(payload))
    }

    pub fn send_response(&mut self, protocol: usize, channel: ResponseChannel<Response>, response: Response) -> bool {
        self.members[protocol].send_response(channel, response).is_ok()
    }
}

impl NetworkBehaviour for Protocols {
    type ConnectionHandler = MultiHandler<usize, THandler<Member>>;
    type ToSwarm = (usize, MemberEvent);

    fn handle_established_inbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        local: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let mut handlers = Vec::with_capacity(self.members.len());
        for (index, member) in self.members.iter_mut().enumerate() {
            handlers.push((index, member.handle_established_inbound_connection(connection, peer, local, remote)?));
        }
        MultiHandler::try_from_iter(handlers).map_err(ConnectionDenied::new)
    }

    fn handle_established_outbound_connection(
        &mut self,
        connection: ConnectionId,
        peer: PeerId,
        address: &Multiaddr,
        role: Endpoint,
        port: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        let mut handlers = Vec::with_capacity(self.members.len());
        for (index, member) in self.members.iter_mut().enumerate() {
            let handler = member.handle_established_outbound_connection(connection, peer, address, role, port)?;
            handlers.push((index, handler));
        }
        MultiHandler::try_from_iter(handlers).map_err(ConnectionDenied::new)
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        for member in &mut self.members {
            member.on_swarm_event(event);
        }
    }

    fn on_connection_handler_event(
        &mut self,
        peer: PeerId,
        connection: ConnectionId,
        (index, event): THandlerOutEvent<Self>,
    ) {
        self.members[index].on_connection_handler_event(peer, connection, event);
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        let count = self.members.len();
        // Beginning after the last ready one keeps a busy protocol from starving the others.
        for index in (0..count).map(|offset| (self.first_polled + offset) % count) {
            if let Poll::Ready(event) = self.members[index].poll(context) {
                self.first_polled = index + 1;
                return Poll::Ready(event.map_out(|event| (index, event)).map_in(|event| (index, event)));
            }
        }
        Poll::Pending
    }
}
