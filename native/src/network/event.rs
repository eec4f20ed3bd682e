//! What the host tells its caller, and the bytes in which it says it (the layout is documented in the header).

use super::message_id::MessageId;

/// Why a request got no response, or a response could not be sent.
pub mod failure {
    pub const NOT_CONNECTED: u8 = 1;
    pub const TIMEOUT: u8 = 2;
    pub const CONNECTION_CLOSED: u8 = 3;
    pub const UNSUPPORTED_PROTOCOL: u8 = 4;
    pub const REFUSED: u8 = 5;
    pub const TOO_LARGE: u8 = 6;
    pub const IO: u8 = 7;
}

/// Why a message was not published.
pub mod publish_failure {
    pub const DUPLICATE: u8 = 1;
    pub const NO_PEERS: u8 = 2;
    pub const TOO_LARGE: u8 = 3;
    pub const QUEUES_FULL: u8 = 4;
    pub const OTHER: u8 = 5;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Gossip {
        id: MessageId,
        source: String,
        topic: String,
        payload: Vec<u8>,
    },
    Request {
        channel: u64,
        peer: String,
        protocol: String,
        payload: Vec<u8>,
    },
    Response {
        request: u64,
        peer: String,
        status: u8,
        payload: Vec<u8>,
    },
    RequestFailed {
        request: u64,
        peer: String,
        reason: u8,
        text: String,
    },
    ResponseFailed {
        channel: u64,
        peer: String,
        reason: u8,
        text: String,
    },
    RequestViolation {
        peer: String,
        protocol: String,
        declared_bytes: u32,
    },
    PeerConnected {
        peer: String,
        address: String,
        outbound: bool,
    },
    PeerDisconnected {
        peer: String,
    },
    PeerIdentified {
        peer: String,
        agent: String,
        protocol_version: String,
        addresses: Vec<String>,
        protocols: Vec<String>,
    },
    PeerSubscribed {
        peer: String,
        topic: String,
    },
    PeerUnsubscribed {
        peer: String,
        topic: String,
    },
    PublishFailed {
        id: MessageId,
        topic: String,
        reason: u8,
        text: String,
    },
    DialFailed {
        peer: String,
        address: String,
        again: bool,
        text: String,
    },
    PeerDiscovered {
        peer: String,
        addresses: Vec<String>,
    },
}

const GOSSIP: u8 = 1;
const REQUEST: u8 = 2;
const RESPONSE: u8 = 3;
const REQUEST_FAILED: u8 = 4;
const RESPONSE_FAILED: u8 = 5;
const REQUEST_VIOLATION: u8 = 6;
const PEER_CONNECTED: u8 = 7;
const PEER_DISCONNECTED: u8 = 8;
const PEER_IDENTIFIED: u8 = 9;
const PEER_SUBSCRIBED: u8 = 10;
const PEER_UNSUBSCRIBED: u8 = 11;
const PUBLISH_FAILED: u8 = 12;
const DIAL_FAILED: u8 = 13;
const PEER_DISCOVERED: u8 = 14;

/// Fields one after another.
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn bare() -> Self {
        Self(Vec::new())
    }

    pub fn into_bytes(self) -> Vec<u8> {
        self.0
    }

    fn new(kind: u8, payload: usize) -> Self {
        let mut buffer = Vec::with_capacity(256 + payload);
        buffer.push(kind);
        Self(buffer)
    }

    pub fn u8(mut self, value: u8) -> Self {
        self.0.push(value);
        self
    }

    pub fn u32(mut self, value: u32) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub fn u64(mut self, value: u64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    pub fn f64(mut self, value: f64) -> Self {
        self.0.extend(value.to_le_bytes());
        self
    }

    fn id(mut self, id: &MessageId) -> Self {
        self.0.extend(id);
        self
    }

    /// All lengths were checked against limits far below 4 GiB when the bytes came in.
    fn bytes(mut self, bytes: &[u8]) -> Self {
        self = self.u32(bytes.len() as u32);
        self.0.extend(bytes);
        self
    }

    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes())
    }

    fn texts(mut self, texts: &[String]) -> Self {
        self = self.u32(texts.len() as u32);
        for text in texts {
            self = self.text(text);
        }
        self
    }
}

impl Event {
    pub fn encode(&self) -> Vec<u8> {
        let writer = match self {
            Event::Gossip { id, source, topic, payload } => {
                Writer::new(GOSSIP, payload.len()).id(id).text(source).text(topic).bytes(payload)
            }
            Event::Request { channel, peer, protocol, payload } => {
                Writer::new(REQUEST, payload.len()).u64(*channel).text(peer).text(protocol).bytes(payload)
            }
            Event::Response { request, peer, status, payload } => {
                Writer::new(RESPONSE, payload.len()).u64(*request).text(peer).u8(*status).bytes(payload)
            }
            Event::RequestFailed { request, peer, reason, text } => {
                Writer::new(REQUEST_FAILED, 0).u64(*request).text(peer).u8(*reason).text(text)
            }
            Event::ResponseFailed { channel, peer, reason, text } => {
                Writer::new(RESPONSE_FAILED, 0).u64(*channel).text(peer).u8(*reason).text(text)
            }
            Event::RequestViolation { peer, protocol, declared_bytes } => {
                Writer::new(REQUEST_VIOLATION, 0).text(peer).text(protocol).u32(*declared_bytes)
            }
            Event::PeerConnected { peer, address, outbound } => {
                Writer::new(PEER_CONNECTED, 0).text(peer).text(address).u8(u8::from(*outbound))
            }
            Event::PeerDisconnected { peer } => Writer::new(PEER_DISCONNECTED, 0).text(peer),
            Event::PeerIdentified { peer, agent, protocol_version, addresses, protocols } => {
                Writer::new(PEER_IDENTIFIED, 0)
                    .text(peer)
                    .text(agent)
                    .text(protocol_version)
                    .texts(addresses)
                    .texts(protocols)
            }
            Event::PeerSubscribed { peer, topic } => Writer::new(PEER_SUBSCRIBED, 0).text(peer).text(topic),
            Event::PeerUnsubscribed { peer, topic } => Writer::new(PEER_UNSUBSCRIBED, 0).text(peer).text(topic),
            Event::PublishFailed { id, topic, reason, text } => {
                Writer::new(PUBLISH_FAILED, 0).id(id).text(topic).u8(*reason).text(text)
            }
            Event::DialFailed { peer, address, again, text } => {
                Writer::new(DIAL_FAILED, 0).text(peer).text(address).u8(u8::from(*again)).text(text)
            }
            Event::PeerDiscovered { peer, addresses } => Writer::new(PEER_DISCOVERED, 0).text(peer).texts(addresses),
        };
        writer.into_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_the_documented_one() {
        let gossip = Event::Gossip { id: [9; 20], source: "p".into(), topic: "tt".into(), payload: vec![1, 2, 3] };
        let mut expected = vec![1];
        expected.extend([9; 20]);
        expected.extend(b"\x01\0\0\0p\x02\0\0\0tt\x03\0\0\0\x01\x02\x03");
        assert_eq!(gossip.encode(), expected);

        let failed = Event::RequestFailed { request: 7, peer: "p".into(), reason: failure::TIMEOUT, text: "t".into() };
        assert_eq!(failed.encode(), b"\x04\x07\0\0\0\0\0\0\0\x01\0\0\0p\x02\x01\0\0\0t");

        let identified = Event::PeerIdentified {
            peer: "p".into(),
            agent: "a".into(),
            protocol_version: String::new(),
            addresses: vec![],
            protocols: vec!["/x".into(), "/y".into()],
        };
        assert_eq!(
            identified.encode(),
            b"\x09\x01\0\0\0p\x01\0\0\0a\0\0\0\0\0\0\0\0\x02\0\0\0\x02\0\0\0/x\x02\0\0\0/y"
        );
    }
}
