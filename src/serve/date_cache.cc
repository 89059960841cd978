#include "serve/date_cache.h"

#include <fmt/format.h>

namespace slipway::serve {

std::string_view DateCache::now() { return at(std::time(nullptr)); }

std::string_view DateCache::at(std::time_t second) {
  constexpr size_t kLength = 29;
  if (second != second_) {
    // Names are of the protocol, not of the locale: no strftime.
    constexpr std::string_view kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&second, &parts);
    fmt::format_to_n(text_.data(), text_.size(), "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kDays[parts.tm_wday], parts.tm_mday, kMonths[parts.tm_mon],
                     parts.tm_year + 1900, parts.tm_hour, parts.tm_min, parts.tm_sec);
    second_ = second;
  }
  return {text_.data(), kLength};
}

}  // namespace slipway::serve
