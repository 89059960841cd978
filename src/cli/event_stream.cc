#include "cli/event_stream.h"

#include <utility>

namespace slipway::cli {

bool EventStream::feed(std::string_view bytes,
                       const std::function<bool(const ServerSentEvent& event)>& on_event) {
  for (const char c : bytes) {
    if (c != '\n') {
      if (c != '\r') line_ += c;
      continue;
    }
    const std::string line = std::exchange(line_, "");
    if (line.empty()) {
      const ServerSentEvent event = std::exchange(event_, {});
      if (!event.data.empty() && !on_event(event)) return false;
      continue;
    }
    const size_t colon = line.find(':');
    const std::string field = line.substr(0, colon);
    std::string value = colon == std::string::npos ? "" : line.substr(colon + 1);
    if (!value.empty() && value.front() == ' ') value.erase(0, 1);
    if (field == "event") event_.name = value;
    if (field == "id") last_id_ = value;
    if (field == "data") event_.data += (event_.data.empty() ? "" : "\n") + value;
  }
  return true;
}

}  // namespace slipway::cli
