//! The id of a gossip message: the first 20 bytes of
//! SHA-256(0x01 ‖ u64le(len(topic)) ‖ topic ‖ decompressed) when the payload is raw snappy within the limit, and of
//! SHA-256(0x00 ‖ u64le(len(topic)) ‖ topic ‖ payload) otherwise.

use sha2::{Digest, Sha256};

pub const MESSAGE_ID_BYTES: usize = 20;
pub type MessageId = [u8; MESSAGE_ID_BYTES];

const INVALID_SNAPPY: u8 = 0x00;
const VALID_SNAPPY: u8 = 0x01;

/// A snappy element of at most 3 bytes yields at most 64 bytes, so a larger declared length cannot be true. Checking it
/// first keeps a few bytes from costing an allocation of the limit; it does not change any id.
const MAX_SNAPPY_EXPANSION: usize = 22;

/// A declared length fits 32 bits, so that it ends within 5 bytes; the library reads longer ones too.
const MAX_LENGTH_BYTES: usize = 5;
const CONTINUES: u8 = 0x80;

pub fn message_id(topic: &str, payload: &[u8], max_decompressed_bytes: usize) -> MessageId {
    match decompress(payload, max_decompressed_bytes) {
        Some(data) => hash(VALID_SNAPPY, topic, &data),
        None => hash(INVALID_SNAPPY, topic, payload),
    }
}

fn decompress(payload: &[u8], limit: usize) -> Option<Vec<u8>> {
    if payload.iter().take(MAX_LENGTH_BYTES).all(|byte| byte & CONTINUES != 0) {
        return None;
    }
    let declared = snap::raw::decompress_len(payload).ok()?;
    if declared > limit || declared > payload.len().saturating_mul(MAX_SNAPPY_EXPANSION) {
        return None;
    }
    snap::raw::Decoder::new().decompress_vec(payload).ok()
}

fn hash(domain: u8, topic: &str, data: &[u8]) -> MessageId {
    let mut hasher = Sha256::new();
    hasher.update([domain]);
    hasher.update((topic.len() as u64).to_le_bytes());
    hasher.update(topic.as_bytes());
    hasher.update(data);
    let mut id = [0; MESSAGE_ID_BYTES];
    id.copy_from_slice(&hasher.finalize()[..MESSAGE_ID_BYTES]);
    id
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: usize = 1 << 20;

    fn expected(domain: u8, topic: &str, data: &[u8]) -> Vec<u8> {
        let mut input = vec![domain];
        input.extend((topic.len() as u64).to_le_bytes());
        input.extend(topic.as_bytes());
        input.extend(data);
        Sha256::digest(input)[..20].to_vec()
    }

    #[test]
    fn valid_snappy_is_hashed_decompressed() {
        let compressed = snap::raw::Encoder::new().compress_vec(b"block block block block").unwrap();
        assert_eq!(
            message_id("blocks", &compressed, LIMIT).to_vec(),
            expected(1, "blocks", b"block block block block")
        );
    }

    #[test]
    fn what_does_not_decompress_is_hashed_raw_in_another_domain() {
        for payload in [&b""[..], b"\xff\xff\xff\xff\xff\xff", b"\x05ab"] {
            assert_eq!(message_id("blocks", payload, LIMIT).to_vec(), expected(0, "blocks", payload));
        }
    }

    #[test]
    fn a_length_that_is_written_too_long_is_none() {
        for payload in [&b"\x80\x80\x80\x80\x80\x00"[..], b"\x81\x80\x80\x80\x80\x00\x00a"] {
            assert_eq!(message_id("t", payload, LIMIT).to_vec(), expected(0, "t", payload));
        }
        let within = b"\x81\x80\x80\x80\x00\x00a";
        assert_eq!(message_id("t", within, LIMIT).to_vec(), expected(1, "t", b"a"));
    }

    #[test]
    fn a_declared_length_over_the_limit_is_invalid() {
        let compressed = snap::raw::Encoder::new().compress_vec(&vec![7; LIMIT + 1]).unwrap();
        assert_eq!(message_id("t", &compressed, LIMIT).to_vec(), expected(0, "t", &compressed));
        assert_eq!(message_id("t", &compressed, LIMIT + 1).to_vec(), expected(1, "t", &vec![7; LIMIT + 1]));
    }

    #[test]
    fn the_best_compression_stays_within_the_assumed_expansion() {
        let zeros = vec![0; LIMIT];
        let compressed = snap::raw::Encoder::new().compress_vec(&zeros).unwrap();
        assert!(compressed.len() * MAX_SNAPPY_EXPANSION > LIMIT);
        assert_eq!(message_id("t", &compressed, LIMIT).to_vec(), expected(1, "t", &zeros));
    }

    #[test]
    fn topic_and_data_cannot_be_shifted_into_each_other() {
        let (ab, b) = (
            snap::raw::Encoder::new().compress_vec(b"ab").unwrap(),
            snap::raw::Encoder::new().compress_vec(b"b").unwrap(),
        );
        assert_ne!(message_id("t", &ab, LIMIT), message_id("ta", &b, LIMIT));
    }
}
