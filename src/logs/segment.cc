#include "logs/segment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "logs/bytes.h"
#include "logs/record.h"
#include "os/file.h"

namespace slipway::logs {
namespace {

constexpr std::string_view kIndexMagic = "SLPLOGX1";
// offset, number of blocks, checksum, magic
constexpr size_t kTrailer = 8 + 4 + 4 + 8;
constexpr size_t kEntry = 8 + 4 + 4 + 4 + 1 + 8 + 8;
// A segment is sealed long before it is so big; what is bigger is not ours.
constexpr uint64_t kMaxIndex = uint64_t{64} * 1024 * 1024;
constexpr size_t kReadAtOnce = size_t{1024} * 1024;

int64_t nanos(FineTime time) { return time.time_since_epoch().count(); }

}  // namespace

Result<Segment> Segment::open(const SegmentFile& file) {
  Segment segment;
  segment.name_ = file.path.native();
  segment.kind_ = file.kind;
  segment.fd_.reset(::open(file.path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  if (!segment.fd_ || ::fstat(segment.fd_.get(), &status) != 0) {
    return fail(errno_error("cannot read " + segment.name_, errno));
  }
  TRY_ASSIGN(const std::string begin, segment.read_at(0, kMaxHead));
  segment.body_ = segment.whole_ = decode_head(file.kind, begin, segment.head_);
  if (segment.body_ == 0 || segment.head_.first != file.first) {
    return fail(ErrorCode::kInternal, segment.name_ + " is no log segment");
  }
  if (file.kind == SegmentKind::kSealed) {
    TRY(segment.read_index(static_cast<uint64_t>(status.st_size)));
  } else {
    TRY(segment.refresh());
  }
  return segment;
}

uint64_t Segment::end() const {
  return blocks_.empty() ? head_.first : blocks_.back().first + blocks_.back().lines;
}

Result<std::string> Segment::read_at(uint64_t offset, size_t size) const {
  std::string bytes(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t got =
        ::pread(fd_.get(), bytes.data() + done, size - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(errno_error("cannot read " + name_, errno));
    if (got == 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

Result<void> Segment::read_index(uint64_t size) {
  const auto damaged = [&] {
    return fail(ErrorCode::kInternal, "the index of " + name_ + " is damaged");
  };
  if (size < body_ + kTrailer) return damaged();
  TRY_ASSIGN(const std::string trailer, read_at(size - kTrailer, kTrailer));
  Cursor cursor(trailer);
  const auto offset = cursor.take<uint64_t>();
  const auto count = cursor.take<uint32_t>();
  const auto sum = cursor.take<uint32_t>();
  if (cursor.rest() != kIndexMagic || offset < body_ || offset > size - kTrailer ||
      size - kTrailer - offset > kMaxIndex ||
      size - kTrailer - offset != uint64_t{count} * kEntry) {
    return damaged();
  }
  TRY_ASSIGN(const std::string index, read_at(offset, static_cast<size_t>(count) * kEntry));
  if (checksum(index) != sum) return damaged();
  Cursor entries(index);
  uint64_t first = head_.first;
  for (uint32_t i = 0; i < count; ++i) {
    BlockPlace place;
    place.offset = entries.take<uint64_t>();
    place.size = entries.take<uint32_t>();
    place.lines = entries.take<uint32_t>();
    place.line_ends = entries.take<uint32_t>();
    place.streams = entries.take<uint8_t>();
    place.earliest = FineTime{std::chrono::nanoseconds(entries.take<int64_t>())};
    place.latest = FineTime{std::chrono::nanoseconds(entries.take<int64_t>())};
    place.first = first;
    if (!entries.ok() || place.offset < body_ || place.offset > offset ||
        place.size > offset - place.offset || place.size > Block::kMost) {
      return damaged();
    }
    first += place.lines;
    blocks_.push_back(place);
  }
  return {};
}

Result<bool> Segment::refresh() {
  if (kind_ == SegmentKind::kSealed) return false;
  const uint64_t before = end();
  std::string bytes;
  while (true) {
    // The last block goes on growing until it is as big as the others.
    BlockPlace* place = blocks_.empty() ? nullptr : &blocks_.back();
    TRY_ASSIGN(bytes, read_at(whole_, kReadAtOnce));
    std::string_view rest = bytes;
    while (const auto record = read_record(rest)) {
      if (place == nullptr || place->size >= Block::kTarget) {
        blocks_.push_back({.offset = whole_,
                           .first = end(),
                           .earliest = FineTime::max(),
                           .latest = FineTime::min()});
        place = &blocks_.back();
      }
      place->size += static_cast<uint32_t>(record->size);
      place->lines += 1;
      place->line_ends += record->line.continues ? 0 : 1;
      place->streams |= bit_of(record->line.stream);
      place->earliest = std::min(place->earliest, record->line.time);
      place->latest = std::max(place->latest, record->line.time);
      whole_ += record->size;
      rest.remove_prefix(record->size);
    }
    // No record is as long as what is read at once: without a whole one it ends here.
    if (bytes.size() < kReadAtOnce || rest.size() == bytes.size()) break;
  }
  return end() > before;
}

Result<void> Segment::read(size_t block, BlockCodec& codec, Block& into) const {
  const BlockPlace& place = blocks_[block];
  TRY_ASSIGN(const std::string bytes, read_at(place.offset, place.size));
  if (kind_ == SegmentKind::kSealed) {
    TRY(codec.unpack(bytes, into));
    if (into.size() != place.lines) {
      return fail(ErrorCode::kInternal, name_ + ": a block does not hold what the index says");
    }
    return {};
  }
  into.clear();
  std::string_view rest = bytes;
  for (uint32_t i = 0; i < place.lines; ++i) {
    const auto record = read_record(rest);
    if (!record) return fail(ErrorCode::kInternal, name_ + " changed while it was read");
    into.add(record->line);
    rest.remove_prefix(record->size);
  }
  return {};
}

std::string encode_index(const std::vector<BlockPlace>& blocks, uint64_t offset) {
  std::string bytes;
  for (const BlockPlace& place : blocks) {
    put(bytes, place.offset);
    put(bytes, place.size);
    put(bytes, place.lines);
    put(bytes, place.line_ends);
    put(bytes, place.streams);
    put(bytes, nanos(place.earliest));
    put(bytes, nanos(place.latest));
  }
  const auto sum = checksum(bytes);
  put(bytes, offset);
  put(bytes, static_cast<uint32_t>(blocks.size()));
  put(bytes, sum);
  bytes.append(kIndexMagic);
  return bytes;
}

Result<void> seal_segment(const SegmentFile& file, BlockCodec& codec) {
  TRY_ASSIGN(const Segment open, Segment::open(file));
  const std::filesystem::path folder = file.path.parent_path();
  const auto sealed = folder / segment_name(file.run, file.first, SegmentKind::kSealed);
  std::filesystem::path unfinished = sealed;
  unfinished += ".new";
  const std::string what = "cannot write " + sealed.native();
  const auto write_it = [&]() -> Result<void> {
    const os::UniqueFd fd(
        ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd) return fail(errno_error(what, errno));
    const std::string head = encode_head(SegmentKind::kSealed, open.head());
    TRY(os::write_all(fd.get(), head, what));
    uint64_t offset = head.size();
    std::vector<BlockPlace> places;
    Block block;
    for (size_t i = 0; i < open.blocks().size(); ++i) {
      TRY(open.read(i, codec, block));
      const std::string frame = codec.pack(block);
      if (frame.empty()) return fail(ErrorCode::kInternal, what + ": it cannot be compressed");
      TRY(os::write_all(fd.get(), frame, what));
      BlockPlace place = open.blocks()[i];
      place.offset = offset;
      place.size = static_cast<uint32_t>(frame.size());
      offset += frame.size();
      places.push_back(place);
    }
    TRY(os::write_all(fd.get(), encode_index(places, offset), what));
    // Before the open file goes: a power cut shall not leave neither.
    if (::fdatasync(fd.get()) != 0 || ::rename(unfinished.c_str(), sealed.c_str()) != 0) {
      return fail(errno_error(what, errno));
    }
    return {};
  };
  if (auto written = write_it(); !written) {
    (void)os::remove_file(unfinished);
    return written;
  }
  return os::remove_file(file.path);
}

}  // namespace slipway::logs
