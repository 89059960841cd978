#pragma once
// Limits of process replicas through control groups, as far as this machine lets us: version 1 with
// its memory, pids and cpu hierarchies, or version 2 (Documentation/admin-guide/cgroup-v{1,v2}).
// Makes one group a replica below one of the installation. Values are decided once, at probing; any
// thread.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace slipway::engine {

struct ResourceLimits {
  int64_t cpu_millis = 0;  // 0: none
  int64_t memory_bytes = 0;
  int64_t pids = 0;
};

class ResourceGroups {
 public:
  // Tries to make the installation's groups; what cannot be had is left out.
  static ResourceGroups probe(const std::string& installation);

  // All of memory, processes and CPU can be limited.
  bool limits_everything() const { return complete_; }

  // The folders that the replica's process shall be put into. Empty where nothing can be limited.
  std::vector<std::filesystem::path> create(const std::string& replica_id,
                                            const ResourceLimits& limits) const;
  // Kills what is still in them, and removes them.
  void remove(const std::string& replica_id) const;
  // Removes the installation's own, when no replica's is left in them.
  void remove_all() const;

 private:
  struct Base {
    std::filesystem::path path;
    std::string controller;  // "memory", "pids", "cpu"; "" is version 2 with all of them
  };
  std::vector<Base> bases_;
  bool complete_ = false;
};

// Moves the calling process; false when it may not.
bool join_resource_group(const std::filesystem::path& group);
// Has the kernel killed in this group for want of memory?
bool ran_out_of_memory(const std::vector<std::filesystem::path>& groups);

}  // namespace slipway::engine
