#pragma once
// The use cases around instance types: everybody sees what their groups may use, platform admins
// change them. Made once by main; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "domain/instance_type.h"

namespace slipway::control {

// What is not set stays.
struct InstanceTypePatch {
  std::optional<std::string> display_name = {};
  std::optional<std::string> description = {};
  std::optional<int64_t> cpu_millis = {};
  std::optional<int64_t> memory_bytes = {};
  std::optional<int> gpus = {};
  std::optional<std::string> gpu_resource = {};
  std::optional<bool> global = {};
};

class InstanceTypes {
 public:
  virtual ~InstanceTypes() = default;

  // The smallest first: of all groups of the caller (platform admins: all there are), or what this
  // group may use. kNotFound for a group that the caller does not see.
  virtual Result<std::vector<domain::InstanceType>> list(
      const Caller&, const std::optional<std::string>& group) = 0;
  virtual Result<domain::InstanceType> get(const Caller&, const std::string& name) = 0;
  // kConflict when the name is taken. `generation` is given by us.
  virtual Result<domain::InstanceType> create(const Caller&, const domain::InstanceType&) = 0;
  // What runs keeps its size until its next revision.
  virtual Result<domain::InstanceType> update(const Caller&, const std::string& name,
                                              const InstanceTypePatch&, ExpectedGeneration) = 0;
  // kConflict while a deployment's newest revision names it or a group has it as its default.
  virtual Result<void> remove(const Caller&, const std::string& name, ExpectedGeneration) = 0;
};

}  // namespace slipway::control
