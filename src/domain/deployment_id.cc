#include "domain/deployment_id.h"

#include <fmt/format.h>

#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

constexpr size_t kTailLength = 5;

bool is_small_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

}  // namespace

bool is_deployment_id(std::string_view id) {
  if (id.size() < 3 || id.size() > kMaxIdLength) return false;
  for (const char c : id) {
    if (!is_small_alphanumeric(c) && c != '-') return false;
  }
  return id.front() != '-' && id.back() != '-';
}

std::optional<std::string> check_deployment_id(std::string_view id) {
  if (id == "availability" || id == "dry-run") {
    return fmt::format("'{}' names something else in the API; choose another", id);
  }
  if (is_deployment_id(id)) return std::nullopt;
  return fmt::format(
      "must be 3 to {} characters of a-z, 0-9 and '-', with a letter or digit at both ends; it is "
      "'{}'",
      kMaxIdLength, shortened(id));
}

std::string make_deployment_id(std::string_view name, Random& random) {
  std::string stem;
  for (const char c : name) {
    const char small = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (is_small_alphanumeric(small)) {
      stem += small;
    } else if (!stem.empty() && stem.back() != '-') {
      stem += '-';
    }
  }
  stem.resize(std::min(stem.size(), kMaxIdLength - 1 - kTailLength));
  while (!stem.empty() && stem.back() == '-') stem.pop_back();
  if (stem.empty()) stem = "deployment";
  return stem + '-' + random.base36(kTailLength);
}

}  // namespace slipway::domain
