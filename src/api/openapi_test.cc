#include "api/openapi.h"

#include <set>

#include "api/api_fixture_test.h"
#include "api/audit_routes.h"
#include "api/deployment_dto.h"
#include "api/people_dto.h"

namespace slipway::api {
namespace {

using testing::UnorderedElementsAreArray;

std::vector<std::string> members(const Json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

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

TEST_F(ApiTest, names_every_answer_and_every_refusal_of_a_route) {
  const Json paths = json(get("/openapi.json"))["paths"];
  const Json member = paths["/api/v1/groups/{group}/members/{user}"]["put"]["responses"];
  EXPECT_THAT(members(member),
              UnorderedElementsAreArray({"200", "201", "401", "403", "404", "default"}));
  const Json events = paths["/api/v1/deployments/{id}/events"]["get"]["responses"]["200"];
  EXPECT_THAT(members(events["content"]),
              UnorderedElementsAreArray({"application/json", "text/event-stream"}));
  for (const Json& parameter : paths["/api/v1/deployments/{id}"]["delete"]["parameters"]) {
    EXPECT_EQ(parameter["required"], parameter["in"] == "path" || parameter["name"] == "confirm");
  }
}

TEST_F(ApiTest, shows_an_example_of_every_body_that_it_takes) {
  const Json document = json(get("/openapi.json"));
  for (const Route& route : api.routes().routes()) {
    if (route.text.request_schema.empty()) continue;
    const Json& schema = document["components"]["schemas"][std::string(route.text.request_schema)];
    EXPECT_TRUE(schema.contains("examples")) << route.text.request_schema;
  }
}

// Every "$ref" of the document leads to something that is there.
void expect_references_lead_somewhere(const Json& value, const Json& document) {
  if (value.is_object() && value.contains("$ref")) {
    const std::string reference = value["$ref"].get<std::string>();
    EXPECT_TRUE(document.contains(Json::json_pointer(reference.substr(1)))) << reference;
  }
  if (!value.is_structured()) return;
  for (const auto& item : value) expect_references_lead_somewhere(item, document);
}

TEST_F(ApiTest, refers_only_to_what_exists) {
  const Json document = json(get("/openapi.json"));
  EXPECT_GT(document["components"]["schemas"].size(), 15u);
  expect_references_lead_somewhere(document, document);
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
