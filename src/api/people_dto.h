#pragma once
// Users, groups, members and instance types as JSON, both ways; their schemas are in
// people_schemas.cc. Reading names every bad field by path; the rules of values are in domain. Pure
// functions; nothing else in the room knows these members.

#include "base/json_fwd.h"
#include "base/result.h"
#include "control/groups.h"
#include "control/instance_types.h"
#include "control/users.h"

namespace slipway::api {

Json user_json(const control::UserView& user);
// With the generated password, if there is one.
Json user_json(const control::UserWithPassword& user);
Json group_json(const domain::Group& group);
Json group_view_json(const control::GroupView& view);
Json member_json(const domain::Member& member);
Json instance_type_json(const domain::InstanceType& type);

Result<control::NewUser> read_new_user(const Json& document);
Result<control::UserPatch> read_user_patch(const Json& document);
Result<domain::Group> read_new_group(const Json& document);
Result<control::GroupPatch> read_group_patch(const Json& document);
// {"admin": true}; `user` is in the path.
Result<domain::Member> read_member(const Json& document, const std::string& user);
Result<domain::InstanceType> read_new_instance_type(const Json& document);
Result<control::InstanceTypePatch> read_instance_type_patch(const Json& document);

}  // namespace slipway::api
