#pragma once
// Buffers that are not in use, kept with their room for whoever needs one next: few connections
// have anything to keep at a time, and none shall allocate for it once warm. Of one thread, which
// owns it with the connections that borrow.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace slipway::os {

class SpareBuffers {
 public:
  // Keeps at most so many, and none that has grown over `most_bytes`.
  SpareBuffers(size_t most, size_t most_bytes) : most_(most), most_bytes_(most_bytes) {}

  // An empty one.
  std::string borrow() {
    if (spare_.empty()) return {};
    std::string buffer = std::move(spare_.back());
    spare_.pop_back();
    return buffer;
  }
  // Leaves an empty one without room behind.
  void give_back(std::string& buffer) {
    std::string mine = std::exchange(buffer, std::string());
    if (spare_.size() >= most_ || mine.capacity() > most_bytes_) return;
    mine.clear();
    spare_.push_back(std::move(mine));
  }

 private:
  const size_t most_;
  const size_t most_bytes_;
  std::vector<std::string> spare_;
};

}  // namespace slipway::os
