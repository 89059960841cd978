#pragma once
// Some thousand lines at once, in memory and as one zstd frame: what sealed segments consist of and
// what readers work on. The texts stand together, each with a '\n' behind it, so that a pattern is
// looked for in all of them in one go. One thread at a time.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "logs/line.h"

namespace slipway::logs {

class Block {
 public:
  // A block is handed on once its texts reach this.
  static constexpr size_t kTarget = size_t{256} * 1024;
  // No block written here unpacks to more: the target, one more part, and what describes them.
  static constexpr size_t kMost = size_t{16} * 1024 * 1024;

  void clear();
  void add(const Line& line);
  // What pack() made, unpacked; false when it is not.
  bool read(std::string_view plain);

  size_t size() const { return entries_.size(); }
  bool empty() const { return entries_.empty(); }
  bool full() const { return texts_.size() >= kTarget; }
  Line line(size_t index) const;
  // All texts, each followed by '\n', and which line the byte at `offset` of them belongs to.
  std::string_view texts() const { return texts_; }
  size_t line_at(size_t offset) const;
  size_t end_of(size_t index) const { return entries_[index].end; }
  bool ends_line(size_t index) const { return !entries_[index].continues; }

  FineTime earliest() const { return earliest_; }
  FineTime latest() const { return latest_; }
  // Lines that end in this block.
  uint32_t line_ends() const { return line_ends_; }
  uint8_t streams() const { return streams_; }  // a bit for each Stream

 private:
  struct Entry {
    FineTime time;
    Stream stream;
    bool continues;
    uint32_t end;  // of its text in texts_: where its '\n' stands
  };
  std::vector<Entry> entries_;
  std::string texts_;
  FineTime earliest_ = FineTime::max();
  FineTime latest_ = FineTime::min();
  uint32_t line_ends_ = 0;
  uint8_t streams_ = 0;
};

inline uint8_t bit_of(Stream stream) {
  return static_cast<uint8_t>(1U << static_cast<unsigned>(stream));
}
inline constexpr uint8_t kAllStreams = (1U << kStreams) - 1;

// Packs and unpacks; keeps its tables between two blocks.
class BlockCodec {
 public:
  BlockCodec();
  ~BlockCodec();
  BlockCodec(const BlockCodec&) = delete;
  BlockCodec& operator=(const BlockCodec&) = delete;

  // A zstd frame with its content's checksum.
  std::string pack(const Block& block);
  // kInternal when the bytes are not what pack() made.
  Result<void> unpack(std::string_view frame, Block& into);

 private:
  struct Tables;
  Tables* tables_;
  std::string plain_;
};

}  // namespace slipway::logs
