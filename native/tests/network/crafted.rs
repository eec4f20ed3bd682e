//! Gossip messages that no host of ours makes, written byte for byte.

use crate::host::{config, start, Host, TOPIC};
use futures::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, StreamExt};
use libp2p::identity::Keypair;
use libp2p::request_response::{Behaviour, Codec, Config, ProtocolSupport};
use libp2p::{noise, tcp, yamux, StreamProtocol, SwarmBuilder};
use std::io;
use std::iter::repeat_with;
use tokio::runtime::Runtime;
use touchstone_native::network::{Event, Importance, TopicScore};

/// Streams of gossip, of which one side is written as it is given and the other is read and dropped.
#[derive(Clone, Copy, Default)]
struct RawGossip;

async fn read_all<T: AsyncRead + Unpin + Send>(io: &mut T) -> io::Result<()> {
    io.read_to_end(&mut Vec::new()).await.map(drop)
}

impl Codec for RawGossip {
    type Protocol = StreamProtocol;
    type Request = Vec<u8>;
    type Response = ();

    async fn read_request<T: AsyncRead + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
    ) -> io::Result<Vec<u8>> {
        read_all(io).await.map(|()| Vec::new())
    }

    async fn read_response<T: AsyncRead + Unpin + Send>(&mut self, _: &StreamProtocol, io: &mut T) -> io::Result<()> {
        read_all(io).await
    }

    async fn write_request<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        io: &mut T,
        bytes: Vec<u8>,
    ) -> io::Result<()> {
        io.write_all(&bytes).await
    }

    async fn write_response<T: AsyncWrite + Unpin + Send>(
        &mut self,
        _: &StreamProtocol,
        _: &mut T,
        (): (),
    ) -> io::Result<()> {
        Ok(())
    }
}

fn key(seed: u8) -> Keypair {
    Keypair::ed25519_from_bytes([seed; 32]).unwrap()
}

/// Connects to the host and writes the bytes on one stream; the connection lasts as long as what is returned.
fn write_gossip(key: Keypair, host: &Host, bytes: Vec<u8>) -> Runtime {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (target, address) = (host.peer(), host.address().parse().unwrap());
    runtime.spawn(async move {
        let protocol = (StreamProtocol::new("/meshsub/1.1.0"), ProtocolSupport::Full);
        let mut swarm = SwarmBuilder::with_existing_identity(key)
            .with_tokio()
            .with_tcp(tcp::Config::default(), noise::Config::new, yamux::Config::default)
            .unwrap()
            .with_behaviour(|_| Behaviour::<RawGossip>::new([protocol], Config::default()))
            .unwrap()
            .build();
        swarm.behaviour_mut().send_request_with_addresses(&target, bytes, vec![address]);
        loop {
            swarm.select_next_some().await;
        }
    });
    runtime
}

// ------------------------------------------------------------------------------------------- protobuf of gossipsub

const FROM: u8 = 1;
const DATA: u8 = 2;
const SEQNO: u8 = 3;
const MESSAGE_TOPIC: u8 = 4;
const SIGNATURE: u8 = 5;
const KEY: u8 = 6;
const SUBSCRIPTIONS: u8 = 1;
const PUBLISH: u8 = 2;

/// A length and what it counts.
fn counted(bytes: &[u8]) -> Vec<u8> {
    let mut length = bytes.len();
    let mut all = Vec::new();
    while length >= 0x80 {
        all.push(length as u8 | 0x80);
        length >>= 7;
    }
    all.push(length as u8);
    [all, bytes.to_vec()].concat()
}

fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
    [vec![number << 3 | 2], counted(bytes)].concat()
}

/// A message in an RPC, with another field if one is given.
fn publish(text: &str, more: &[u8]) -> Vec<u8> {
    let payload = snap::raw::Encoder::new().compress_vec(text.as_bytes()).unwrap();
    field(PUBLISH, &[&field(DATA, &payload), &field(MESSAGE_TOPIC, TOPIC.as_bytes()), more].concat())
}

fn subscribe(topic: &str) -> Vec<u8> {
    let wanted = [8, 1];
    field(SUBSCRIPTIONS, &[&wanted[..], &field(2, topic.as_bytes())].concat())
}

fn text_of(payload: &[u8]) -> String {
    String::from_utf8(snap::raw::Decoder::new().decompress_vec(payload).unwrap()).unwrap()
}

// --------------------------------------------------------------------------------------------------------- what counts

/// What a host hears of a peer that first sends messages with these fields, each in an RPC with an ordinary one, and
/// then a last ordinary one.
fn heard(fields: &[Vec<u8>]) -> Vec<String> {
    let host = start(config(1));
    host.subscribe(TOPIC, Importance::Important, TopicScore::default()).unwrap();
    let mut stream = Vec::new();
    for (number, more) in fields.iter().enumerate() {
        let bad = publish(&format!("crafted {number}"), more);
        stream.extend(counted(&[bad, publish(&format!("ordinary {number}"), &[])].concat()));
    }
    stream.extend(counted(&publish("last", &[])));
    stream.extend(counted(&subscribe("/done")));
    let _sender = write_gossip(key(9), &host, stream);
    host.wait(|event| matches!(event, Event::PeerSubscribed { topic, .. } if topic == "/done").then_some(()));
    // All of it was judged before; what was let through waits in front of the message of another peer.
    let _other = write_gossip(key(10), &host, counted(&publish("mark", &[])));
    repeat_with(|| text_of(&host.wait_gossip().2)).take_while(|text| text != "mark").collect()
}

/// [NET-06]
#[test]
fn a_message_with_an_author_a_number_a_signature_or_a_key_is_not_heard() {
    let author = key(9).public().to_peer_id().to_bytes();
    for (number, bytes) in [(FROM, &author[..]), (SEQNO, &[0; 8]), (SIGNATURE, &[7; 64]), (KEY, &[7; 36])] {
        assert_eq!(heard(&[field(number, bytes)]), ["ordinary 0", "last"], "field {number}");
    }
}

/// Three of them are too many, as of any message that is rejected. [NET-06] [NET-08]
#[test]
fn messages_that_are_not_anonymous_make_their_sender_unheard() {
    for (number, bytes) in [(FROM, &[][..]), (SEQNO, &[0; 8]), (SIGNATURE, &[7; 64]), (KEY, &[7; 36])] {
        let fields = vec![field(number, bytes); 3];
        assert_eq!(heard(&fields), ["ordinary 0", "ordinary 1", "ordinary 2"], "field {number}");
    }
}

/// [NET-84]
#[test]
fn an_ordinary_message_written_byte_for_byte_is_heard() {
    assert_eq!(heard(&[vec![]]), ["crafted 0", "ordinary 0", "last"]);
}
