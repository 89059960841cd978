// What a head costs. Wall time is noisy on shared machines: compare instruction counts
// (valgrind --tool=callgrind --toggle-collect='*parse_request_head*' http_bench ...).
#include <benchmark/benchmark.h>

#include <string>

#include "http/chunked_decoder.h"
#include "http/h1_head_parser.h"
#include "http/head_writer.h"

namespace slipway::http {
namespace {

const std::string kTypical =
    "POST /deployment/iris-a1b2c/api/v1.0/predictions HTTP/1.1\r\n"
    "Host: models.example.com\r\n"
    "User-Agent: python-requests/2.31.0\r\n"
    "Accept-Encoding: gzip, deflate\r\n"
    "Accept: */*\r\n"
    "Connection: keep-alive\r\n"
    "Content-Type: application/json\r\n"
    "Authorization: Bearer 0123456789abcdef0123456789abcdef\r\n"
    "Content-Length: 1024\r\n"
    "\r\n";

const std::string kReply =
    "HTTP/1.1 200 OK\r\nServer: gunicorn\r\nDate: Sun, 22 Nov 2026 09:00:00 GMT\r\n"
    "Connection: keep-alive\r\nContent-Type: application/json\r\nContent-Length: 256\r\n\r\n";

void parse_typical_request(benchmark::State& state) {
  RequestHead head;
  HeadScan scan;
  for (auto _ : state) {
    scan.reset();
    benchmark::DoNotOptimize(parse_request_head(kTypical, Limits(), scan, head));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * kTypical.size()));
}
BENCHMARK(parse_typical_request);

void parse_typical_response(benchmark::State& state) {
  ResponseHead head;
  HeadScan scan;
  for (auto _ : state) {
    scan.reset();
    benchmark::DoNotOptimize(parse_response_head(kReply, Limits(), Method::kPost, scan, head));
  }
}
BENCHMARK(parse_typical_response);

// Must grow linearly: the cost of a byte is the same however many came before.
void parse_request_sent_byte_by_byte(benchmark::State& state) {
  const std::string text =
      "GET / HTTP/1.1\r\nHost: a\r\nA: " + std::string(static_cast<size_t>(state.range(0)), 'x') +
      "\r\n\r\n";
  RequestHead head;
  for (auto _ : state) {
    HeadScan scan;
    for (size_t length = 1; length <= text.size(); ++length) {
      benchmark::DoNotOptimize(
          parse_request_head(std::string_view(text).substr(0, length), Limits(), scan, head));
    }
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations() * text.size()));
}
BENCHMARK(parse_request_sent_byte_by_byte)->Arg(1000)->Arg(30000);

void forward_typical_request(benchmark::State& state) {
  RequestHead head;
  parse_request_head(kTypical, Limits(), head);
  std::string out;
  for (auto _ : state) {
    out.clear();
    RequestHeadWriter writer(out);
    writer.begin(head.method, "/predict", "10.0.0.2:9000");
    writer.forward(head.fields, header_bit(HeaderId::kAuthorization) | header_bit(HeaderId::kHost));
    writer.end(head.framing, head.content_length);
    benchmark::DoNotOptimize(out.data());
  }
}
BENCHMARK(forward_typical_request);

void decode_64_kib_in_4_kib_chunks(benchmark::State& state) {
  std::string wire;
  for (int i = 0; i < 16; ++i) write_chunk(wire, std::string(4096, 'x'));
  wire += kLastChunk;
  for (auto _ : state) {
    ChunkedDecoder decoder;
    std::string_view in = wire;
    while (!in.empty()) {
      const ChunkedDecoder::Step step = decoder.decode(in);
      benchmark::DoNotOptimize(step.data.data());
      in.remove_prefix(step.consumed);
    }
  }
}
BENCHMARK(decode_64_kib_in_4_kib_chunks);

}  // namespace
}  // namespace slipway::http
