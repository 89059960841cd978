#pragma once
// One HTTP exchange on libcurl: sets an easy handle up from a Call, drives it, and says what became
// of it. Handles come from a Session and go back to it with their connections. Lives on the calling
// thread; cancel() of the call's Cancellation wakes it from others.

#include <curl/curl.h>

#include <string>

#include "call/http_client.h"

namespace slipway::call {

// An easy handle and the multi handle that holds its connections. One call at a time.
class Session {
 public:
  Session();
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  CURLM* multi() { return multi_; }
  CURL* easy() { return easy_; }

 private:
  CURLM* multi_;
  CURL* easy_;
};

class Transfer {
 public:
  Transfer(Session& session, const Call& call, const StreamCallbacks& callbacks);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // The status, once the answer has come whole or a callback ended it.
  Result<int> run();

  // Wakes a transfer that sleeps in poll; any thread.
  static void wake(void* multi);

 private:
  void set_up();
  void set_body();
  Result<CURLcode> drive();
  Error explain(CURLcode code) const;
  std::string target() const;

  size_t on_header_line(std::string_view line);
  size_t on_bytes(std::string_view bytes);
  static size_t header_callback(char* data, size_t size, size_t count, void* self);
  static size_t write_callback(char* data, size_t size, size_t count, void* self);
  static size_t read_callback(char* out, size_t size, size_t count, void* self);
  static curl_socket_t open_callback(void* self, curlsocktype purpose, curl_sockaddr* address);

  Session& session_;
  const Call& call_;
  const StreamCallbacks& callbacks_;
  curl_slist* header_list_ = nullptr;
  char curl_message_[CURL_ERROR_SIZE] = {};

  int status_ = 0;
  Headers headers_;
  bool head_told_ = false;
  bool ended_by_callback_ = false;
  Error refusal_;  // of the last address, when none was good
  bool refused_ = false;
  Error source_error_;
  bool source_failed_ = false;
};

}  // namespace slipway::call
