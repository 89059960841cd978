#include "cli/dry_run.h"

#include <fmt/format.h>

#include "base/json.h"
#include "cli/api_client.h"
#include "cli/people_views.h"
#include "cli/table.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr size_t kLongestShown = 120;

std::string image_text(const Json& dry_run) {
  const std::string found = text_at(dry_run, {"image", "found"});
  if (found != "missing" && found != "unknown") return "";
  return fmt::format("{}: {}", found == "missing" ? "image not found" : "image not looked up",
                     text_at(dry_run, {"image", "detail"}));
}

// "cpu_millis: 0.5 -> 1 used of 4" for what it would change.
std::vector<std::string> quota_texts(const Json& dry_run) {
  std::vector<std::string> out;
  const Json& quota = member_of(dry_run, "quota");
  const Json& before = member_of(quota, "before");
  const Json& after = member_of(quota, "after");
  if (!after.is_object()) return out;
  for (const auto& [name, amount] : after.items()) {
    if (number_at(before, name) == number_at(after, name)) continue;
    const Json& limit = member_of(member_of(quota, "limits"), name);
    out.push_back(fmt::format(
        "{}: {} -> {} used of {}", name, format_amount(name, number_at(before, name)),
        format_amount(name, number_at(after, name)),
        limit.is_number_integer() ? format_amount(name, limit.get<int64_t>()) : "no limit"));
  }
  return out;
}

}  // namespace

std::optional<Error> refusal_of(const Json& dry_run) {
  if (member_of(dry_run, "accepted") != false) return std::nullopt;
  Error error{ErrorCode::kInvalid, text_at(dry_run, {"refusal"})};
  error.fields = faults_in(member_of(dry_run, "errors"));
  error.limits = limits_in(member_of(dry_run, "exceeded"));
  if (error.fields.empty()) {
    error.code = error.limits.empty() ? ErrorCode::kConflict : ErrorCode::kQuota;
  }
  if (error.message.empty() && !error.limits.empty()) error.message = error.limits[0].message;
  if (error.message.empty()) error.message = "the server would refuse this";
  return error;
}

const Json& changes_of(const Json& answer) {
  static const Json kNone = Json::array();
  const Json& changes = member_of(answer, "changes");
  return changes.is_array() ? changes : kNone;
}

std::string change_value(const Json& value) {
  if (value.is_null()) return "(none)";
  const std::string text =
      printable(value.is_string() ? value.get<std::string>() : dump_json(value));
  const std::string_view shown = first_characters(text, kLongestShown);
  return shown.size() == text.size() ? text : std::string(shown) + "...";
}

std::string changes_text(const Json& changes, std::string_view indent) {
  std::string out;
  for (const Json& change : changes) {
    out += fmt::format("{}{}: {} -> {}\n", indent, printable(text_at(change, {"field"})),
                       change_value(member_of(change, "before")),
                       change_value(member_of(change, "after")));
  }
  return out;
}

std::string prospects_text(const Json& dry_run, std::string_view indent) {
  std::vector<std::string> lines = quota_texts(dry_run);
  if (const std::string strategy = text_at(dry_run, {"strategy"}); !strategy.empty()) {
    lines.push_back(fmt::format("how: {}: {}", strategy, text_at(dry_run, {"strategy_reason"})));
  }
  if (std::string image = image_text(dry_run); !image.empty()) lines.push_back(std::move(image));
  std::string out;
  for (const std::string& line : lines) out += fmt::format("{}({})\n", indent, printable(line));
  return out;
}

}  // namespace slipway::cli
