#pragma once
// The use cases around groups and their members: platform admins make and set groups, a group's
// admins its members, members see theirs. What a caller may not see is not there. Made once by
// main; any thread.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "control/caller.h"
#include "domain/group.h"
#include "domain/quota.h"

namespace slipway::control {

struct GroupView {
  domain::Group group;
  domain::Usage usage;                  // of the quota
  std::vector<domain::Member> members;  // by name
};

// Changes to a group; what is not set stays. An inner none takes the limit away.
struct GroupPatch {
  std::optional<std::string> display_name = {};
  std::optional<bool> deployment_enabled = {};
  std::optional<std::optional<int64_t>> cpu_millis = {};
  std::optional<std::optional<int64_t>> memory_bytes = {};
  std::optional<std::optional<int64_t>> gpus = {};
  std::optional<std::optional<int64_t>> deployments = {};
  std::optional<std::vector<std::string>> instance_types = {};
  std::optional<std::string> default_instance_type = {};
};

class Groups {
 public:
  virtual ~Groups() = default;

  virtual Result<std::vector<domain::Group>> list(const Caller&) = 0;  // by name
  virtual Result<GroupView> get(const Caller&, const std::string& name) = 0;
  // kConflict when the name is taken. `generation` is given by us.
  virtual Result<GroupView> create(const Caller&, const domain::Group&) = 0;
  virtual Result<GroupView> update(const Caller&, const std::string& name, const GroupPatch&,
                                   ExpectedGeneration) = 0;
  // kConflict while it has deployments.
  virtual Result<void> remove(const Caller&, const std::string& name, ExpectedGeneration) = 0;

  // Adds, or changes whether the member is an admin; true: was no member before. kNotFound for an
  // unknown user.
  virtual Result<bool> put_member(const Caller&, const std::string& group,
                                  const domain::Member&) = 0;
  // kNotFound when the user is no member.
  virtual Result<void> remove_member(const Caller&, const std::string& group,
                                     const std::string& user) = 0;
};

}  // namespace slipway::control
