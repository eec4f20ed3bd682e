package main

// What is Touchstone's own on the wire: message ids, frames, and the few containers that this program reads. Written from
// the prose alone (spec/prose/01-encoding.md, 13-network.md). [ENC-23] [NET-05] [NET-55]

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"

	"github.com/golang/snappy"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const (
	// Of both presets, spec/data/parameters.toml.
	gossipMaxSize = 10 << 20

	// The longest compressed payload [NET-11], and what an RPC may have around it [NET-85].
	maxRPCBytes = 32 + gossipMaxSize + gossipMaxSize/6 + 4096

	messageIDBytes = 20
	u32Bytes       = 4
	u64Bytes       = 8
	rootBytes      = 32
	signatureBytes = 96
	digestBytes    = 4
)

// decompress fails if the bytes are no raw snappy, or say that they hold more than the limit.
func decompress(compressed []byte) ([]byte, error) {
	length, err := snappy.DecodedLen(compressed)
	if err != nil {
		return nil, err
	}
	if length > gossipMaxSize {
		return nil, fmt.Errorf("snappy of %d bytes, more than %d", length, gossipMaxSize)
	}
	return snappy.Decode(nil, compressed)
}

// messageID [NET-05]
func messageID(topic string, payload []byte) string {
	domain := byte(1)
	content, err := decompress(payload)
	if err != nil {
		domain, content = 0, payload
	}
	hash := sha256.New()
	hash.Write([]byte{domain})
	hash.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(topic))))
	hash.Write([]byte(topic))
	hash.Write(content)
	return string(hash.Sum(nil)[:messageIDBytes])
}

// frame is the encoding of a request with content. [NET-55]
func frame(content []byte) []byte {
	return frameOf(snappy.Encode(nil, content))
}

// frameOf takes what is compressed already; nothing at all for a request without content.
func frameOf(compressed []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(compressed))), compressed...)
}

// readFrame gives the content of a peer's request.
func readFrame(bytes []byte) ([]byte, error) {
	if len(bytes) < u32Bytes {
		return nil, fmt.Errorf("a frame of %d bytes", len(bytes))
	}
	length := binary.LittleEndian.Uint32(bytes)
	if uint64(len(bytes)) != u32Bytes+uint64(length) {
		return nil, fmt.Errorf("a frame of %d bytes in %d", length, len(bytes))
	}
	if length == 0 {
		return nil, nil
	}
	return decompress(bytes[u32Bytes:])
}

// readResponse fails, with the peer's text, if the response is no success. [NET-56]
func readResponse(bytes []byte) ([]byte, error) {
	if len(bytes) == 0 {
		return nil, fmt.Errorf("a response of no bytes")
	}
	content, err := readFrame(bytes[1:])
	if err == nil && bytes[0] != 0 {
		err = fmt.Errorf("status %d: %s", bytes[0], content)
	}
	return content, err
}

func writeResponse(content []byte) []byte {
	return append([]byte{0}, frame(content)...)
}

var statusProtocol = regexp.MustCompile(`^/touchstone/([0-9a-f]{8})/status/1$`)

// digestOf finds the network in a peer's protocols, by which all else is named. [NET-59]
func digestOf(protocols []protocol.ID) (string, error) {
	for _, name := range protocols {
		if found := statusProtocol.FindStringSubmatch(string(name)); found != nil {
			return found[1], nil
		}
	}
	return "", fmt.Errorf("no protocol of Touchstone among %s", strings.Join(protocol.ConvertToStrings(protocols), " "))
}

// status has the fields of `Status` that this program looks at: of fork_digest, finalized_checkpoint (epoch, root),
// head_root, head_slot, earliest_slot.
type status struct {
	digest         string
	finalizedEpoch uint64
	headSlot       uint64
}

const (
	headSlotOffset = digestBytes + u64Bytes + 2*rootBytes
	statusBytes    = headSlotOffset + 2*u64Bytes
)

// encodeStatus makes the status of a node that has nothing but genesis.
func encodeStatus(digest string) ([]byte, error) {
	decoded, err := hex.DecodeString(digest)
	if err != nil {
		return nil, err
	}
	encoded := make([]byte, statusBytes)
	copy(encoded, decoded)
	binary.LittleEndian.PutUint64(encoded[statusBytes-u64Bytes:], 1)
	return encoded, nil
}

func decodeStatus(bytes []byte) (status, error) {
	if len(bytes) != statusBytes {
		return status{}, fmt.Errorf("a Status of %d bytes, not %d", len(bytes), statusBytes)
	}
	return status{
		digest:         hex.EncodeToString(bytes[:digestBytes]),
		finalizedEpoch: binary.LittleEndian.Uint64(bytes[digestBytes:]),
		headSlot:       binary.LittleEndian.Uint64(bytes[headSlotOffset:]),
	}, nil
}

// encodeRange makes a `BlocksByRangeRequest`: start_slot, count.
func encodeRange(start, count uint64) []byte {
	return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, start), count)
}

// decodeBlocks gives the encodings of the blocks in a `BlocksResponse`, a list of byte lists.
func decodeBlocks(bytes []byte) ([][]byte, error) {
	if len(bytes) == 0 {
		return nil, nil
	}
	if len(bytes) < u32Bytes {
		return nil, fmt.Errorf("a BlocksResponse of %d bytes", len(bytes))
	}
	first := uint64(binary.LittleEndian.Uint32(bytes))
	if first == 0 || first%u32Bytes != 0 || first > uint64(len(bytes)) {
		return nil, fmt.Errorf("a BlocksResponse whose first block begins at %d", first)
	}
	var blocks [][]byte
	end := uint64(len(bytes))
	for offset := first; offset > 0; offset -= u32Bytes {
		begin := uint64(binary.LittleEndian.Uint32(bytes[offset-u32Bytes:]))
		if begin > end {
			return nil, fmt.Errorf("a BlocksResponse with a block from %d to %d", begin, end)
		}
		blocks = append([][]byte{bytes[begin:end]}, blocks...)
		end = begin
	}
	return blocks, nil
}

// slotOf reads the slot of a `SignedBlock`: the first field of its block, which lies behind its offset and the signature.
func slotOf(signedBlock []byte) (uint64, error) {
	const begin = u32Bytes + signatureBytes
	if len(signedBlock) < begin+u64Bytes {
		return 0, fmt.Errorf("a SignedBlock of %d bytes", len(signedBlock))
	}
	if found := binary.LittleEndian.Uint32(signedBlock); found != begin {
		return 0, fmt.Errorf("a SignedBlock whose block begins at %d", found)
	}
	return binary.LittleEndian.Uint64(signedBlock[begin:]), nil
}
