#pragma once
// What the sources that speak to nghttp2 share. For them alone: it shows nghttp2's types.

#include <nghttp2/nghttp2.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "http/head.h"

namespace slipway::http {

// Field lines of one head that are sent; more are left out. A parsed head has kMaxFields at most.
inline constexpr size_t kMostLines = kMaxFields + 28;

inline std::string_view text_of(const uint8_t* bytes, size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// Of texts that are kept until they are sent.
inline nghttp2_nv pair_of(std::string_view name, std::string_view value) {
  return {reinterpret_cast<uint8_t*>(const_cast<char*>(name.data())),
          reinterpret_cast<uint8_t*>(const_cast<char*>(value.data())), name.size(), value.size(),
          NGHTTP2_NV_FLAG_NO_COPY_NAME | NGHTTP2_NV_FLAG_NO_COPY_VALUE};
}

// "name: value\r\n" after another; returns how many.
inline size_t pairs_of(std::string_view lines, std::span<nghttp2_nv> out) {
  size_t count = 0;
  while (!lines.empty() && count < out.size()) {
    const size_t end = lines.find("\r\n");
    const std::string_view line = lines.substr(0, end);
    const size_t colon = line.find(": ");
    if (colon == std::string_view::npos || end == std::string_view::npos) break;
    out[count++] = pair_of(line.substr(0, colon), line.substr(colon + 2));
    lines.remove_prefix(end + 2);
  }
  return count;
}

template <typename T, void (*kFree)(T*)>
struct FreedBy {
  void operator()(T* one) const { kFree(one); }
};
using Nghttp2OptionPtr =
    std::unique_ptr<nghttp2_option, FreedBy<nghttp2_option, nghttp2_option_del>>;
using Nghttp2CallbacksPtr =
    std::unique_ptr<nghttp2_session_callbacks,
                    FreedBy<nghttp2_session_callbacks, nghttp2_session_callbacks_del>>;

}  // namespace slipway::http
