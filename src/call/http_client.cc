#include "call/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <mutex>

#include "call/transfer.h"

namespace slipway::call {

namespace {

void start_curl_once() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

Result<void> check(const Call& call) {
  const auto has_line_break = [](std::string_view text) {
    return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
  };
  if (call.method.empty() || has_line_break(call.method)) {
    return fail(ErrorCode::kInvalid, "a call needs a method");
  }
  for (const auto& [name, value] : call.headers) {
    if (name.empty() || has_line_break(name) || has_line_break(value)) {
      return fail(ErrorCode::kInvalid, "a header of a call is empty or holds a line break");
    }
  }
  return {};
}

}  // namespace

class HttpClient::Pool {
 public:
  std::unique_ptr<Session> take() {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Session>();
    auto session = std::move(idle_.back());
    idle_.pop_back();
    return session;
  }
  void give(std::unique_ptr<Session> session) {
    const std::lock_guard lock(mutex_);
    if (idle_.size() < kIdle) idle_.push_back(std::move(session));
  }

 private:
  static constexpr size_t kIdle = 16;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Session>> idle_;
};

HttpClient::HttpClient() {
  start_curl_once();
  pool_ = std::make_unique<Pool>();
}

HttpClient::~HttpClient() = default;

Result<int> HttpClient::stream(const Call& call, const StreamCallbacks& callbacks) {
  TRY(check(call));
  auto session = pool_->take();
  Result<int> status = [&] { return Transfer(*session, call, callbacks).run(); }();
  pool_->give(std::move(session));
  return status;
}

Result<Answer> HttpClient::send(const Call& call) {
  Answer answer;
  bool too_large = false;
  const StreamCallbacks collect{[&](int, const Headers& headers) {
                                  answer.headers = headers;
                                  return true;
                                },
                                [&](std::string_view bytes) {
                                  too_large =
                                      answer.body.size() + bytes.size() > call.max_response_bytes;
                                  if (!too_large) answer.body.append(bytes);
                                  return !too_large;
                                }};
  TRY_ASSIGN(answer.status, stream(call, collect));
  if (too_large) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("the answer of {} is longer than the {} bytes allowed",
                            call.unix_socket.empty() ? call.url : call.unix_socket,
                            call.max_response_bytes));
  }
  return answer;
}

std::string url_encode(std::string_view text) {
  constexpr std::string_view kUnreserved =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string out;
  for (const char c : text) {
    if (kUnreserved.find(c) != std::string_view::npos) {
      out.push_back(c);
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace slipway::call
