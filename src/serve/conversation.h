#pragma once
// What a request's handler on the reactor and an answer made on another thread share. The answering
// side puts things in under a lock and asks the reactor to fetch them; the reactor's side is told
// through one call of deliver(). After close() nothing of it touches the reactor again, so that it
// may outlive reactor, server and connection.

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "os/reactor.h"
#include "serve/reply.h"

namespace slipway::serve {

class Conversation : public std::enable_shared_from_this<Conversation> {
 public:
  // What has come together since the last delivery.
  struct Delivery {
    std::optional<Reply> whole;  // all of an answer
    std::optional<Reply> start;  // status and fields of a stream
    std::string bytes;
    bool finished = false;
    bool aborted = false;
  };
  // Reactor's thread; returns whether the client's connection is congested now.
  class Receiver {
   public:
    virtual ~Receiver() = default;
    virtual bool deliver(Delivery delivery) = 0;
  };

  Conversation(os::Reactor& reactor, Receiver& receiver)
      : reactor_(reactor), receiver_(&receiver) {}

  // Any thread.
  void reply(Reply reply);
  void start(int status, HeaderFields fields);
  bool write(std::string_view bytes);
  bool wait_writable(size_t limit, std::chrono::milliseconds timeout);
  bool wait_closed(std::chrono::milliseconds timeout);
  void finish();
  void abort();
  bool closed() const;

  // Reactor's thread.
  void close();
  void set_congested(bool congested);

 private:
  template <typename Change>
  bool change_and_schedule(Change change);
  void deliver();

  os::Reactor& reactor_;
  Receiver* receiver_;  // reactor's thread only
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  Delivery waiting_;
  bool scheduled_ = false;
  bool congested_ = false;
  bool closed_ = false;
};

}  // namespace slipway::serve
