#pragma once
// Outgoing HTTP/1.1 of the control plane and the CLI, over TCP, TLS or a Unix socket. Blocking:
// never called on a reactor's thread. One HttpClient may be used from any number of threads at
// once; connections are kept and reused inside it. It speaks only http and https, verifies
// certificates, follows no redirect, and uses no proxy for Unix sockets, localhost and IP literals.
//
// An Error means that no whole answer came (kUnavailable: cannot reach; kDeadline: too slow;
// kTooLarge: longer than allowed; kInvalid: an unusable call). An HTTP status, whatever it is, is
// an Answer. Errors name the address and the cause, never headers or bodies.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "call/cancellation.h"

namespace slipway::call {

using Headers = std::vector<std::pair<std::string, std::string>>;

// Value of the first header of that name (case-insensitive), or empty.
std::string_view find_header(const Headers& headers, std::string_view name);

struct Call {
  std::string method = "GET";
  std::string url;          // "http://..." or "https://..."
  std::string unix_socket;  // connect there; the URL's host then only fills the Host header
  // On a connection of its own: where what an address leads to may have changed.
  bool fresh_connection = false;
  Headers headers;
  std::string body;
  // A body that is produced as it is sent (chunked): fills `out`, returns the bytes put there, 0 at
  // the end. When set, `body` is ignored. An Error ends the call with that error.
  std::function<Result<size_t>(char* out, size_t capacity)> body_source;

  std::chrono::milliseconds connect_timeout{5'000};
  // Over all of the call; 0 means no limit (streams that last).
  std::chrono::milliseconds total_timeout{30'000};
  size_t max_response_bytes = size_t{16} * 1024 * 1024;  // of send() only

  // Looks at every address (an IP literal) before anything is connected to it, whatever the name in
  // the URL has become; an Error refuses the address. When set, no proxy and no connection of an
  // earlier call is used.
  std::function<Result<void>(std::string_view address)> may_connect;

  std::string ca_file;             // trust this PEM bundle instead of the system's
  Cancellation* cancel = nullptr;  // ends the call with kUnavailable, "cancelled"
};

struct Answer {
  int status = 0;
  Headers headers;
  std::string body;

  std::string_view header(std::string_view name) const { return find_header(headers, name); }
};

// What stream() tells as it comes, on the calling thread. Either may be empty; returning false ends
// the call early and well.
struct StreamCallbacks {
  std::function<bool(int status, const Headers& headers)> on_head;
  std::function<bool(std::string_view bytes)> on_bytes;
};

class HttpClient {
 public:
  HttpClient();
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  Result<Answer> send(const Call& call);

  // Delivers the answer in pieces; returns its status. An answer that breaks off is an Error; one
  // that a callback ended is not.
  Result<int> stream(const Call& call, const StreamCallbacks& callbacks);

 private:
  class Pool;
  std::unique_ptr<Pool> pool_;
};

// `text` with everything but unreserved characters (RFC 3986 §2.3) percent-encoded.
std::string url_encode(std::string_view text);

}  // namespace slipway::call
