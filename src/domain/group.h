#pragma once
// A group: people who share deployments, and what they may use together. Values; the store keeps
// them, platform admins change them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace slipway::domain {

// Upper bounds of a group; none: unlimited. Counted from our own records (design.md §8): replicas
// of the newest revision times their instance type, over all deployments that shall run.
struct Quota {
  std::optional<int64_t> cpu_millis = {};
  std::optional<int64_t> memory_bytes = {};
  std::optional<int64_t> gpus = {};
  std::optional<int64_t> deployments = {};  // running ones
  bool operator==(const Quota&) const = default;
};

struct Group {
  std::string name;  // immutable
  std::string display_name = {};
  // Whether Model Deployment is on. Off: the group's deployments are Failed and nothing of them
  // runs; their records stay.
  bool deployment_enabled = false;
  Quota quota = {};
  // Instance types that the group may use besides the global ones.
  std::vector<std::string> instance_types = {};
  std::string default_instance_type = {};  // "": the installation's
  int64_t generation = 1;                  // counts changes: the ETag
  bool operator==(const Group&) const = default;
};

struct Member {
  std::string user;
  bool admin = false;  // may change members and pull secrets of the group
  bool operator==(const Member&) const = default;
};

}  // namespace slipway::domain
