#include "node/adapters/libp2p/request_frames.h"

#include <gtest/gtest.h>

#include "native/include/touchstone_native.h"
#include "node/codec/snappy.h"

namespace touchstone::node::adapters {
namespace {

/// [NET-55] [ENC-24]
TEST(RequestFramesTest, AnEmptyFrameIsNoContentAndNoEncoding) {
    EXPECT_TRUE(frame_content({}, false).empty());
    const ByteVector empty_encoding = frame_content({}, true);
    EXPECT_EQ(empty_encoding, ByteVector{0});
    EXPECT_EQ(read_frame({}, false, 8), ByteVector());
    EXPECT_EQ(read_frame({}, true, 8), std::nullopt);
    EXPECT_EQ(read_frame(empty_encoding, true, 8), ByteVector());
    EXPECT_EQ(read_frame(empty_encoding, false, 8), std::nullopt);
}

/// [NET-57]
TEST(RequestFramesTest, WhatDeclaresMoreThanTheLimitIsNotRead) {
    const ByteVector frame = codec::compress(ByteVector(9, 1));
    EXPECT_TRUE(declares_more_than(frame, 8));
    EXPECT_EQ(read_frame(frame, true, 8), std::nullopt);
    EXPECT_FALSE(declares_more_than(frame, 9));
    EXPECT_EQ(read_frame(frame, true, 9), ByteVector(9, 1));
    EXPECT_FALSE(declares_more_than({}, 0)) << "what declares nothing is none, and not too much";
}

/// [NET-56] [NET-98]
TEST(RequestFramesTest, OnlyWhatThePeerChoseNotToAnswerIsARefusal) {
    EXPECT_EQ(outcome_of_status(status_byte(ResponseCode::InvalidRequest)), RequestOutcome::Refused);
    EXPECT_EQ(outcome_of_status(status_byte(ResponseCode::ResourceUnavailable)), RequestOutcome::Refused);
    EXPECT_EQ(outcome_of_status(status_byte(ResponseCode::ServerError)), RequestOutcome::ServerError);
    EXPECT_EQ(outcome_of_status(200), RequestOutcome::ServerError);
    EXPECT_EQ(outcome_of(TS_FAILURE_UNSUPPORTED_PROTOCOL), RequestOutcome::Refused);
    EXPECT_EQ(outcome_of(TS_FAILURE_TIMEOUT), RequestOutcome::Timeout);
    EXPECT_EQ(outcome_of(TS_FAILURE_IO), RequestOutcome::BrokenStream);
    EXPECT_EQ(outcome_of(TS_FAILURE_TOO_LARGE), RequestOutcome::Malformed);
}

/// [NET-59]
TEST(RequestFramesTest, TwoMethodsAskWithoutContent) {
    EXPECT_FALSE(has_request(Method::Metadata));
    EXPECT_FALSE(has_request(Method::StateList));
    EXPECT_TRUE(has_request(Method::Status));
    EXPECT_TRUE(has_request(Method::BlocksByRange));
}

}  // namespace
}  // namespace touchstone::node::adapters
