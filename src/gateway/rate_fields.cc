#include "gateway/rate_fields.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <charconv>

namespace slipway::gateway {
namespace {

// Both lines are made here and appended at once. Room for two policies with the largest numbers.
class Lines {
 public:
  void text(std::string_view text) { end_ = std::copy(text.begin(), text.end(), end_); }
  void number(int64_t number) {
    end_ = std::to_chars(end_, bytes_.data() + bytes_.size(), number).ptr;
  }
  std::string_view all() const {
    return {bytes_.data(), static_cast<size_t>(end_ - bytes_.data())};
  }

 private:
  std::array<char, 256> bytes_;
  char* end_ = bytes_.data();
};

void policy(Lines& out, const RateState& rate) {
  out.text(";q=");
  out.number(rate.per_minute);
  out.text(";w=60");
}

void state(Lines& out, const RateState& rate) {
  out.text(";r=");
  out.number(rate.left);
  out.text(";t=");
  out.number(whole_seconds(rate.full_in));
}

template <typename Parameters>
void line(Lines& out, std::string_view name, const AppliedRates& rates, Parameters parameters) {
  out.text(name);
  out.text(": ");
  if (rates.client.applies()) {
    out.text("\"client\"");
    parameters(out, rates.client);
    if (rates.deployment.applies()) out.text(", ");
  }
  if (rates.deployment.applies()) {
    out.text("\"deployment\"");
    parameters(out, rates.deployment);
  }
  out.text("\r\n");
}

}  // namespace

void append_rate_fields(std::string& lines, const AppliedRates& rates) {
  assert(rates.any());
  Lines out;
  line(out, kRateLimitPolicy, rates, policy);
  line(out, kRateLimit, rates, state);
  lines.append(out.all());
}

}  // namespace slipway::gateway
