#pragma once
// An image registry on a loopback port that holds nothing: it answers every request for an image as
// the distribution API prescribes (404, MANIFEST_UNKNOWN). Owned by one thread.

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace slipway::engine {

class EmptyRegistry {
 public:
  EmptyRegistry();
  ~EmptyRegistry();
  EmptyRegistry(const EmptyRegistry&) = delete;
  EmptyRegistry& operator=(const EmptyRegistry&) = delete;

  std::string host() const;  // "127.0.0.1:34567"

 private:
  void serve();

  int listener_ = -1;
  uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace slipway::engine
