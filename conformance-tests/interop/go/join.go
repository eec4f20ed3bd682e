// Joins a running network of Touchstone with go-libp2p as it comes, over one address, and does what any peer does: is
// identified, pings, asks for the status and for blocks, finds the other nodes, receives blocks by gossip.
//
//	go run . --address MULTIADDR [--nodes N] [--blocks N] [--seconds N]
//
// What is not go-libp2p's default is in newGossip and discover: gossip without signatures, ids by content, the size of a
// message, and Kademlia's own protocol id, as spec/prose/13-network.md says under "Interoperability". Ends with 0 and a
// line of JSON when all of it was seen.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"time"

	dht "github.com/libp2p/go-libp2p-kad-dht"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
)

type options struct {
	first  peer.AddrInfo
	nodes  int
	blocks int
}

// summary is what was seen, for whoever runs the program.
type summary struct {
	Digest      string        `json:"digest"`
	Agent       string        `json:"agent"`
	Protocols   []protocol.ID `json:"protocols"`
	RoundTripMs float64       `json:"roundTripMs"`
	HeadSlot    uint64        `json:"headSlot"`
	RangeBlocks int           `json:"rangeBlocks"`
	Found       int           `json:"found"`
	GossipSlots []uint64      `json:"gossipSlots"`
	ToldFirst   int           `json:"toldFirst"` // blocks whose ids were told before they came
}

func main() {
	address := flag.String("address", "", "where a node listens, with /p2p/ and its peer id at the end")
	nodes := flag.Int("nodes", 4, "how many nodes the network has")
	blocks := flag.Int("blocks", 3, "how many blocks to receive by gossip")
	seconds := flag.Int("seconds", 120, "for all of it")
	flag.Parse()
	first, err := peer.AddrInfoFromString(*address)
	if err != nil {
		fail(fmt.Errorf("--address %q: %w", *address, err))
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Duration(*seconds)*time.Second)
	defer cancel()
	seen, err := join(ctx, options{first: *first, nodes: *nodes, blocks: *blocks})
	if err != nil {
		fail(err)
	}
	line, err := json.Marshal(seen)
	if err != nil {
		fail(err)
	}
	fmt.Println(string(line))
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "join:", err)
	os.Exit(1)
}

// join plays both parts, one after the other.
func join(ctx context.Context, options options) (summary, error) {
	seen, err := takePart(ctx, options)
	if err != nil {
		return seen, err
	}
	seen.ToldFirst, err = listenOutside(ctx, options, seen.Digest)
	return seen, err
}

// takePart is a program that takes part: requests in both directions, discovery, the mesh of the topic of blocks.
func takePart(ctx context.Context, options options) (summary, error) {
	var seen summary
	// What a node is asked and asks is named after the network, which it tells when it is connected; and it looks at a
	// peer's protocols as soon as that is. So the first connection is for the name alone.
	digest, err := askDigest(ctx, options.first)
	if err != nil {
		return seen, err
	}
	seen.Digest = digest
	node, err := newHost()
	if err != nil {
		return seen, err
	}
	defer node.Close()
	asked, err := answerStatus(node, digest)
	if err != nil {
		return seen, err
	}
	gossip, err := newGossip(ctx, node)
	if err != nil {
		return seen, err
	}
	routing, err := dht.New(node, dht.Mode(dht.ModeClient), dht.ProtocolPrefix(protocol.ID(prefix(digest))))
	if err != nil {
		return seen, err
	}
	defer routing.Close()
	nextBlock, err := receiveBlocks(ctx, gossip, digest)
	if err != nil {
		return seen, err
	}
	identified, err := connect(ctx, node, options.first)
	if err != nil {
		return seen, err
	}
	seen.Agent, seen.Protocols = identified.AgentVersion, identified.Protocols
	for len(seen.GossipSlots) < options.blocks {
		block, err := nextBlock()
		if err != nil {
			return seen, err
		}
		seen.GossipSlots = append(seen.GossipSlots, block.slot)
	}
	if err := ask(ctx, node, options.first.ID, &seen); err != nil {
		return seen, err
	}
	if err := wasAsked(ctx, asked, digest); err != nil {
		return seen, err
	}
	seen.Found, err = discover(ctx, routing, node, options)
	return seen, err
}

func askDigest(ctx context.Context, first peer.AddrInfo) (string, error) {
	node, err := newHost()
	if err != nil {
		return "", err
	}
	defer node.Close()
	identified, err := connect(ctx, node, first)
	if err != nil {
		return "", err
	}
	return digestOf(identified.Protocols)
}

// ask pings and makes a request of each kind, once: who asks again and again is above its quota [NET-110].
func ask(ctx context.Context, node host.Host, to peer.ID, seen *summary) error {
	pinged := <-ping.Ping(ctx, node, to)
	if pinged.Error != nil {
		return fmt.Errorf("ping: %w", pinged.Error)
	}
	seen.RoundTripMs = float64(pinged.RTT.Microseconds()) / 1000
	own, err := encodeStatus(seen.Digest)
	if err != nil {
		return err
	}
	content, err := request(ctx, node, to, prefix(seen.Digest)+"/status/1", frame(own))
	if err != nil {
		return err
	}
	theirs, err := decodeStatus(content)
	if err != nil {
		return err
	}
	if theirs.digest != seen.Digest {
		return fmt.Errorf("the status is of the network %s, the protocols of %s", theirs.digest, seen.Digest)
	}
	seen.HeadSlot = theirs.headSlot
	if _, err := request(ctx, node, to, prefix(seen.Digest)+"/metadata/1", frameOf(nil)); err != nil {
		return err
	}
	if _, err := request(ctx, node, to, prefix(seen.Digest)+"/ping/1", frame(make([]byte, u64Bytes))); err != nil {
		return err
	}
	blocks := frame(encodeRange(0, theirs.headSlot+1))
	if content, err = request(ctx, node, to, prefix(seen.Digest)+"/blocks_by_range/1", blocks); err != nil {
		return err
	}
	seen.RangeBlocks, err = checkRange(content)
	return err
}

// checkRange counts the blocks of a response for a range that has some. [NET-69]
func checkRange(content []byte) (int, error) {
	blocks, err := decodeBlocks(content)
	if err != nil {
		return 0, err
	}
	if len(blocks) == 0 {
		return 0, errors.New("a range up to the head has no blocks")
	}
	last := uint64(0)
	for _, block := range blocks {
		slot, err := slotOf(block)
		if err != nil {
			return 0, err
		}
		if slot <= last {
			return 0, fmt.Errorf("a range has the block of slot %d after that of %d", slot, last)
		}
		last = slot
	}
	return len(blocks), nil
}

// wasAsked waits until the node has asked for the status.
func wasAsked(ctx context.Context, asked <-chan status, digest string) error {
	select {
	case theirs := <-asked:
		if theirs.digest != digest {
			return fmt.Errorf("the node asks with a status of the network %s, not %s", theirs.digest, digest)
		}
		return nil
	case <-ctx.Done():
		return errors.New("the node has not asked for the status")
	}
}

// discover looks for the peers closest to itself until all nodes but the first are found.
func discover(ctx context.Context, routing *dht.IpfsDHT, node host.Host, options options) (int, error) {
	for {
		// Fails as long as the routing table is empty.
		closest, _ := routing.GetClosestPeers(ctx, string(node.ID()))
		others := 0
		for _, id := range closest {
			if id != options.first.ID && id != node.ID() && len(node.Peerstore().Addrs(id)) > 0 {
				others++
			}
		}
		if others >= options.nodes-1 {
			return others, nil
		}
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return others, fmt.Errorf("%d nodes were found by discovery, not %d", others, options.nodes-1)
		}
	}
}

// listenOutside is a program outside of every mesh: it hears of messages by their ids alone (IHAVE) and asks for them
// (IWANT), but for the node's own, which it may be sent at once [NET-86]. It returns how many blocks came after their id
// was told, the id being the one that this side makes of them.
func listenOutside(ctx context.Context, options options, digest string) (int, error) {
	node, err := newHost()
	if err != nil {
		return 0, err
	}
	defer node.Close()
	outside := pubsub.DefaultGossipSubParams()
	outside.D, outside.Dlo, outside.Dhi, outside.Dscore, outside.Dout = 0, 0, 0, 0, 0
	told := &toldIDs{ids: map[string]bool{}}
	gossip, err := newGossip(ctx, node, pubsub.WithGossipSubParams(outside), pubsub.WithEventTracer(told))
	if err != nil {
		return 0, err
	}
	if _, err := connect(ctx, node, options.first); err != nil {
		return 0, err
	}
	nextBlock, err := receiveBlocks(ctx, gossip, digest)
	if err != nil {
		return 0, err
	}
	known, others := 0, 0
	for known < options.blocks {
		block, err := nextBlock()
		switch {
		case err != nil:
			return known, fmt.Errorf("%d blocks came after their ids were told, %d otherwise: %w", known, others, err)
		case told.has(block.id):
			known++
		default:
			others++
		}
	}
	return known, nil
}
