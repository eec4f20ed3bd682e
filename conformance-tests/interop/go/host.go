package main

import (
	"context"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/libp2p/go-libp2p"
	pubsub "github.com/libp2p/go-libp2p-pubsub"
	pb "github.com/libp2p/go-libp2p-pubsub/pb"
	"github.com/libp2p/go-libp2p/core/event"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/protocol"
	"github.com/libp2p/go-libp2p/p2p/host/eventbus"
)

// The longest response of all methods, RESPONSE_MAX_SIZE compressed at worst, is shorter.
const mostResponseBytes = 16 << 20

const requestTimeout = 10 * time.Second // [NET-58]

// newHost has go-libp2p's defaults, but listens on loopback alone, where the test is.
func newHost() (host.Host, error) {
	return libp2p.New(libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"))
}

// connect dials and waits until the peer has said who it is.
func connect(ctx context.Context, node host.Host, first peer.AddrInfo) (event.EvtPeerIdentificationCompleted, error) {
	var none event.EvtPeerIdentificationCompleted
	identified, err := node.EventBus().Subscribe(new(event.EvtPeerIdentificationCompleted), eventbus.BufSize(64))
	if err != nil {
		return none, err
	}
	defer identified.Close()
	if err := node.Connect(ctx, first); err != nil {
		return none, err
	}
	for {
		select {
		case found := <-identified.Out():
			if completed := found.(event.EvtPeerIdentificationCompleted); completed.Peer == first.ID {
				return completed, nil
			}
		case <-ctx.Done():
			return none, fmt.Errorf("not identified: %w", ctx.Err())
		}
	}
}

// request sends what is framed already, ends its side of the stream, and reads the whole response. [NET-55]
func request(ctx context.Context, node host.Host, to peer.ID, name string, framed []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	stream, err := node.NewStream(ctx, to, protocol.ID(name))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	defer stream.Reset()
	deadline, _ := ctx.Deadline()
	stream.SetDeadline(deadline)
	if _, err := stream.Write(framed); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if err := stream.CloseWrite(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	answer, err := io.ReadAll(io.LimitReader(stream, mostResponseBytes))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	content, err := readResponse(answer)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return content, nil
}

// answerStatus serves who asks for the status of a node that has nothing but genesis, and says who has asked.
func answerStatus(node host.Host, digest string) (<-chan status, error) {
	own, err := encodeStatus(digest)
	if err != nil {
		return nil, err
	}
	asked := make(chan status, 16)
	node.SetStreamHandler(protocol.ID(prefix(digest)+"/status/1"), func(stream network.Stream) {
		defer stream.Close()
		stream.SetDeadline(time.Now().Add(requestTimeout))
		received, err := io.ReadAll(io.LimitReader(stream, mostResponseBytes))
		if err != nil {
			return
		}
		content, err := readFrame(received)
		if err != nil {
			return
		}
		if theirs, err := decodeStatus(content); err == nil {
			select {
			case asked <- theirs:
			default:
			}
		}
		stream.Write(writeResponse(own))
	})
	return asked, nil
}

// newGossip has the settings that gossip needs, beside any others. [NET-05] [NET-06] [NET-85]
func newGossip(ctx context.Context, node host.Host, more ...pubsub.Option) (*pubsub.PubSub, error) {
	return pubsub.NewGossipSub(ctx, node, append([]pubsub.Option{
		pubsub.WithMessageSignaturePolicy(pubsub.StrictNoSign),
		pubsub.WithNoAuthor(),
		pubsub.WithMessageIdFn(func(message *pb.Message) string { return messageID(message.GetTopic(), message.GetData()) }),
		pubsub.WithMaxMessageSize(maxRPCBytes),
	}, more...)...)
}

type receivedBlock struct {
	id   string
	slot uint64
}

// receiveBlocks subscribes to blocks; each is checked: it decompresses, is a block, and comes once under its id.
func receiveBlocks(ctx context.Context, gossip *pubsub.PubSub, digest string) (func() (receivedBlock, error), error) {
	topic, err := gossip.Join(prefix(digest) + "/block/ssz_snappy")
	if err != nil {
		return nil, err
	}
	subscription, err := topic.Subscribe()
	if err != nil {
		return nil, err
	}
	ids := map[string]bool{}
	return func() (receivedBlock, error) {
		message, err := subscription.Next(ctx)
		if err != nil {
			return receivedBlock{}, fmt.Errorf("no block by gossip: %w", err)
		}
		block, err := decompress(message.Data)
		if err != nil {
			return receivedBlock{}, err
		}
		slot, err := slotOf(block)
		if err != nil {
			return receivedBlock{}, err
		}
		if ids[message.ID] {
			return receivedBlock{}, fmt.Errorf("message %x came twice", message.ID)
		}
		ids[message.ID] = true
		return receivedBlock{id: message.ID, slot: slot}, nil
	}, nil
}

// toldIDs are those of which peers told (IHAVE), on any topic.
type toldIDs struct {
	lock sync.Mutex
	ids  map[string]bool
}

// Trace makes it a pubsub.EventTracer.
func (told *toldIDs) Trace(traced *pb.TraceEvent) {
	told.lock.Lock()
	defer told.lock.Unlock()
	for _, have := range traced.GetRecvRPC().GetMeta().GetControl().GetIhave() {
		for _, id := range have.GetMessageIDs() {
			told.ids[string(id)] = true
		}
	}
}

func (told *toldIDs) has(id string) bool {
	told.lock.Lock()
	defer told.lock.Unlock()
	return told.ids[id]
}

func prefix(digest string) string {
	return "/touchstone/" + digest
}
