#pragma once
// What tests of HTTP/2 share: the client's side over memory, by nghttp2's own session, and frames
// written by hand for what no decent client would say.

#include <gtest/gtest.h>
#include <nghttp2/nghttp2.h>

#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/h2_session.h"

namespace slipway::http {

using H2Pairs = std::vector<std::pair<std::string, std::string>>;

inline std::string h2_frame(uint8_t type, uint8_t flags, uint32_t id, std::string_view payload) {
  const auto size = static_cast<uint32_t>(payload.size());
  std::string out;
  for (const uint32_t byte : {size >> 16, size >> 8, size}) out += static_cast<char>(byte);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  for (const int shift : {24, 16, 8, 0}) out += static_cast<char>(id >> shift);
  return out.append(payload);
}

// Fields of fewer than 127 bytes, as literals.
inline std::string h2_block(const H2Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) {
    out += '\0';
    out += static_cast<char>(name.size());
    out += name;
    out += static_cast<char>(value.size());
    out += value;
  }
  return out;
}

inline H2Pairs h2_get(std::string path = "/", H2Pairs more = {}) {
  H2Pairs pairs = {
      {":method", "GET"}, {":scheme", "http"}, {":path", std::move(path)}, {":authority", "x"}};
  for (auto& pair : more) pairs.push_back(std::move(pair));
  return pairs;
}
inline H2Pairs h2_post(std::string path = "/", H2Pairs more = {}) {
  H2Pairs pairs = h2_get(std::move(path), std::move(more));
  pairs[0].second = "POST";
  return pairs;
}

// HEADERS with END_HEADERS; flags may add END_STREAM.
inline std::string h2_headers(uint32_t id, const H2Pairs& pairs, uint8_t flags = 0) {
  return h2_frame(NGHTTP2_HEADERS, NGHTTP2_FLAG_END_HEADERS | flags, id, h2_block(pairs));
}

// The preface and empty SETTINGS.
inline std::string h2_hello() {
  return std::string(kH2Preface).append(h2_frame(NGHTTP2_SETTINGS, 0, 0, ""));
}

class H2TestClient {
 public:
  struct Answer {
    int status = 0;
    std::vector<int> interim;
    std::map<std::string, std::string> fields;
    std::string body;
    bool whole = false;  // END_STREAM has come
    std::optional<uint32_t> closed;
  };

  // `window`: what it lets the server send at a time, of each stream.
  explicit H2TestClient(int window = 65'535) {
    nghttp2_session_callbacks* callbacks = nullptr;
    nghttp2_session_callbacks_new(&callbacks);
    nghttp2_session_callbacks_set_on_header_callback(
        callbacks,
        [](nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name, size_t name_size,
           const uint8_t* value, size_t value_size, uint8_t, void* user) {
          Answer& answer = self(user).answers[frame->hd.stream_id];
          std::string key(reinterpret_cast<const char*>(name), name_size);
          std::string text(reinterpret_cast<const char*>(value), value_size);
          if (key == ":status" && text[0] == '1') {
            answer.interim.push_back(std::stoi(text));
          } else if (key == ":status") {
            answer.status = std::stoi(text);
          } else {
            answer.fields[std::move(key)] = std::move(text);
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
        callbacks,
        [](nghttp2_session*, uint8_t, int32_t id, const uint8_t* data, size_t size, void* user) {
          self(user).answers[id].body.append(reinterpret_cast<const char*>(data), size);
          return 0;
        });
    nghttp2_session_callbacks_set_on_frame_recv_callback(
        callbacks, [](nghttp2_session*, const nghttp2_frame* frame, void* user) {
          H2TestClient& me = self(user);
          const bool ends = frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA;
          if (ends && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) {
            me.answers[frame->hd.stream_id].whole = true;
          }
          if (frame->hd.type == NGHTTP2_GOAWAY) {
            me.goaways.emplace_back(frame->goaway.last_stream_id, frame->goaway.error_code);
          }
          return 0;
        });
    nghttp2_session_callbacks_set_on_stream_close_callback(
        callbacks, [](nghttp2_session*, int32_t id, uint32_t error, void* user) {
          self(user).answers[id].closed = error;
          return 0;
        });
    nghttp2_session_client_new(&session_, callbacks, this);
    nghttp2_session_callbacks_del(callbacks);
    const nghttp2_settings_entry entry{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE,
                                       static_cast<uint32_t>(window)};
    nghttp2_submit_settings(session_, NGHTTP2_FLAG_NONE, &entry, 1);
  }
  ~H2TestClient() { nghttp2_session_del(session_); }
  H2TestClient(const H2TestClient&) = delete;
  H2TestClient& operator=(const H2TestClient&) = delete;

  nghttp2_session* session() { return session_; }

  // Without a body the request ends with its head. `unfinished`: more() or end() follow.
  int32_t request(const H2Pairs& pairs, std::optional<std::string> body = {},
                  bool unfinished = false) {
    std::vector<nghttp2_nv> fields;
    for (const auto& [name, value] : pairs) {
      fields.push_back({reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
                        reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(),
                        value.size(), NGHTTP2_NV_FLAG_NONE});
    }
    uploads_.push_back(std::make_unique<Upload>(Upload{body.value_or(""), 0, !unfinished}));
    nghttp2_data_provider provider{};
    provider.source.ptr = uploads_.back().get();
    provider.read_callback = [](nghttp2_session*, int32_t, uint8_t* into, size_t size,
                                uint32_t* flags, nghttp2_data_source* source, void*) -> ssize_t {
      Upload& upload = *static_cast<Upload*>(source->ptr);
      const size_t n = upload.bytes.copy(reinterpret_cast<char*>(into), size, upload.taken);
      upload.taken += n;
      if (upload.taken == upload.bytes.size()) {
        if (upload.ends) {
          *flags |= NGHTTP2_DATA_FLAG_EOF;
        } else if (n == 0) {
          return NGHTTP2_ERR_DEFERRED;
        }
      }
      return static_cast<ssize_t>(n);
    };
    const bool has_body = body.has_value() || unfinished;
    const int32_t id = nghttp2_submit_request(session_, nullptr, fields.data(), fields.size(),
                                              has_body ? &provider : nullptr, nullptr);
    by_id_[id] = uploads_.back().get();
    return id;
  }
  void more(int32_t id, std::string_view bytes) {
    by_id_.at(id)->bytes += bytes;
    nghttp2_session_resume_data(session_, id);
  }
  void end(int32_t id) {
    by_id_.at(id)->ends = true;
    nghttp2_session_resume_data(session_, id);
  }
  size_t uploaded(int32_t id) const { return by_id_.at(id)->taken; }
  void reset(int32_t id) {
    nghttp2_submit_rst_stream(session_, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
  }

  // What it wants to send.
  std::string say() {
    std::string out;
    const uint8_t* bytes = nullptr;
    while (true) {
      const ssize_t n = nghttp2_session_mem_send(session_, &bytes);
      EXPECT_GE(n, 0);
      if (n <= 0) return out;
      out.append(reinterpret_cast<const char*>(bytes), static_cast<size_t>(n));
    }
  }
  void hear(std::string_view bytes) {
    const ssize_t n = nghttp2_session_mem_recv(
        session_, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
    EXPECT_EQ(n, static_cast<ssize_t>(bytes.size())) << "the server said nonsense";
  }

  std::map<int32_t, Answer> answers;
  std::vector<std::pair<int32_t, uint32_t>> goaways;  // last stream, error

 private:
  struct Upload {
    std::string bytes;
    size_t taken = 0;
    bool ends = true;
  };
  static H2TestClient& self(void* user) { return *static_cast<H2TestClient*>(user); }

  nghttp2_session* session_ = nullptr;
  std::vector<std::unique_ptr<Upload>> uploads_;
  std::map<int32_t, Upload*> by_id_;
};

}  // namespace slipway::http
