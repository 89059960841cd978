#pragma once
// A Unix socket that passes every connection on to another one, and can be shut: to a client, the
// server behind it goes away and comes back. Owned and called by one thread.

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace slipway::engine {

class UnixRelay {
 public:
  UnixRelay(std::string path, std::string target);
  ~UnixRelay();
  UnixRelay(const UnixRelay&) = delete;
  UnixRelay& operator=(const UnixRelay&) = delete;

  // Ends every connection and takes the socket away.
  void close();
  void open();

 private:
  void accept_all();
  void pass(int client);

  const std::string path_;
  const std::string target_;
  int listener_ = -1;
  std::atomic<bool> closing_{false};
  std::mutex mutex_;
  std::vector<int> sockets_;
  std::vector<std::thread> threads_;
};

}  // namespace slipway::engine
