#include "domain/group_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/name_rules.h"
#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

// Far above any machine, and far below what overflows when replicas are counted.
constexpr int64_t kMostCpuMillis = 1'000'000'000;
constexpr int64_t kMostMemoryBytes = int64_t{1} << 50;
constexpr int64_t kMostGpus = 1'000'000;
constexpr int64_t kMostDeployments = 1'000'000;
constexpr size_t kMaxDescription = 1000;
constexpr size_t kMaxGpuResource = 253;

void note(std::vector<FieldError>& out, const char* path, std::optional<std::string> problem) {
  if (problem) out.push_back({path, std::move(*problem)});
}

std::optional<std::string> outside(int64_t value, int64_t least, int64_t most) {
  if (value >= least && value <= most) return std::nullopt;
  return fmt::format("must be {} to {}; it is {}", least, most, value);
}

std::optional<std::string> outside(const std::optional<int64_t>& limit, int64_t most) {
  return limit ? outside(*limit, 0, most) : std::nullopt;
}

std::optional<std::string> check_gpu_resource(std::string_view text) {
  const bool fits =
      text.size() <= kMaxGpuResource && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == '/' || c == '_';
      });
  if (fits) return std::nullopt;
  return fmt::format("must name a resource like nvidia.com/gpu; it is '{}'", shortened(text));
}

}  // namespace

std::vector<FieldError> check_group(const Group& group) {
  std::vector<FieldError> out;
  note(out, "name", check_group_name(group.name));
  note(out, "display_name", check_display_name(group.display_name));
  note(out, "quota.cpu_millis", outside(group.quota.cpu_millis, kMostCpuMillis));
  note(out, "quota.memory_bytes", outside(group.quota.memory_bytes, kMostMemoryBytes));
  note(out, "quota.gpus", outside(group.quota.gpus, kMostGpus));
  note(out, "quota.deployments", outside(group.quota.deployments, kMostDeployments));
  return out;
}

std::vector<FieldError> check_instance_type(const InstanceType& type) {
  std::vector<FieldError> out;
  note(out, "name", check_instance_type_name(type.name));
  note(out, "display_name", check_display_name(type.display_name));
  note(out, "description", check_text(type.description, kMaxDescription, Lines::kMany));
  note(out, "cpu_millis", outside(type.cpu_millis, 1, kMostCpuMillis));
  note(out, "memory_bytes", outside(type.memory_bytes, 1, kMostMemoryBytes));
  note(out, "gpus", outside(type.gpus, 0, kMostGpus));
  note(out, "gpu_resource", check_gpu_resource(type.gpu_resource));
  if (type.gpus == 0 && !type.gpu_resource.empty()) {
    note(out, "gpu_resource", "says which GPU, but gpus is 0; leave it out or ask for GPUs");
  }
  return out;
}

bool may_use(const Group& group, const InstanceType& type) {
  return type.global || std::find(group.instance_types.begin(), group.instance_types.end(),
                                  type.name) != group.instance_types.end();
}

}  // namespace slipway::domain
