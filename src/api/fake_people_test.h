#pragma once
// Users, Groups and InstanceTypes as the API's tests need them: they hold what was put in, remember
// what was asked, and refuse a stale generation.

#include <map>
#include <string>
#include <vector>

#include "control/groups.h"
#include "control/instance_types.h"
#include "control/users.h"

namespace slipway::api {

// The value of that name, unless the caller saw another generation.
template <typename T>
Result<T*> find_fake(std::map<std::string, T>& in, const std::string& name, int64_t generation,
                     control::ExpectedGeneration expected) {
  const auto found = in.find(name);
  if (found == in.end()) return fail(ErrorCode::kNotFound, "there is no '" + name + "'");
  if (expected && *expected != generation) {
    return fail(ErrorCode::kPrecondition, "it is at another generation");
  }
  return &found->second;
}

class FakeUsers : public control::Users {
 public:
  Result<std::vector<control::UserView>> list(const control::Caller&) override {
    std::vector<control::UserView> out;
    for (const auto& [name, user] : users) out.push_back(user);
    return out;
  }
  Result<control::UserView> get(const control::Caller&, const std::string& name) override {
    TRY_ASSIGN(const auto* user, find_fake(users, name, 1, {}));
    return *user;
  }
  Result<control::UserWithPassword> create(const control::Caller& caller,
                                           const control::NewUser& wanted) override {
    last_caller = caller;
    last_new = wanted;
    control::UserView user;
    user.name = wanted.name;
    users[user.name] = user;
    return control::UserWithPassword{user, "generated"};
  }
  Result<control::UserView> update(const control::Caller&, const std::string& name,
                                   const control::UserPatch& patch,
                                   control::ExpectedGeneration expected) override {
    last_patch = patch;
    TRY_ASSIGN(auto* user, find_fake(users, name, 1, expected));
    user->generation = 2;
    return *user;
  }
  Result<control::UserWithPassword> reset_password(const control::Caller&,
                                                   const std::string& name) override {
    TRY_ASSIGN(const auto* user, find_fake(users, name, 1, {}));
    return control::UserWithPassword{*user, "generated"};
  }
  Result<void> remove(const control::Caller&, const std::string& name,
                      control::ExpectedGeneration expected) override {
    TRY(find_fake(users, name, 1, expected));
    users.erase(name);
    return {};
  }

  std::map<std::string, control::UserView> users;
  control::Caller last_caller;
  control::NewUser last_new;
  control::UserPatch last_patch;
};

class FakeGroups : public control::Groups {
 public:
  FakeGroups() { groups["default"] = {{.name = "default", .display_name = "Default"}, {}, {}}; }
  Result<std::vector<domain::Group>> list(const control::Caller&) override {
    std::vector<domain::Group> out;
    for (const auto& [name, view] : groups) out.push_back(view.group);
    return out;
  }
  Result<control::GroupView> get(const control::Caller&, const std::string& name) override {
    TRY_ASSIGN(const auto* view, find_fake(groups, name, 1, {}));
    return *view;
  }
  Result<control::GroupView> create(const control::Caller&, const domain::Group& group) override {
    groups[group.name].group = group;
    return groups[group.name];
  }
  Result<control::GroupView> update(const control::Caller&, const std::string& name,
                                    const control::GroupPatch& patch,
                                    control::ExpectedGeneration expected) override {
    last_patch = patch;
    TRY_ASSIGN(auto* view, find_fake(groups, name, 1, expected));
    view->group.generation = 2;
    return *view;
  }
  Result<void> remove(const control::Caller&, const std::string& name,
                      control::ExpectedGeneration expected) override {
    TRY(find_fake(groups, name, 1, expected));
    groups.erase(name);
    return {};
  }
  Result<bool> put_member(const control::Caller&, const std::string& name,
                          const domain::Member& member) override {
    TRY_ASSIGN(auto* view, find_fake(groups, name, 1, {}));
    const bool is_new = view->members.empty();
    view->members = {member};
    return is_new;
  }
  Result<void> remove_member(const control::Caller&, const std::string& name,
                             const std::string&) override {
    TRY_ASSIGN(auto* view, find_fake(groups, name, 1, {}));
    view->members.clear();
    return {};
  }

  std::map<std::string, control::GroupView> groups;
  control::GroupPatch last_patch;
};

class FakeInstanceTypes : public control::InstanceTypes {
 public:
  FakeInstanceTypes() { types["cpu-1"] = {"cpu-1", "1 core", "", 1000, int64_t{2} << 30, 0}; }
  Result<std::vector<domain::InstanceType>> list(const control::Caller&,
                                                 const std::optional<std::string>& group) override {
    last_group = group;
    std::vector<domain::InstanceType> out;
    for (const auto& [name, type] : types) out.push_back(type);
    return out;
  }
  Result<domain::InstanceType> get(const control::Caller&, const std::string& name) override {
    TRY_ASSIGN(const auto* type, find_fake(types, name, 1, {}));
    return *type;
  }
  Result<domain::InstanceType> create(const control::Caller&,
                                      const domain::InstanceType& type) override {
    types[type.name] = type;
    return type;
  }
  Result<domain::InstanceType> update(const control::Caller&, const std::string& name,
                                      const control::InstanceTypePatch& patch,
                                      control::ExpectedGeneration expected) override {
    last_patch = patch;
    TRY_ASSIGN(auto* type, find_fake(types, name, 1, expected));
    type->generation = 2;
    return *type;
  }
  Result<void> remove(const control::Caller&, const std::string& name,
                      control::ExpectedGeneration expected) override {
    TRY(find_fake(types, name, 1, expected));
    types.erase(name);
    return {};
  }

  std::map<std::string, domain::InstanceType> types;
  std::optional<std::string> last_group;
  control::InstanceTypePatch last_patch;
};

}  // namespace slipway::api
