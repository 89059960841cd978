#pragma once
// The Date field's value (IMF-fixdate, RFC 9110 §5.6.7), made once a second. One per worker, on its
// thread.

#include <array>
#include <ctime>
#include <string_view>

namespace slipway::serve {

class DateCache {
 public:
  // "Sun, 06 Nov 1994 08:49:37 GMT" of now; the view dies with the next call.
  std::string_view now();
  // The same for a given second since 1970.
  std::string_view at(std::time_t second);

 private:
  std::time_t second_ = -1;
  std::array<char, 32> text_{};
};

}  // namespace slipway::serve
