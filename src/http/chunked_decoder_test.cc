#include "http/chunked_decoder.h"

#include <gtest/gtest.h>

#include <string>

namespace slipway::http {
namespace {

struct Decoded {
  std::string body;
  ChunkedDecoder::State state = ChunkedDecoder::State::kNeedMore;
  Refusal refusal = Refusal::kNone;
  std::string rest;
};

Decoded decode(std::string_view in) {
  ChunkedDecoder decoder;
  Decoded all;
  for (;;) {
    const ChunkedDecoder::Step step = decoder.decode(in);
    all.body += step.data;
    all.state = step.state;
    all.refusal = step.refusal;
    in.remove_prefix(step.consumed);
    if (step.state != ChunkedDecoder::State::kNeedMore || in.empty()) break;
  }
  all.rest = in;
  return all;
}

Refusal refusal_of(std::string_view in) { return decode(in).refusal; }

TEST(ChunkedDecoder, joins_chunks_and_stops_behind_the_last) {
  const Decoded all = decode("5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET /");
  EXPECT_EQ(all.state, ChunkedDecoder::State::kDone);
  EXPECT_EQ(all.body, "hello world");
  EXPECT_EQ(all.rest, "GET /");
}

TEST(ChunkedDecoder, reads_hex_in_either_case_with_leading_zeros) {
  EXPECT_EQ(decode("00A\r\n0123456789\r\n0\r\n\r\n").body, "0123456789");
  EXPECT_EQ(decode("b\r\n0123456789a\r\n000\r\n\r\n").body, "0123456789a");
}

TEST(ChunkedDecoderRule04, a_size_is_hex_digits_only) {
  for (const char* bad : {"\r\n", "g\r\n", " 5\r\n", "5 \r\n", "5\t\r\n", "0x5\r\n", "+5\r\n",
                          "-5\r\n", "5\n", "5\r5", ";a\r\n", "5,\r\n", "\n", "5.0\r\n"}) {
    EXPECT_EQ(refusal_of(std::string(bad) + "hello\r\n0\r\n\r\n"), Refusal::kMalformedChunkSize)
        << bad;
  }
}

TEST(ChunkedDecoderRule04, a_size_has_at_most_15_digits) {
  EXPECT_EQ(refusal_of("000000000000005\r\nhello\r\n0\r\n\r\n"), Refusal::kNone);
  EXPECT_EQ(refusal_of("0000000000000005\r\nhello\r\n0\r\n\r\n"), Refusal::kChunkSizeTooLong);
  EXPECT_EQ(refusal_of("fffffffffffffff\r\nhello"), Refusal::kNone);
  EXPECT_EQ(refusal_of("ffffffffffffffff\r\nhello"), Refusal::kChunkSizeTooLong);
}

TEST(ChunkedDecoderRule04, well_formed_extensions_are_dropped) {
  const Decoded all = decode("5;a;b=c;d=\"e \\\" f\"\r\nhello\r\n0;last\r\n\r\n");
  EXPECT_EQ(all.state, ChunkedDecoder::State::kDone);
  EXPECT_EQ(all.body, "hello");
}

TEST(ChunkedDecoderRule04, malformed_extensions_are_refused) {
  for (const char* bad : {";", "; a", ";a=", ";a b", ";a =b", ";a=\"b", ";a=\"b\"c", ";;", ";a=b=c",
                          ";a\x01", ";\"a\"", ";a=\"\x7f\""}) {
    EXPECT_EQ(refusal_of("5" + std::string(bad) + "\r\nhello\r\n0\r\n\r\n"),
              Refusal::kMalformedChunkExtension)
        << bad;
  }
}

TEST(ChunkedDecoderRule04, extensions_are_bounded_over_all_chunks) {
  std::string body;
  for (int i = 0; i < 300; ++i) body += "1;abcdefghijklmnopqrstuvwxyz\r\nx\r\n";
  EXPECT_EQ(refusal_of(body), Refusal::kChunkExtensionTooLong);
  EXPECT_EQ(refusal_of("1;" + std::string(5000, 'a')), Refusal::kChunkExtensionTooLong);
}

TEST(ChunkedDecoderRule04, a_chunk_ends_with_cr_lf) {
  for (const char* bad : {"helloX\r\n", "hello\n", "hello\rX", "hello0\r\n"}) {
    EXPECT_EQ(refusal_of("5\r\n" + std::string(bad)), Refusal::kMalformedChunkEnd) << bad;
  }
}

TEST(ChunkedDecoderRule04, trailers_are_checked_and_dropped) {
  const Decoded all = decode("0\r\nExpires: never\r\nX:\r\n\r\n");
  EXPECT_EQ(all.state, ChunkedDecoder::State::kDone);
  EXPECT_EQ(all.body, "");
  for (const char* bad :
       {"\n", " A: b\r\n\r\n", "A : b\r\n\r\n", ": b\r\n\r\n", "A\r\n\r\n", "A: b\n\r\n",
        "A: \x01\r\n\r\n", "A: b\rC", "\rX", "A: b\r\n c\r\n\r\n"}) {
    EXPECT_EQ(refusal_of("0\r\n" + std::string(bad)), Refusal::kMalformedTrailer) << bad;
  }
}

TEST(ChunkedDecoderRule04, trailers_are_bounded) {
  EXPECT_EQ(refusal_of("0\r\nA: " + std::string(9000, 'x')), Refusal::kTrailerTooLarge);
  std::string many = "0\r\n";
  for (int i = 0; i < 40; ++i) many += "A: b\r\n";
  EXPECT_EQ(refusal_of(many), Refusal::kTrailerTooLarge);
}

TEST(ChunkedDecoder, stays_refused_and_stays_done) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.decode("x").state, ChunkedDecoder::State::kRefused);
  const ChunkedDecoder::Step again = decoder.decode("0\r\n\r\n");
  EXPECT_EQ(again.state, ChunkedDecoder::State::kRefused);
  EXPECT_EQ(again.refusal, Refusal::kMalformedChunkSize);
  EXPECT_EQ(again.consumed, 0U);
  decoder.reset();
  EXPECT_EQ(decoder.decode("0\r\n\r\n").state, ChunkedDecoder::State::kDone);
  EXPECT_EQ(decoder.decode("0\r\n\r\n").consumed, 0U);
}

TEST(ChunkedDecoder, a_large_chunk_is_given_out_as_it_comes) {
  ChunkedDecoder decoder;
  EXPECT_EQ(decoder.decode("fffff\r\n").data, "");
  const std::string piece(1000, 'x');
  const ChunkedDecoder::Step step = decoder.decode(piece);
  EXPECT_EQ(step.data.data(), piece.data());
  EXPECT_EQ(step.data.size(), piece.size());
}

}  // namespace
}  // namespace slipway::http
