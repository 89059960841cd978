#include "http/body_reader.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

TEST(BodyReader, a_message_without_body_is_done_at_once_and_takes_nothing) {
  BodyReader reader;
  reader.start(Framing::kNone, 0);
  EXPECT_TRUE(reader.done());
  const BodyReader::Step step = reader.feed("GET /");
  EXPECT_TRUE(step.done);
  EXPECT_EQ(step.consumed, 0U);
  reader.start(Framing::kLength, 0);
  EXPECT_TRUE(reader.done());
}

TEST(BodyReader, takes_exactly_the_declared_length) {
  BodyReader reader;
  reader.start(Framing::kLength, 5);
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.feed("he").data, "he");
  EXPECT_EQ(reader.remaining(), 3U);
  const BodyReader::Step step = reader.feed("lloGET /");
  EXPECT_EQ(step.data, "llo");
  EXPECT_EQ(step.consumed, 3U);
  EXPECT_TRUE(step.done);
  EXPECT_EQ(reader.received(), 5U);
  EXPECT_EQ(reader.feed("GET /").consumed, 0U);
}

TEST(BodyReader, a_body_cut_short_is_refused_at_the_end_of_the_stream) {
  BodyReader reader;
  reader.start(Framing::kLength, 5);
  reader.feed("hell");
  EXPECT_EQ(reader.end_of_stream(), Refusal::kTruncatedBody);
  reader.start(Framing::kChunked, 0);
  reader.feed("5\r\nhello\r\n0\r\n");
  EXPECT_EQ(reader.end_of_stream(), Refusal::kTruncatedBody);
  reader.feed("\r\n");
  EXPECT_EQ(reader.end_of_stream(), Refusal::kNone);
}

TEST(BodyReader, until_close_ends_with_the_stream) {
  BodyReader reader;
  reader.start(Framing::kUntilClose, 0);
  EXPECT_EQ(reader.feed("abc").data, "abc");
  EXPECT_FALSE(reader.done());
  EXPECT_EQ(reader.end_of_stream(), Refusal::kNone);
  EXPECT_TRUE(reader.done());
}

TEST(BodyReader, passes_the_refusal_of_a_bad_chunk_on) {
  BodyReader reader;
  reader.start(Framing::kChunked, 0);
  EXPECT_EQ(reader.feed("zz\r\n").refusal, Refusal::kMalformedChunkSize);
  reader.start(Framing::kChunked, 0);
  EXPECT_TRUE(reader.feed("0\r\n\r\n").done);
}

}  // namespace
}  // namespace slipway::http
