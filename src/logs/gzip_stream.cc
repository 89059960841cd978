#include "logs/gzip_stream.h"

#include <zlib.h>

#include <array>

namespace slipway::logs {
namespace {

constexpr int kWindowBits = 15 + 16;  // the largest window, in a gzip file
constexpr int kMemory = 8;

}  // namespace

struct GzipStream::State {
  z_stream stream{};
};

GzipStream::GzipStream() : state_(std::make_unique<State>()) {
  deflateInit2(&state_->stream, Z_BEST_SPEED, Z_DEFLATED, kWindowBits, kMemory, Z_DEFAULT_STRATEGY);
}

GzipStream::~GzipStream() { deflateEnd(&state_->stream); }

std::string GzipStream::run(std::string_view bytes, int flush) {
  std::string out;
  std::array<char, 16384> piece;
  z_stream& stream = state_->stream;
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  do {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    deflate(&stream, flush);
    out.append(piece.data(), piece.size() - stream.avail_out);
  } while (stream.avail_out == 0);
  return out;
}

std::string GzipStream::add(std::string_view bytes) { return run(bytes, Z_NO_FLUSH); }
std::string GzipStream::finish() { return run({}, Z_FINISH); }

}  // namespace slipway::logs
