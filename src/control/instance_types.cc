#include "control/instance_types.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/audit_record.h"
#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/people.h"
#include "control/people_access.h"
#include "control/people_record.h"
#include "domain/group_rules.h"
#include "domain/text_rules.h"
#include "store/groups.h"
#include "store/instance_types.h"

namespace slipway::control {
namespace {

using domain::InstanceType;
using store::ReadTransaction;
using store::WriteTransaction;

Failure unknown(const std::string& name) {
  return fail(ErrorCode::kNotFound,
              fmt::format("there is no instance type '{}'", domain::shortened(name)));
}

Result<std::vector<domain::Group>> groups_of(ReadTransaction& tx, const Caller& caller) {
  std::vector<domain::Group> out;
  for (const std::string& name : caller.groups) {
    TRY_ASSIGN(auto group, store::groups::find(tx, name));
    if (group) out.push_back(std::move(*group));
  }
  return out;
}

bool any_may_use(const std::vector<domain::Group>& groups, const InstanceType& type) {
  return type.global || std::any_of(groups.begin(), groups.end(), [&](const domain::Group& group) {
           return domain::may_use(group, type);
         });
}

InstanceType patched(InstanceType type, const InstanceTypePatch& patch) {
  const auto set = [](auto& field, const auto& change) {
    if (change) field = *change;
  };
  set(type.display_name, patch.display_name);
  set(type.description, patch.description);
  set(type.cpu_millis, patch.cpu_millis);
  set(type.memory_bytes, patch.memory_bytes);
  set(type.gpus, patch.gpus);
  set(type.gpu_resource, patch.gpu_resource);
  set(type.global, patch.global);
  return type;
}

Result<InstanceType> find_changeable_type(ReadTransaction& tx, const std::string& name,
                                          ExpectedGeneration expected) {
  TRY_ASSIGN(auto type, store::instance_types::find(tx, name));
  if (!type) return unknown(name);
  TRY(check_generation(fmt::format("instance type '{}'", name), type->generation, expected));
  return std::move(*type);
}

Result<void> check_unused(ReadTransaction& tx, const std::string& name) {
  TRY_ASSIGN(const auto deployment, store::instance_types::user_of(tx, name));
  if (deployment) {
    return fail(ErrorCode::kConflict,
                fmt::format("instance type '{}' is used by deployment '{}'; give that another one "
                            "first",
                            name, *deployment));
  }
  TRY_ASSIGN(const auto groups, store::groups::all(tx));
  for (const domain::Group& group : groups) {
    if (group.default_instance_type != name) continue;
    return fail(ErrorCode::kConflict,
                fmt::format("instance type '{}' is the default of group '{}'; give that another "
                            "one first",
                            name, group.name));
  }
  return {};
}

class StoredInstanceTypes final : public InstanceTypes {
 public:
  explicit StoredInstanceTypes(const PeopleParts& parts) : parts_(parts) {}

  Result<std::vector<InstanceType>> list(const Caller& caller,
                                         const std::optional<std::string>& group) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<std::vector<InstanceType>> {
      TRY_ASSIGN(std::vector<InstanceType> all, store::instance_types::all(tx));
      if (!group && caller.platform_admin) return all;
      std::vector<domain::Group> groups;
      if (group) {
        TRY_ASSIGN(groups.emplace_back(), find_visible_group(tx, caller, *group));
      } else {
        TRY_ASSIGN(groups, groups_of(tx, caller));
      }
      std::erase_if(all, [&](const InstanceType& type) { return !any_may_use(groups, type); });
      return all;
    });
  }

  Result<InstanceType> get(const Caller& caller, const std::string& name) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<InstanceType> {
      TRY_ASSIGN(auto type, store::instance_types::find(tx, name));
      if (!type) return unknown(name);
      TRY_ASSIGN(const auto groups, groups_of(tx, caller));
      if (!caller.platform_admin && !any_may_use(groups, *type)) return unknown(name);
      return std::move(*type);
    });
  }

  Result<InstanceType> create(const Caller& caller, const InstanceType& wanted) override {
    TRY(check_platform_admin_writes(caller));
    InstanceType type = wanted;
    type.display_name = domain::trimmed(type.display_name);
    type.generation = 1;
    TRY(refuse_if_any("the instance type cannot be created", domain::check_instance_type(type)));
    return parts_.store.write([&](WriteTransaction& tx) -> Result<InstanceType> {
      TRY(store::instance_types::insert(tx, type));
      TRY(record_change(
          tx, caller, parts_.clock.now(),
          {.action = "instance_type.create", .object = type.name, .after = audit_value(type)}));
      return type;
    });
  }

  Result<InstanceType> update(const Caller& caller, const std::string& name,
                              const InstanceTypePatch& patch,
                              ExpectedGeneration expected) override {
    TRY(check_platform_admin_writes(caller));
    return parts_.store.write([&](WriteTransaction& tx) -> Result<InstanceType> {
      TRY_ASSIGN(const InstanceType before, find_changeable_type(tx, name, expected));
      InstanceType type = patched(before, patch);
      type.display_name = domain::trimmed(type.display_name);
      TRY(refuse_if_any("the instance type cannot be changed", domain::check_instance_type(type)));
      if (type == before) return type;
      ++type.generation;
      TRY(store::instance_types::update(tx, type));
      TRY(record_change(tx, caller, parts_.clock.now(),
                        {.action = "instance_type.update",
                         .object = name,
                         .before = audit_value(before),
                         .after = audit_value(type)}));
      return type;
    });
  }

  Result<void> remove(const Caller& caller, const std::string& name,
                      ExpectedGeneration expected) override {
    TRY(check_platform_admin_writes(caller));
    return parts_.store.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const InstanceType type, find_changeable_type(tx, name, expected));
      TRY(check_unused(tx, name));
      TRY(store::instance_types::remove(tx, name));
      return record_change(
          tx, caller, parts_.clock.now(),
          {.action = "instance_type.delete", .object = name, .before = audit_value(type)});
    });
  }

 private:
  const PeopleParts parts_;
};

}  // namespace

std::unique_ptr<InstanceTypes> make_instance_types(const PeopleParts& parts) {
  return std::make_unique<StoredInstanceTypes>(parts);
}

}  // namespace slipway::control
