#include "api/openapi.h"

#include <set>

#include "api/api_fixture_test.h"
#include "api/audit_routes.h"
#include "api/deployment_dto.h"
#include "api/people_dto.h"

namespace slipway::api {
namespace {

using testing::UnorderedElementsAreArray;

TEST_F(ApiTest, describes_exactly_the_routes_that_it_serves) {
  anonymous = true;
  const Json document = json(get("/openapi.json"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  std::set<std::string> described;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      described.insert(method + " " + path);
    }
  }
  std::set<std::string> served;
  for (const Route& route : api.routes().routes()) {
    if (route.access == Access::kInternal) continue;
    std::string method(http::to_string(route.method));
    for (char& c : method) c = http::ascii_lower(c);
    served.insert(method + " " + route.pattern);
  }
  EXPECT_EQ(described, served);
}

TEST_F(ApiTest, asks_for_no_token_in_openapi_only_where_none_is_needed) {
  const Json document = json(get("/openapi.json"));
  for (const Route& route : api.routes().routes()) {
    if (route.access == Access::kInternal) continue;
    std::string method(http::to_string(route.method));
    for (char& c : method) c = http::ascii_lower(c);
    const Json& operation = document["paths"][route.pattern][method];
    EXPECT_EQ(operation.contains("security"), route.access == Access::kAnyone) << route.operation;
  }
}

// Every "$ref" of the document leads to a schema that is there.
void expect_references_lead_somewhere(const Json& value, const Json& schemas) {
  if (value.is_object() && value.contains("$ref")) {
    const std::string name = value["$ref"].get<std::string>().substr(21);
    EXPECT_TRUE(schemas.contains(name)) << name;
  }
  if (!value.is_structured()) return;
  for (const auto& item : value) expect_references_lead_somewhere(item, schemas);
}

TEST_F(ApiTest, refers_only_to_schemas_that_exist) {
  const Json document = json(get("/openapi.json"));
  EXPECT_GT(document["components"]["schemas"].size(), 15u);
  expect_references_lead_somewhere(document, document["components"]["schemas"]);
}

std::vector<std::string> members(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

TEST_F(ApiTest, describes_the_members_that_answers_have) {
  const Json schemas = json(get("/openapi.json"))["components"]["schemas"];
  control::DeploymentView view;
  view.status.trouble = domain::ReplicaTrouble{};
  const Json deployment = deployment_json(view, "");
  engine::WorkloadReplica replica;
  replica.observed.host = "127.0.0.1";
  const std::pair<const char*, Json> shown[] = {{"Deployment", deployment},
                                                {"Status", deployment["status"]},
                                                {"Trouble", deployment["status"]["trouble"]},
                                                {"Revision", revision_json({})},
                                                {"Replica", replica_json(replica)},
                                                {"Event", event_json({})},
                                                {"User", user_json(control::UserView{})},
                                                {"Group", group_json({})},
                                                {"GroupDetail", group_view_json({})},
                                                {"Member", member_json({})},
                                                {"AuditEntry", audit_json({})},
                                                {"InstanceType", instance_type_json({})}};
  for (const auto& [name, answer] : shown) {
    EXPECT_THAT(members(answer), UnorderedElementsAreArray(members(schemas[name]["properties"])))
        << name;
  }
}

}  // namespace
}  // namespace slipway::api
