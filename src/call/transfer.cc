#include "call/transfer.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace slipway::call {

namespace {

// Scheme, host and port, without user information, path and query: safe to print.
std::string_view origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return "an address without a scheme";
  size_t end = url.find_first_of("/?#", scheme + 3);
  if (end == std::string_view::npos) end = url.size();
  if (url.substr(0, end).find('@') != std::string_view::npos) return "an address with a password";
  return url.substr(0, end);
}

// A proxy is for names out there: this machine and addresses given as numbers are reached directly.
bool is_direct(const Call& call) {
  if (!call.unix_socket.empty()) return true;
  std::string_view host = origin_of(call.url);
  host.remove_prefix(std::min(host.size(), host.find("://") + 3));
  if (host.starts_with('[')) return true;
  const std::string name(host.substr(0, host.find(':')));
  in_addr ignored{};
  return name == "localhost" || inet_pton(AF_INET, name.c_str(), &ignored) == 1;
}

bool same_name(std::string_view a, std::string_view b) {
  return a.size() == b.size() && strncasecmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (same_name(key, name)) return value;
  }
  return {};
}

Session::Session() : multi_(curl_multi_init()), easy_(curl_easy_init()) {
  // Only an exhausted heap makes these fail.
  if (multi_ == nullptr || easy_ == nullptr) std::abort();
}

Session::~Session() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
}

Transfer::Transfer(Session& session, const Call& call, const StreamCallbacks& callbacks)
    : session_(session), call_(call), callbacks_(callbacks) {
  set_up();
}

Transfer::~Transfer() {
  curl_easy_reset(session_.easy());
  curl_slist_free_all(header_list_);
}

void Transfer::set_up() {
  CURL* easy = session_.easy();
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, call_.url.c_str());
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_1_1});
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, curl_message_);
  curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(call_.connect_timeout.count()));
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(call_.total_timeout.count()));
  if (!call_.unix_socket.empty()) {
    curl_easy_setopt(easy, CURLOPT_UNIX_SOCKET_PATH, call_.unix_socket.c_str());
  }
  if (is_direct(call_) || call_.may_connect) curl_easy_setopt(easy, CURLOPT_PROXY, "");
  if (call_.fresh_connection || call_.may_connect) {
    curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  }
  if (call_.may_connect) {
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_callback);
    curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, this);
  }
  if (!call_.ca_file.empty()) curl_easy_setopt(easy, CURLOPT_CAINFO, call_.ca_file.c_str());

  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, header_callback);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, write_callback);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);

  for (const auto& [name, value] : call_.headers) {
    // libcurl sends a header without a value only when it is written with a semicolon.
    const std::string line =
        value.empty() ? fmt::format("{};", name) : fmt::format("{}: {}", name, value);
    header_list_ = curl_slist_append(header_list_, line.c_str());
  }
  set_body();
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_list_);
}

void Transfer::set_body() {
  CURL* easy = session_.easy();
  if (call_.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  const bool carries = call_.method == "POST" || call_.method == "PUT" || call_.method == "PATCH";
  if (call_.body_source) {
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, read_callback);
    curl_easy_setopt(easy, CURLOPT_READDATA, this);
  } else if (carries || !call_.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call_.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, call_.body.c_str());
    // Without this libcurl claims that every body is a form.
    if (find_header(call_.headers, "content-type").empty()) {
      header_list_ = curl_slist_append(header_list_, "Content-Type:");
    }
  }
  // Waiting for 100 (Continue) costs a round trip, or a second with servers that do not know it.
  header_list_ = curl_slist_append(header_list_, "Expect:");
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, call_.method.c_str());
}

Result<int> Transfer::run() {
  TRY_ASSIGN(const CURLcode code, drive());
  if (ended_by_callback_) return status_;
  if (source_failed_) return fail(source_error_);
  if (code == CURLE_COULDNT_CONNECT && refused_) return fail(refusal_);
  if (code != CURLE_OK) return fail(explain(code));
  return status_;
}

Result<CURLcode> Transfer::drive() {
  CURLM* multi = session_.multi();
  if (curl_multi_add_handle(multi, session_.easy()) != CURLM_OK) {
    return fail(ErrorCode::kInternal, "cannot start a call to " + target());
  }
  if (call_.cancel != nullptr) call_.cancel->attach(multi);
  CURLcode code = CURLE_OK;
  bool done = false;
  bool cancelled = false;
  while (!done) {
    cancelled = call_.cancel != nullptr && call_.cancel->cancelled();
    if (cancelled) break;
    int running = 0;
    if (curl_multi_perform(multi, &running) != CURLM_OK) {
      code = CURLE_FAILED_INIT;
      break;
    }
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      code = message->data.result;
      done = true;
    }
    if (!done) curl_multi_poll(multi, nullptr, 0, 1'000, nullptr);
  }
  if (call_.cancel != nullptr) call_.cancel->detach(multi);
  curl_multi_remove_handle(multi, session_.easy());
  if (cancelled) return fail(ErrorCode::kUnavailable, "the call to " + target() + " was cancelled");
  return code;
}

std::string Transfer::target() const {
  return call_.unix_socket.empty() ? std::string(origin_of(call_.url)) : call_.unix_socket;
}

Error Transfer::explain(CURLcode code) const {
  const auto ms = [](std::chrono::milliseconds time) { return fmt::format("{} ms", time.count()); };
  long connected_errno = 0;
  curl_easy_getinfo(session_.easy(), CURLINFO_OS_ERRNO, &connected_errno);
  switch (code) {
    case CURLE_COULDNT_CONNECT: {
      const char* cause =
          connected_errno != 0 ? strerrordesc_np(static_cast<int>(connected_errno)) : nullptr;
      return {
          ErrorCode::kUnavailable,
          fmt::format("cannot reach {}: {}", target(), cause != nullptr ? cause : curl_message_),
          {}};
    }
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {ErrorCode::kUnavailable,
              fmt::format("cannot reach {}: its name cannot be resolved", target()),
              {}};
    case CURLE_OPERATION_TIMEDOUT: {
      curl_off_t connect_time = 0;
      curl_easy_getinfo(session_.easy(), CURLINFO_PRETRANSFER_TIME_T, &connect_time);
      if (connect_time == 0) {
        return {ErrorCode::kDeadline,
                fmt::format("cannot reach {}: no connection within {}", target(),
                            ms(call_.total_timeout.count() > 0
                                   ? std::min(call_.connect_timeout, call_.total_timeout)
                                   : call_.connect_timeout)),
                {}};
      }
      return {ErrorCode::kDeadline,
              fmt::format("{} did not answer within {}", target(), ms(call_.total_timeout)),
              {}};
    }
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_URL_MALFORMAT:
      return {ErrorCode::kInvalid,
              fmt::format("cannot call {}: the address is unusable", target()),
              {}};
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_PARTIAL_FILE:
      return {ErrorCode::kUnavailable,
              fmt::format("{} closed the connection before its answer was whole", target()),
              {}};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {
          ErrorCode::kUnavailable, fmt::format("cannot trust {}: {}", target(), curl_message_), {}};
    default:
      return {ErrorCode::kUnavailable,
              fmt::format("the call to {} failed: {}", target(),
                          curl_message_[0] != 0 ? curl_message_ : curl_easy_strerror(code)),
              {}};
  }
}

// What it opens is what libcurl connects to: between the look and the connection there is no name.
curl_socket_t Transfer::open_callback(void* self, curlsocktype, curl_sockaddr* address) {
  auto& transfer = *static_cast<Transfer*>(self);
  std::array<char, INET6_ADDRSTRLEN> text = {};
  const void* bytes =
      address->family == AF_INET
          ? static_cast<const void*>(&reinterpret_cast<sockaddr_in*>(&address->addr)->sin_addr)
          : static_cast<const void*>(&reinterpret_cast<sockaddr_in6*>(&address->addr)->sin6_addr);
  if (address->family != AF_INET && address->family != AF_INET6) return CURL_SOCKET_BAD;
  if (inet_ntop(address->family, bytes, text.data(), text.size()) == nullptr) {
    return CURL_SOCKET_BAD;
  }
  if (const Result<void> allowed = transfer.call_.may_connect(text.data()); !allowed) {
    transfer.refused_ = true;
    transfer.refusal_ = allowed.error();
    return CURL_SOCKET_BAD;
  }
  return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

size_t Transfer::on_header_line(std::string_view line) {
  const size_t taken = line.size();
  if (head_told_) return taken;  // trailers
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.starts_with("HTTP/")) {
    headers_.clear();
    status_ = 0;
    if (const size_t space = line.find(' '); space != std::string_view::npos) {
      const std::string_view code = line.substr(space + 1, 3);
      std::from_chars(code.data(), code.data() + code.size(), status_);
    }
    return taken;
  }
  if (line.empty()) {
    if (status_ < 200) return taken;  // interim
    head_told_ = true;
    if (callbacks_.on_head && !callbacks_.on_head(status_, headers_)) {
      ended_by_callback_ = true;
      return 0;
    }
    return taken;
  }
  const size_t colon = line.find(':');
  if (colon == std::string_view::npos) return taken;
  std::string_view value = line.substr(colon + 1);
  while (value.starts_with(' ') || value.starts_with('\t')) value.remove_prefix(1);
  while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
  headers_.emplace_back(line.substr(0, colon), value);
  return taken;
}

size_t Transfer::on_bytes(std::string_view bytes) {
  if (!callbacks_.on_bytes || callbacks_.on_bytes(bytes)) return bytes.size();
  ended_by_callback_ = true;
  return CURL_WRITEFUNC_ERROR;
}

size_t Transfer::header_callback(char* data, size_t size, size_t count, void* self) {
  return static_cast<Transfer*>(self)->on_header_line({data, size * count});
}

size_t Transfer::write_callback(char* data, size_t size, size_t count, void* self) {
  return static_cast<Transfer*>(self)->on_bytes({data, size * count});
}

size_t Transfer::read_callback(char* out, size_t size, size_t count, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  Result<size_t> read = transfer.call_.body_source(out, size * count);
  if (read) return *read;
  transfer.source_failed_ = true;
  transfer.source_error_ = std::move(read.error());
  return CURL_READFUNC_ABORT;
}

void Transfer::wake(void* multi) { curl_multi_wakeup(static_cast<CURLM*>(multi)); }

}  // namespace slipway::call
