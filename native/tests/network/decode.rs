//! Reads events by the layout that the header documents.

use touchstone_native::network::{Event, MessageId};

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> &'a [u8] {
        let (head, tail) = self.0.split_at(length);
        self.0 = tail;
        head
    }

    fn u8(&mut self) -> u8 {
        self.take(1)[0]
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take(8).try_into().unwrap())
    }

    fn id(&mut self) -> MessageId {
        self.take(20).try_into().unwrap()
    }

    fn bytes(&mut self) -> Vec<u8> {
        let length = self.u32() as usize;
        self.take(length).to_vec()
    }

    fn text(&mut self) -> String {
        String::from_utf8(self.bytes()).unwrap()
    }

    fn texts(&mut self) -> Vec<String> {
        (0..self.u32()).map(|_| self.text()).collect()
    }
}

pub fn decode(bytes: &[u8]) -> Event {
    let mut r = Reader(bytes);
    let event = match r.u8() {
        1 => Event::Gossip { id: r.id(), source: r.text(), topic: r.text(), payload: r.bytes() },
        2 => Event::Request { channel: r.u64(), peer: r.text(), protocol: r.text(), payload: r.bytes() },
        3 => Event::Response { request: r.u64(), peer: r.text(), status: r.u8(), payload: r.bytes() },
        4 => Event::RequestFailed { request: r.u64(), peer: r.text(), reason: r.u8(), text: r.text() },
        5 => Event::ResponseFailed { channel: r.u64(), peer: r.text(), reason: r.u8(), text: r.text() },
        6 => Event::RequestViolation { peer: r.text(), protocol: r.text(), declared_bytes: r.u32() },
        7 => Event::PeerConnected { peer: r.text(), address: r.text(), outbound: r.u8() == 1 },
        8 => Event::PeerDisconnected { peer: r.text() },
        9 => Event::PeerIdentified {
            peer: r.text(),
            agent: r.text(),
            protocol_version: r.text(),
            addresses: r.texts(),
            protocols: r.texts(),
        },
        10 => Event::PeerSubscribed { peer: r.text(), topic: r.text() },
        11 => Event::PeerUnsubscribed { peer: r.text(), topic: r.text() },
        12 => Event::PublishFailed { id: r.id(), topic: r.text(), reason: r.u8(), text: r.text() },
        13 => Event::DialFailed { peer: r.text(), address: r.text(), again: r.u8() == 1, text: r.text() },
        14 => Event::PeerDiscovered { peer: r.text(), addresses: r.texts() },
        kind => panic!("unknown kind {kind}"),
    };
    assert!(r.0.is_empty(), "trailing bytes");
    event
}
