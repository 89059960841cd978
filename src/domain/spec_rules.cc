#include "domain/spec_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "domain/environment_rules.h"
#include "domain/image_reference.h"
#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

constexpr size_t kMaxInstanceTypeLength = 63;
constexpr std::chrono::seconds kMinProgressDeadline{10};
constexpr std::chrono::seconds kMaxProgressDeadline{24 * 3600};
constexpr std::chrono::milliseconds kMinRequestTimeout{100};
constexpr std::chrono::milliseconds kMaxRequestTimeout{3'600'000};
constexpr int64_t kMaxBodyLimit = int64_t{4} * 1024 * 1024 * 1024;
constexpr std::chrono::seconds kMaxDrainTime{3600};
constexpr int64_t kMaxReplicaConcurrency = 10'000;
constexpr int64_t kMaxRequestsPerMinute = 10'000'000;

class Findings {
 public:
  void add(std::string path, std::string message) {
    list_.push_back({std::move(path), std::move(message)});
  }
  void add_if(std::string path, std::optional<std::string> problem) {
    if (problem) add(std::move(path), std::move(*problem));
  }
  void add(std::vector<FieldError> more) { list_.insert(list_.end(), more.begin(), more.end()); }
  void range(std::string path, int64_t value, int64_t least, int64_t most, std::string_view unit) {
    if (value >= least && value <= most) return;
    add(std::move(path), fmt::format("must be {} to {}{}; it is {}", least, most, unit, value));
  }
  std::vector<FieldError> take() { return std::move(list_); }

 private:
  std::vector<FieldError> list_;
};

void check_metadata(const std::vector<MetadataEntry>& metadata, Findings& out) {
  if (metadata.size() > kMaxMetadataEntries) {
    out.add("metadata", fmt::format("must have at most {} entries; it has {}", kMaxMetadataEntries,
                                    metadata.size()));
    return;
  }
  std::map<std::string_view, size_t> seen;
  for (size_t i = 0; i < metadata.size(); ++i) {
    const auto& [key, value] = metadata[i];
    const std::string key_path = fmt::format("metadata[{}].key", i);
    if (key.empty()) {
      out.add(key_path, "must not be empty");
    } else if (auto problem = check_text(key, kMaxMetadataKeyLength, Lines::kOne)) {
      out.add(key_path, *problem);
    } else if (const auto [first, fresh] = seen.emplace(key, i); !fresh) {
      out.add(key_path,
              fmt::format("'{}' is already used by metadata[{}]", shortened(key), first->second));
    }
    const std::string value_path = fmt::format("metadata[{}].value", i);
    if (value.size() > kMaxMetadataValueBytes) {
      out.add(value_path, fmt::format("must be at most {} bytes long; it is {}",
                                      kMaxMetadataValueBytes, value.size()));
    } else {
      out.add_if(value_path, check_text(value, kMaxMetadataValueBytes, Lines::kMany));
    }
  }
}

std::optional<std::string> check_health_path(std::string_view path) {
  const bool printable =
      std::all_of(path.begin(), path.end(), [](char c) { return c > 0x20 && c < 0x7f; });
  if (!path.starts_with('/') || !printable || path.find('#') != std::string_view::npos) {
    return fmt::format(
        "must begin with '/' and consist of printable ASCII without spaces and '#'; it is '{}'",
        shortened(path));
  }
  if (path.size() > kMaxHealthPathLength) {
    return fmt::format("must be at most {} characters long; it is {}", kMaxHealthPathLength,
                       path.size());
  }
  return std::nullopt;
}

std::optional<std::string> check_instance_type(std::string_view name) {
  if (name.empty()) return "must be given: the name of an instance type, such as 'cpu-1'";
  return check_text(name, kMaxInstanceTypeLength, Lines::kOne);
}

}  // namespace

std::vector<FieldError> check_spec(const Spec& spec) {
  Findings out;
  if (auto image = parse_image_reference(spec.image); !image) {
    out.add("image", image.error().message);
  }
  out.add_if("instance_type", check_instance_type(spec.instance_type));
  out.range("replicas", spec.replicas, 1, kMaxReplicas, "");
  out.add(check_environment(spec.environment));
  check_metadata(spec.metadata, out);
  out.add_if("description", check_text(spec.description, kMaxDescriptionLength, Lines::kMany));
  out.range("port", spec.port, 1, 65'535, "");
  if (spec.health_path) out.add_if("health_path", check_health_path(*spec.health_path));
  out.range("progress_deadline", spec.progress_deadline.count(), kMinProgressDeadline.count(),
            kMaxProgressDeadline.count(), " seconds");
  out.range("request_timeout", spec.request_timeout.count(), kMinRequestTimeout.count(),
            kMaxRequestTimeout.count(), " milliseconds");
  out.range("body_limit", spec.body_limit, 1, kMaxBodyLimit, " bytes");
  out.range("drain_time", spec.drain_time.count(), 0, kMaxDrainTime.count(), " seconds");
  out.range("replica_concurrency", spec.replica_concurrency, 0, kMaxReplicaConcurrency,
            " requests");
  out.range("requests_per_minute", spec.requests_per_minute, 0, kMaxRequestsPerMinute, " requests");
  return out.take();
}

std::optional<std::string> check_name(std::string_view name) {
  if (trimmed(name).empty()) return "must be given: 1 to 80 characters";
  if (trimmed(name) != name) return "must not begin or end with spaces";
  return check_text(name, kMaxNameLength, Lines::kOne);
}

std::optional<std::string> check_message(std::string_view text) {
  return check_text(text, kMaxMessageLength, Lines::kMany);
}

}  // namespace slipway::domain
