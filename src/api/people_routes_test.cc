// Users, groups and instance types over HTTP: what is read, what is answered, who may call.
#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using http::Method;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

TEST_F(ApiTest, makes_a_user_and_shows_the_generated_password_once) {
  const Reply made = ask_as(kAdmin, Method::kPost, "/api/v1/users",
                            R"({"name":"eve@x.org","email":"eve@x.org","admin":true})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["generated_password"], "generated");
  EXPECT_EQ(find_field(made.fields, "ETag"), "\"1\"");
  EXPECT_EQ(find_field(made.fields, "Location"), "/api/v1/users/eve%40x.org");
  EXPECT_EQ(users.last_caller.user, "root");
  EXPECT_TRUE(users.last_new.admin);
  EXPECT_TRUE(users.last_new.must_change_password);
  EXPECT_FALSE(users.last_new.password);
  const Reply shown = ask_as(kAdmin, Method::kGet, "/api/v1/users/eve%40x.org");
  EXPECT_EQ(json(shown)["name"], "eve@x.org");
  EXPECT_THAT(shown.body, Not(HasSubstr("password\":\"")));
  EXPECT_EQ(json(ask_as(kAdmin, Method::kGet, "/api/v1/users"))["items"].size(), 1U);
}

TEST_F(ApiTest, keeps_users_from_everybody_but_platform_admins) {
  for (const char* token : {kWriter, kReader}) {
    EXPECT_EQ(ask_as(token, Method::kGet, "/api/v1/users").status, 403);
    EXPECT_EQ(ask_as(token, Method::kPost, "/api/v1/users", R"({"name":"x"})").status, 403);
    EXPECT_EQ(ask_as(token, Method::kPost, "/api/v1/users/x/reset-password").status, 403);
    EXPECT_EQ(ask_as(token, Method::kPost, "/api/v1/groups", R"({"name":"x"})").status, 403);
    EXPECT_EQ(ask_as(token, Method::kDelete, "/api/v1/instance-types/cpu-1").status, 403);
  }
}

TEST_F(ApiTest, changes_a_user_under_the_etag) {
  users.users["eve"].name = "eve";
  EXPECT_EQ(ask_as(kAdmin, Method::kPatch, "/api/v1/users/eve", R"({"disabled":true})",
                   {{"If-Match", "\"7\""}})
                .status,
            412);
  const Reply changed = ask_as(kAdmin, Method::kPatch, "/api/v1/users/eve", R"({"disabled":true})",
                               {{"If-Match", "\"1\""}});
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(find_field(changed.fields, "ETag"), "\"2\"");
  EXPECT_EQ(users.last_patch.disabled, true);
  EXPECT_FALSE(users.last_patch.admin);
  EXPECT_THAT(faults(ask_as(kAdmin, Method::kPatch, "/api/v1/users/eve",
                            R"({"admin":1,"name":"bob","password":"x"})")),
              ElementsAre(HasSubstr("admin: must be"), HasSubstr("name: cannot be changed"),
                          HasSubstr("password: is not changed here")));
  EXPECT_EQ(ask_as(kAdmin, Method::kDelete, "/api/v1/users/eve").status, 204);
  EXPECT_EQ(ask_as(kAdmin, Method::kDelete, "/api/v1/users/eve").status, 404);
}

TEST_F(ApiTest, resets_a_password_and_takes_no_settings_for_it) {
  users.users["eve"].name = "eve";
  const Reply reset = ask_as(kAdmin, Method::kPost, "/api/v1/users/eve/reset-password");
  EXPECT_EQ(json(reset)["generated_password"], "generated");
  EXPECT_EQ(ask_as(kAdmin, Method::kPost, "/api/v1/users/eve/reset-password", R"({"password":"x"})")
                .status,
            400);
}

TEST_F(ApiTest, shows_a_group_with_quota_usage_and_members) {
  groups.groups["default"].group.quota.cpu_millis = 4000;
  groups.groups["default"].usage.cpu_millis = 1500;
  groups.groups["default"].members = {{.user = "ada", .admin = true}};
  const Json group = json(get("/api/v1/groups/default"));
  EXPECT_EQ(group["quota"]["cpu_millis"], 4000);
  EXPECT_EQ(group["quota"]["gpus"], nullptr);
  EXPECT_EQ(group["usage"]["cpu_millis"], 1500);
  EXPECT_EQ(group["members"][0]["user"], "ada");
  EXPECT_EQ(json(get("/api/v1/groups"))["items"][0]["display_name"], "Default");
}

TEST_F(ApiTest, sets_limits_leaves_them_and_takes_them_away) {
  const Reply reply = ask_as(kAdmin, Method::kPatch, "/api/v1/groups/default",
                             R"({"quota":{"cpu_millis":1000,"gpus":null},"instance_types":["a"]})");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const control::GroupPatch& patch = groups.last_patch;
  EXPECT_EQ(patch.cpu_millis, std::optional<int64_t>(1000));
  ASSERT_TRUE(patch.gpus.has_value());
  EXPECT_FALSE(patch.gpus->has_value());
  EXPECT_FALSE(patch.memory_bytes.has_value());
  EXPECT_FALSE(patch.deployment_enabled);
  EXPECT_THAT(*patch.instance_types, ElementsAre("a"));
  EXPECT_THAT(faults(ask_as(kAdmin, Method::kPatch, "/api/v1/groups/default",
                            R"({"quota":{"cpu":1},"deployment_enabled":"yes"})")),
              ElementsAre(HasSubstr("deployment_enabled: must be"), HasSubstr("quota.cpu: ")));
}

TEST_F(ApiTest, makes_and_deletes_a_group) {
  const Reply made = ask_as(kAdmin, Method::kPost, "/api/v1/groups",
                            R"({"name":"team","quota":{"deployments":3}})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["quota"]["deployments"], 3);
  EXPECT_EQ(json(made)["deployment_enabled"], false);
  EXPECT_EQ(ask_as(kAdmin, Method::kDelete, "/api/v1/groups/team").status, 204);
}

TEST_F(ApiTest, adds_changes_and_removes_a_member) {
  EXPECT_EQ(ask(Method::kPut, "/api/v1/groups/default/members/eve").status, 201);
  const Reply changed =
      ask(Method::kPut, "/api/v1/groups/default/members/eve", R"({"admin":true})");
  EXPECT_EQ(changed.status, 200);
  EXPECT_EQ(json(changed)["admin"], true);
  EXPECT_EQ(ask(Method::kDelete, "/api/v1/groups/default/members/eve").status, 204);
  EXPECT_EQ(ask_as(kReader, Method::kPut, "/api/v1/groups/default/members/eve").status, 403);
}

TEST_F(ApiTest, lists_instance_types_of_a_group) {
  const Json types = json(get("/api/v1/instance-types?group=default"));
  EXPECT_EQ(types["items"][0]["cpu_millis"], 1000);
  EXPECT_EQ(types["items"][0]["global"], true);
  EXPECT_EQ(instance_types.last_group, "default");
  EXPECT_THAT(faults(get("/api/v1/instance-types?gruop=default")),
              ElementsAre(HasSubstr("?gruop: ")));
}

TEST_F(ApiTest, makes_and_changes_an_instance_type) {
  const Reply made = ask_as(kAdmin, Method::kPost, "/api/v1/instance-types",
                            R"({"name":"gpu","cpu_millis":4000,"memory_bytes":8589934592,)"
                            R"("gpus":1,"gpu_resource":"nvidia.com/gpu","global":false})");
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_EQ(json(made)["gpu_resource"], "nvidia.com/gpu");
  EXPECT_EQ(json(made)["global"], false);
  EXPECT_THAT(faults(ask_as(kAdmin, Method::kPost, "/api/v1/instance-types", R"({"name":"x"})")),
              ElementsAre("cpu_millis: is required", "memory_bytes: is required"));
  const Reply changed = ask_as(kAdmin, Method::kPatch, "/api/v1/instance-types/gpu",
                               R"({"gpus":2})", {{"If-Match", "\"1\""}});
  EXPECT_EQ(find_field(changed.fields, "ETag"), "\"2\"");
  EXPECT_EQ(instance_types.last_patch.gpus, 2);
}

}  // namespace
}  // namespace slipway::api
