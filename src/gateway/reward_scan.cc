#include "gateway/reward_scan.h"

#include <charconv>
#include <cmath>

namespace slipway::gateway {

void RewardScan::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (in_text_) {
      in_text(c);
    } else {
      outside(c);
    }
  }
}

void RewardScan::in_text(char c) {
  if (escaped_) {
    escaped_ = false;
    matches_ = false;  // a name that needs no escape is written without
    return;
  }
  if (c == '\\') {
    escaped_ = true;
    return;
  }
  if (c != '"') {
    matches_ = matches_ && matched_ < kKey.size() && kKey[matched_] == c;
    ++matched_;
    return;
  }
  in_text_ = false;
  if (depth_ == 1 && at_key_) is_reward_ = matches_ && matched_ == kKey.size();
}

void RewardScan::outside(char c) {
  switch (c) {
    case '"':
      in_text_ = true;
      matches_ = true;
      matched_ = 0;
      return;
    case '{':
    case '[':
      // An array at the top has no members.
      at_key_ = ++depth_ == 1 && c == '{';
      return;
    case '}':
    case ']':
      end_number();
      if (depth_ > 0) --depth_;
      return;
    case ',':
      end_number();
      at_key_ = depth_ == 1;
      return;
    case ':':
      if (depth_ == 1) at_key_ = false;
      return;
    default:
      if (depth_ != 1 || !is_reward_ || at_key_) return;
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') return;
      if (digits_ < number_.size()) number_[digits_] = c;
      ++digits_;
  }
}

void RewardScan::end_number() {
  if (depth_ != 1) return;
  if (is_reward_ && digits_ > 0 && digits_ <= number_.size()) {
    double value = 0;
    const char* end = number_.data() + digits_;
    const auto [rest, error] = std::from_chars(number_.data(), end, value);
    if (error == std::errc() && rest == end && std::abs(value) <= kLargest) reward_ = value;
  }
  is_reward_ = false;
  digits_ = 0;
}

}  // namespace slipway::gateway
