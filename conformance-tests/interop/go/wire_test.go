package main

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/golang/snappy"
	"github.com/libp2p/go-libp2p/core/protocol"
)

const topic = "/touchstone/00000000/block/ssz_snappy"

func bytesOf(t *testing.T, text string) []byte {
	t.Helper()
	decoded, err := hex.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func TestTheIDOfAMessageIsOfWhatItDecompressesToOrElseOfWhatItIs(t *testing.T) {
	// By hand: sha256 of 01, u64le(37), the topic, "abc"; and of 00, the same, ffffffffff.
	for payload, id := range map[string]string{
		"0308616263": "b92e83a3126a6f6b6a7e1dee2a2f07ff6977000f",
		hex.EncodeToString(snappy.Encode(nil, []byte("abc"))): "b92e83a3126a6f6b6a7e1dee2a2f07ff6977000f",
		"ffffffffff": "33cfb43c05b71518ae4ba1486a6c4abd6ccfc98e",
	} {
		if found := hex.EncodeToString([]byte(messageID(topic, bytesOf(t, payload)))); found != id {
			t.Errorf("%s has the id %s, not %s", payload, found, id)
		}
	}
}

func TestAFrameWithoutContentIsItsLengthAlone(t *testing.T) {
	if found := frameOf(nil); !bytes.Equal(found, make([]byte, 4)) {
		t.Errorf("a frame without content is %x", found)
	}
	if found := frame(nil); !bytes.Equal(found, []byte{1, 0, 0, 0, 0}) {
		t.Errorf("a frame of empty content is %x", found)
	}
	if content, err := readResponse(make([]byte, 5)); err != nil || len(content) != 0 {
		t.Errorf("a response without content is %x, %v", content, err)
	}
}

func TestAResponseThatIsCutTooLongOrNoSuccessIsAnError(t *testing.T) {
	whole := writeResponse([]byte{1, 2})
	if content, err := readResponse(whole); err != nil || !bytes.Equal(content, []byte{1, 2}) {
		t.Errorf("a response is %x, %v", content, err)
	}
	for length := range whole {
		if _, err := readResponse(whole[:length]); err == nil {
			t.Errorf("a response of %d bytes of %d is none", length, len(whole))
		}
	}
	if _, err := readResponse(append(whole, 0)); err == nil {
		t.Error("a response with a byte behind it is none")
	}
	refused := append([]byte{3}, frame([]byte("busy"))...)
	if _, err := readResponse(refused); err == nil || !strings.Contains(err.Error(), "status 3: busy") {
		t.Errorf("a refusal is the error %v", err)
	}
}

func TestWhatDeclaresMoreThanItsLimitDoesNotDecompress(t *testing.T) {
	if found, err := decompress(snappy.Encode(nil, make([]byte, gossipMaxSize))); err != nil || len(found) != gossipMaxSize {
		t.Errorf("%d bytes, %v", len(found), err)
	}
	if _, err := decompress(snappy.Encode(nil, make([]byte, gossipMaxSize+1))); err == nil {
		t.Error("more than the limit is decompressed")
	}
}

func TestTheNetworkIsKnownByItsProtocols(t *testing.T) {
	digest, err := digestOf([]protocol.ID{"/ipfs/id/1.0.0", "/touchstone/0abcdef1/status/1"})
	if err != nil || digest != "0abcdef1" {
		t.Errorf("the digest is %q, %v", digest, err)
	}
	if _, err := digestOf([]protocol.ID{"/touchstone/0abcdef1/status/2"}); err == nil {
		t.Error("another version of a method names a network")
	}
}

func TestContainersAreLaidOutAsThePageOfTypesSays(t *testing.T) {
	encoded, err := encodeStatus("0abcdef1")
	if err != nil || len(encoded) != 92 || encoded[84] != 1 {
		t.Fatalf("a status is %x, %v", encoded, err)
	}
	if decoded, err := decodeStatus(encoded); err != nil || decoded != (status{digest: "0abcdef1"}) {
		t.Errorf("a status is %v, %v", decoded, err)
	}
	if _, err := decodeStatus(encoded[1:]); err == nil {
		t.Error("a status that is too short is one")
	}
	if found := hex.EncodeToString(encodeRange(1, 2)); found != "01000000000000000200000000000000" {
		t.Errorf("a range is %s", found)
	}
	block := append(append([]byte{100, 0, 0, 0}, make([]byte, 96)...), 7, 0, 0, 0, 0, 0, 0, 0)
	if slot, err := slotOf(block); err != nil || slot != 7 {
		t.Errorf("the slot is %d, %v", slot, err)
	}
	for _, bad := range [][]byte{nil, block[:len(block)-1], make([]byte, 200)} {
		if _, err := slotOf(bad); err == nil {
			t.Errorf("%x is a block", bad)
		}
	}
}

func TestBlocksAreWhatLiesBetweenTheirOffsets(t *testing.T) {
	blocks, err := decodeBlocks(bytesOf(t, "080000000a00000001020304"))
	if err != nil || len(blocks) != 2 || !bytes.Equal(blocks[0], []byte{1, 2}) || !bytes.Equal(blocks[1], []byte{3, 4}) {
		t.Errorf("the blocks are %x, %v", blocks, err)
	}
	if blocks, err := decodeBlocks(nil); err != nil || blocks != nil {
		t.Errorf("no blocks are %x, %v", blocks, err)
	}
	for _, bad := range []string{"080000", "00000000", "05000000ff", "0c0000000a000000", "08000000ff00000001", "080000000700000001"} {
		if blocks, err := decodeBlocks(bytesOf(t, bad)); err == nil {
			t.Errorf("%s is the blocks %x", bad, blocks)
		}
	}
}
