#pragma once
// Reads server-sent events (WHATWG HTML §9.2) from bytes that come in any pieces. One thread.

#include <functional>
#include <string>
#include <string_view>

namespace slipway::cli {

struct ServerSentEvent {
  std::string name;  // "": a message
  std::string data;
};

class EventStream {
 public:
  // Calls `on_event` for each whole event; false from it ends feed() with false.
  bool feed(std::string_view bytes,
            const std::function<bool(const ServerSentEvent& event)>& on_event);
  // For resuming; "" before the first.
  const std::string& last_id() const { return last_id_; }

 private:
  std::string line_;
  std::string last_id_;
  ServerSentEvent event_;
};

}  // namespace slipway::cli
