#include "domain/spec_diff.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

constexpr std::string_view kMasked = "(hidden)";
constexpr size_t kMaxShown = 120;

class Differences {
 public:
  void text(std::string field, std::string_view before, std::string_view after) {
    if (before == after) return;
    list_.push_back({std::move(field), shortened(before, kMaxShown), shortened(after, kMaxShown)});
  }
  template <typename Int>
  void number(std::string field, Int before, Int after) {
    if (before != after) {
      list_.push_back({std::move(field), fmt::to_string(before), fmt::to_string(after)});
    }
  }
  void duration(std::string field, std::chrono::milliseconds before,
                std::chrono::milliseconds after) {
    if (before != after) {
      list_.push_back({std::move(field), format_duration(before), format_duration(after)});
    }
  }

  using Entries = std::map<std::string, std::string>;
  void entries(std::string_view field, const Entries& before, const Entries& after, bool masked) {
    std::set<std::string> keys;
    for (const auto& [key, value] : before) keys.insert(key);
    for (const auto& [key, value] : after) keys.insert(key);
    const auto shown = [masked](const Entries& entries, const std::string& key) -> std::string {
      const auto found = entries.find(key);
      if (found == entries.end()) return {};
      return masked ? std::string(kMasked) : shortened(found->second, kMaxShown);
    };
    for (const std::string& key : keys) {
      const auto old_one = before.find(key);
      const auto new_one = after.find(key);
      const bool same =
          old_one != before.end() && new_one != after.end() && old_one->second == new_one->second;
      if (!same) {
        list_.push_back({fmt::format("{}.{}", field, key), shown(before, key), shown(after, key)});
      }
    }
  }
  bool empty() const { return list_.empty(); }
  std::vector<SpecChange> take() { return std::move(list_); }

 private:
  std::vector<SpecChange> list_;
};

std::string_view access_of(const Spec& spec) { return spec.private_access ? "private" : "public"; }
std::string_view yes_or_no(bool value) { return value ? "yes" : "no"; }

Differences::Entries as_map(const std::vector<EnvironmentVariable>& list) {
  Differences::Entries out;
  for (const auto& [name, value] : list) out.emplace(name, value);
  return out;
}

Differences::Entries as_map(const std::vector<MetadataEntry>& list) {
  Differences::Entries out;
  for (const auto& [key, value] : list) out.emplace(key, value);
  return out;
}

}  // namespace

std::vector<SpecChange> spec_diff(const Spec& before, const Spec& after) {
  Differences out;
  out.text("image", before.image, after.image);
  out.text("instance_type", before.instance_type, after.instance_type);
  out.number("replicas", before.replicas, after.replicas);
  out.entries("environment", as_map(before.environment), as_map(after.environment), true);
  out.entries("metadata", as_map(before.metadata), as_map(after.metadata), false);
  out.text("description", before.description, after.description);
  out.number("port", before.port, after.port);
  out.text("health_path", before.health_path.value_or(""), after.health_path.value_or(""));
  out.duration("progress_deadline", before.progress_deadline, after.progress_deadline);
  out.duration("request_timeout", before.request_timeout, after.request_timeout);
  out.number("body_limit", before.body_limit, after.body_limit);
  out.duration("drain_time", before.drain_time, after.drain_time);
  out.number("replica_concurrency", before.replica_concurrency, after.replica_concurrency);
  out.number("requests_per_minute", before.requests_per_minute, after.requests_per_minute);
  out.text("allow_websocket", yes_or_no(before.allow_websocket), yes_or_no(after.allow_websocket));
  out.text("pull_secret", before.pull_secret, after.pull_secret);
  out.text("access", access_of(before), access_of(after));
  // Entries that were only put in another order are still a change.
  if (out.empty() && before.environment != after.environment) {
    out.text("environment", "old order", "new order");
  }
  if (out.empty() && before.metadata != after.metadata) {
    out.text("metadata", "old order", "new order");
  }
  return out.take();
}

std::string describe(const std::vector<SpecChange>& changes) {
  if (changes.empty()) return "nothing";
  std::string out;
  for (const auto& [field, before, after] : changes) {
    if (!out.empty()) out += ", ";
    if (before.empty() && after.empty()) {
      out += field;
    } else if (before.empty()) {
      out += fmt::format("{} added: {}", field, after);
    } else if (after.empty()) {
      out += fmt::format("{} removed", field);
    } else if (before == after) {  // masked, or cut before the difference
      out += fmt::format("{} changed", field);
    } else {
      out += fmt::format("{} {} -> {}", field, before, after);
    }
  }
  return out;
}

}  // namespace slipway::domain
