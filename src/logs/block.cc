#include "logs/block.h"

#include <zstd.h>

#include <algorithm>
#include <utility>

#include "logs/bytes.h"

namespace slipway::logs {
namespace {

// The quickest level that still makes a tenth of usual output.
constexpr int kLevel = 1;

uint64_t zigzag(int64_t value) {
  return (static_cast<uint64_t>(value) << 1) ^ static_cast<uint64_t>(value >> 63);
}
int64_t unzigzag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

}  // namespace

struct BlockCodec::Tables {
  ZSTD_CCtx* pack = nullptr;
  ZSTD_DCtx* unpack = nullptr;
};

void Block::clear() {
  entries_.clear();
  texts_.clear();
  earliest_ = FineTime::max();
  latest_ = FineTime::min();
  line_ends_ = 0;
  streams_ = 0;
}

void Block::add(const Line& line) {
  texts_.append(line.text);
  entries_.push_back(
      {line.time, line.stream, line.continues, static_cast<uint32_t>(texts_.size())});
  texts_.push_back('\n');
  earliest_ = std::min(earliest_, line.time);
  latest_ = std::max(latest_, line.time);
  line_ends_ += line.continues ? 0 : 1;
  streams_ |= bit_of(line.stream);
}

Line Block::line(size_t index) const {
  const Entry& entry = entries_[index];
  const size_t begin = index == 0 ? 0 : entries_[index - 1].end + 1;
  return {entry.time, entry.stream, entry.continues,
          std::string_view(texts_).substr(begin, entry.end - begin)};
}

size_t Block::line_at(size_t offset) const {
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), offset,
                                   [](const Entry& entry, size_t o) { return entry.end < o; });
  return static_cast<size_t>(at - entries_.begin());
}

BlockCodec::BlockCodec() : tables_(new Tables) {}

BlockCodec::~BlockCodec() {
  ZSTD_freeCCtx(tables_->pack);
  ZSTD_freeDCtx(tables_->unpack);
  delete tables_;
}

std::string BlockCodec::pack(const Block& block) {
  if (tables_->pack == nullptr) {
    tables_->pack = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(tables_->pack, ZSTD_c_compressionLevel, kLevel);
    ZSTD_CCtx_setParameter(tables_->pack, ZSTD_c_checksumFlag, 1);
  }
  plain_.clear();
  put<uint32_t>(plain_, static_cast<uint32_t>(block.size()));
  int64_t before = 0;
  for (size_t i = 0; i < block.size(); ++i) {
    const Line line = block.line(i);
    const int64_t time = line.time.time_since_epoch().count();
    // Differences wrap, as those of unsigned numbers do: no time is too far from another.
    put_varint(plain_, zigzag(static_cast<int64_t>(static_cast<uint64_t>(time) -
                                                   static_cast<uint64_t>(before))));
    before = time;
    plain_.push_back(
        static_cast<char>(static_cast<unsigned>(line.stream) | (line.continues ? 4U : 0U)));
    put_varint(plain_, line.text.size());
  }
  plain_.append(block.texts());
  std::string frame(ZSTD_compressBound(plain_.size()), '\0');
  const size_t size =
      ZSTD_compress2(tables_->pack, frame.data(), frame.size(), plain_.data(), plain_.size());
  frame.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return frame;
}

Result<void> BlockCodec::unpack(std::string_view frame, Block& into) {
  const auto damaged = [] {
    return fail(ErrorCode::kInternal, "a block of a log segment is damaged");
  };
  into.clear();
  const unsigned long long size = ZSTD_getFrameContentSize(frame.data(), frame.size());
  if (size == ZSTD_CONTENTSIZE_UNKNOWN || size == ZSTD_CONTENTSIZE_ERROR || size > Block::kMost) {
    return damaged();
  }
  if (tables_->unpack == nullptr) tables_->unpack = ZSTD_createDCtx();
  plain_.resize(size);
  const size_t got = ZSTD_decompressDCtx(tables_->unpack, plain_.data(), plain_.size(),
                                         frame.data(), frame.size());
  if (ZSTD_isError(got) != 0 || got != size) return damaged();
  return into.read(plain_) ? Result<void>{} : damaged();
}

bool Block::read(std::string_view plain) {
  Cursor cursor(plain);
  const auto count = cursor.take<uint32_t>();
  // Three bytes describe the shortest line, and one more is its end.
  if (!cursor.ok() || count > plain.size() / 4) return false;
  entries_.reserve(count);
  uint64_t time = 0;
  uint64_t end = 0;
  for (uint32_t i = 0; i < count; ++i) {
    time += static_cast<uint64_t>(unzigzag(cursor.take_varint()));
    const auto kind = cursor.take<uint8_t>();
    const uint64_t length = cursor.take_varint();
    if (!cursor.ok() || kind > 7 || length > kMaxPart) return false;
    end += length;
    const FineTime at{std::chrono::nanoseconds(static_cast<int64_t>(time))};
    const auto stream = static_cast<Stream>(kind & 3U);
    const bool continues = (kind & 4U) != 0;
    entries_.push_back({at, stream, continues, static_cast<uint32_t>(end)});
    ++end;
    earliest_ = std::min(earliest_, at);
    latest_ = std::max(latest_, at);
    line_ends_ += continues ? 0 : 1;
    streams_ |= bit_of(stream);
  }
  if (cursor.rest().size() != end) return false;
  texts_.assign(cursor.rest());
  return true;
}

}  // namespace slipway::logs
