#include "control/groups.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/audit_record.h"
#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/members.h"
#include "control/people.h"
#include "control/people_access.h"
#include "control/people_record.h"
#include "domain/group_rules.h"
#include "domain/text_rules.h"
#include "store/groups.h"
#include "store/instance_types.h"
#include "store/usage.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;
using store::WriteTransaction;

Result<GroupView> view_of(ReadTransaction& tx, domain::Group group) {
  GroupView out;
  TRY_ASSIGN(out.usage, store::usage::of_group(tx, group.name));
  TRY_ASSIGN(out.members, store::groups::members(tx, group.name));
  out.group = std::move(group);
  return out;
}

// check_group(), and whether its instance types are there and the default is one it may use.
Result<std::vector<FieldError>> problems_of(ReadTransaction& tx, const domain::Group& group) {
  std::vector<FieldError> out = domain::check_group(group);
  const auto unknown = [](const std::string& name) {
    return fmt::format("there is no instance type '{}'", domain::shortened(name));
  };
  for (size_t i = 0; i < group.instance_types.size(); ++i) {
    TRY_ASSIGN(const auto type, store::instance_types::find(tx, group.instance_types[i]));
    if (!type) {
      out.push_back({fmt::format("instance_types[{}]", i), unknown(group.instance_types[i])});
    }
  }
  if (group.default_instance_type.empty()) return out;
  TRY_ASSIGN(const auto type, store::instance_types::find(tx, group.default_instance_type));
  if (!type) {
    out.push_back({"default_instance_type", unknown(group.default_instance_type)});
  } else if (!domain::may_use(group, *type)) {
    out.push_back({"default_instance_type",
                   fmt::format("the group may not use '{}'; add it to instance_types",
                               group.default_instance_type)});
  }
  return out;
}

// As the store gives them back: sorted, each once.
void normalize(domain::Group& group) {
  group.display_name = domain::trimmed(group.display_name);
  std::vector<std::string>& types = group.instance_types;
  std::sort(types.begin(), types.end());
  types.erase(std::unique(types.begin(), types.end()), types.end());
}

domain::Group patched(domain::Group group, const GroupPatch& patch) {
  const auto set = [](auto& field, const auto& change) {
    if (change) field = *change;
  };
  set(group.display_name, patch.display_name);
  set(group.deployment_enabled, patch.deployment_enabled);
  set(group.quota.cpu_millis, patch.cpu_millis);
  set(group.quota.memory_bytes, patch.memory_bytes);
  set(group.quota.gpus, patch.gpus);
  set(group.quota.deployments, patch.deployments);
  set(group.instance_types, patch.instance_types);
  set(group.default_instance_type, patch.default_instance_type);
  return group;
}

class StoredGroups final : public Groups {
 public:
  explicit StoredGroups(const PeopleParts& parts) : parts_(parts) {}

  Result<std::vector<domain::Group>> list(const Caller& caller) override {
    TRY_ASSIGN(std::vector<domain::Group> all,
               parts_.store.read([](ReadTransaction& tx) { return store::groups::all(tx); }));
    std::erase_if(all,
                  [&](const domain::Group& group) { return !may_see_group(caller, group.name); });
    return all;
  }

  Result<GroupView> get(const Caller& caller, const std::string& name) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<GroupView> {
      TRY_ASSIGN(domain::Group group, find_visible_group(tx, caller, name));
      return view_of(tx, std::move(group));
    });
  }

  Result<GroupView> create(const Caller& caller, const domain::Group& wanted) override {
    TRY(check_platform_admin_writes(caller));
    return parts_.store.write([&](WriteTransaction& tx) -> Result<GroupView> {
      domain::Group group = wanted;
      TRY_ASSIGN(auto problems, problems_of(tx, group));
      TRY(refuse_if_any("the group cannot be created", std::move(problems)));
      normalize(group);
      group.generation = 1;
      TRY(store::groups::insert(tx, group));
      TRY(record_change(tx, caller, parts_.clock.now(),
                        {.action = "group.create",
                         .object = group.name,
                         .group = group.name,
                         .after = audit_value(group)}));
      return view_of(tx, std::move(group));
    });
  }

  Result<GroupView> update(const Caller& caller, const std::string& name, const GroupPatch& patch,
                           ExpectedGeneration expected) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<GroupView> {
      TRY_ASSIGN(const domain::Group before, find_changeable_group(tx, caller, name, expected));
      domain::Group group = patched(before, patch);
      TRY_ASSIGN(auto problems, problems_of(tx, group));
      TRY(refuse_if_any("the group cannot be changed", std::move(problems)));
      normalize(group);
      if (group == before) return view_of(tx, std::move(group));
      ++group.generation;
      TRY(store::groups::update(tx, group));
      TRY(record_change(tx, caller, parts_.clock.now(),
                        {.action = "group.update",
                         .object = name,
                         .group = name,
                         .before = audit_value(before),
                         .after = audit_value(group)}));
      return view_of(tx, std::move(group));
    });
  }

  Result<void> remove(const Caller& caller, const std::string& name,
                      ExpectedGeneration expected) override {
    return parts_.store.write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(const domain::Group group, find_changeable_group(tx, caller, name, expected));
      TRY(store::groups::remove(tx, name));
      return record_change(
          tx, caller, parts_.clock.now(),
          {.action = "group.delete", .object = name, .group = name, .before = audit_value(group)});
    });
  }

  Result<bool> put_member(const Caller& caller, const std::string& group,
                          const domain::Member& member) override {
    return parts_.store.write([&](WriteTransaction& tx) {
      return put_group_member(tx, caller, group, member, parts_.clock.now());
    });
  }

  Result<void> remove_member(const Caller& caller, const std::string& group,
                             const std::string& user) override {
    return parts_.store.write([&](WriteTransaction& tx) {
      return remove_group_member(tx, caller, group, user, parts_.clock.now());
    });
  }

 private:
  // Strangers are told what they are told everywhere: it is not there.
  static Result<domain::Group> find_changeable_group(ReadTransaction& tx, const Caller& caller,
                                                     const std::string& name,
                                                     ExpectedGeneration expected) {
    TRY_ASSIGN(domain::Group group, find_visible_group(tx, caller, name));
    TRY(check_platform_admin_writes(caller));
    TRY(check_generation(fmt::format("group '{}'", name), group.generation, expected));
    return group;
  }

  const PeopleParts parts_;
};

}  // namespace

std::unique_ptr<Groups> make_groups(const PeopleParts& parts) {
  return std::make_unique<StoredGroups>(parts);
}

}  // namespace slipway::control
