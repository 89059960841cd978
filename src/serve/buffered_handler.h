#pragma once
// Handlers that collect a whole request, up to a limit, and let it be answered on another thread.
// For the control API; the prediction path never comes here. A BufferedSource serves one Server and
// lives on its reactor's thread, longer than the Server. Requests are answered on the pool's
// threads; what takes long (a stream, a long poll) moves its Responder away and lets the thread go.

#include <deque>
#include <memory>
#include <vector>

#include "os/reactor.h"
#include "os/thread_pool.h"
#include "serve/exchange.h"
#include "serve/responder.h"

namespace slipway::serve {

class Answerer {
 public:
  virtual ~Answerer() = default;
  // On a thread of the pool, many at once. What it throws becomes a 500.
  virtual void answer(Request request, Responder responder) = 0;
};

class BufferedHandler;

class BufferedSource final : public HandlerSource {
 public:
  struct Limits {
    size_t body_bytes = size_t{1024} * 1024;  // more is answered with 413
  };

  BufferedSource(os::Reactor& reactor, os::ThreadPool& pool, Answerer& answerer, Limits limits);
  ~BufferedSource() override;

  RequestHandler& acquire() override;
  void release(RequestHandler& handler) override;

 private:
  friend class BufferedHandler;
  os::Reactor& reactor_;
  os::ThreadPool& pool_;
  Answerer& answerer_;
  const Limits limits_;
  std::deque<std::unique_ptr<BufferedHandler>> handlers_;
  std::vector<BufferedHandler*> free_;
};

}  // namespace slipway::serve
