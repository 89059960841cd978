#include "domain/name_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

constexpr size_t kMaxDisplayName = 80;
constexpr size_t kMaxEmail = 254;

bool is_small_alphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// `others`: what may stand behind the first character besides letters and digits.
std::optional<std::string> check_name(std::string_view name, size_t most, std::string_view others) {
  const bool fits = !name.empty() && name.size() <= most && is_small_alphanumeric(name.front()) &&
                    std::all_of(name.begin(), name.end(), [others](char c) {
                      return is_small_alphanumeric(c) || others.find(c) != std::string_view::npos;
                    });
  if (fits) return std::nullopt;
  return fmt::format(
      "must be 1 to {} characters of a-z, 0-9 and any of {} behind the first; it is '{}'", most,
      others, shortened(name));
}

}  // namespace

std::optional<std::string> check_user_name(std::string_view name) {
  return check_name(name, 64, "._@-");
}

std::optional<std::string> check_group_name(std::string_view name) {
  return check_name(name, 63, "-");
}

std::optional<std::string> check_secret_name(std::string_view name) {
  return check_name(name, 63, "-");
}

std::optional<std::string> check_instance_type_name(std::string_view name) {
  return check_name(name, 63, "._-");
}

std::optional<std::string> check_display_name(std::string_view text) {
  return check_text(text, kMaxDisplayName, Lines::kOne);
}

std::optional<std::string> check_email(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const size_t at = text.rfind('@');
  const bool fits = text.size() <= kMaxEmail && at != std::string_view::npos && at > 0 &&
                    at + 1 < text.size() && text.find(' ') == std::string_view::npos;
  if (fits) return check_text(text, kMaxEmail, Lines::kOne);
  return fmt::format("must be an e-mail address of at most {} bytes, or empty; it is '{}'",
                     kMaxEmail, shortened(text));
}

}  // namespace slipway::domain
