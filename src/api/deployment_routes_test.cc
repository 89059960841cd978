#include "api/deployment_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

class DeploymentRoutesTest : public ApiTest {
 protected:
  // The faults of a create that must be refused and must not reach control.
  std::vector<std::string> refused(const std::string& body) {
    const int before = deployments.creates;
    const Reply reply = post("/api/v1/deployments", body);
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_EQ(json(reply)["type"], "urn:slipway:problem:invalid");
    EXPECT_EQ(deployments.creates, before) << body;
    return faults(reply);
  }
};

TEST_F(DeploymentRoutesTest, creates_with_defaults) {
  const Reply reply = post("/api/v1/deployments", R"({"name":" iris ","image":"iris:1"})");
  ASSERT_EQ(reply.status, 201);
  EXPECT_EQ(find_field(reply.fields, "Location"), "/api/v1/deployments/iris-x7k2p");
  EXPECT_EQ(find_field(reply.fields, "ETag"), "\"1\"");
  EXPECT_EQ(deployments.last_new.name, "iris");
  EXPECT_EQ(deployments.last_new.spec.instance_type, "");  // the group's default
  EXPECT_EQ(deployments.last_new.spec.replicas, 1);
  EXPECT_EQ(deployments.last_caller.user, "ada");
  EXPECT_EQ(deployments.last_caller.source_address, "192.0.2.7");
  const Json document = json(reply);
  EXPECT_EQ(document["endpoint"], "http://slipway.test/deployment/iris-x7k2p/api/v1.0/predictions");
  EXPECT_EQ(document["status"]["phase"], "Deploying");
  EXPECT_EQ(document["instance_type"]["cpu_millis"], 500);
}

TEST_F(DeploymentRoutesTest, hands_every_writable_member_to_control) {
  const Reply reply = post("/api/v1/deployments", R"({
    "name":"iris","id":"my-iris","group":"team","image":"iris:2","instance_type":"cpu-1",
    "replicas":3,"environment":[{"name":"A","value":"1"}],"metadata":{"k":"v"},
    "description":"d","port":9001,"health_path":"/ok","progress_deadline_seconds":60,
    "request_timeout_ms":5000,"body_limit_bytes":1024,"drain_seconds":5,
    "replica_concurrency":16,"requests_per_minute":600,"allow_websocket":true,
    "message":"first"})");
  ASSERT_EQ(reply.status, 201) << reply.body;
  const domain::Spec& spec = deployments.last_new.spec;
  EXPECT_EQ(deployments.last_new.id, "my-iris");
  EXPECT_EQ(deployments.last_new.group, "team");
  EXPECT_EQ(deployments.last_new.message, "first");
  EXPECT_EQ(spec.image, "iris:2");
  EXPECT_EQ(spec.instance_type, "cpu-1");
  EXPECT_EQ(spec.replicas, 3);
  EXPECT_THAT(spec.environment, ElementsAre(domain::EnvironmentVariable{"A", "1"}));
  EXPECT_THAT(spec.metadata, ElementsAre(domain::MetadataEntry{"k", "v"}));
  EXPECT_EQ(spec.description, "d");
  EXPECT_EQ(spec.port, 9001);
  EXPECT_EQ(spec.health_path, "/ok");
  EXPECT_EQ(spec.progress_deadline, std::chrono::seconds(60));
  EXPECT_EQ(spec.request_timeout, std::chrono::milliseconds(5000));
  EXPECT_EQ(spec.body_limit, 1024);
  EXPECT_EQ(spec.drain_time, std::chrono::seconds(5));
  EXPECT_EQ(spec.replica_concurrency, 16);
  EXPECT_EQ(spec.requests_per_minute, 600);
  EXPECT_TRUE(spec.allow_websocket);
}

TEST_F(DeploymentRoutesTest, refuses_replica_counts_out_of_range) {
  for (const char* count : {"0", "-1", "1000000000", "99999999999999999999", "1.5", "\"2\""}) {
    const auto found =
        refused(std::string(R"({"name":"x","image":"y:1","replicas":)") + count + "}");
    EXPECT_THAT(found, ElementsAre(StartsWith("replicas: must be a whole number"))) << count;
  }
}

TEST_F(DeploymentRoutesTest, names_unknown_members_by_path_and_what_was_meant) {
  EXPECT_THAT(refused(R"({"name":"x","image":"y:1","replica":2,"zzz":1,
                          "environment":[{"name":"A","value":"1","vlaue":"2"}]})"),
              ElementsAre("environment[0].vlaue: is not a field; did you mean 'value'?",
                          "replica: is not a field; did you mean 'replicas'?",
                          "zzz: is not a field that can be set here"));
}

TEST_F(DeploymentRoutesTest, names_every_bad_member_in_one_answer) {
  const auto found = refused(
      R"({"name":"","id":"Not An Id","image":"","replicas":0,"port":70000,
          "environment":[{"name":"1BAD NAME","value":"x"},{"name":"B"}],"metadata":[],
          "progress_deadline_seconds":-5,"health_path":"no-slash"})");
  for (const char* path :
       {"name: ", "id: ", "image: ", "replicas: ", "port: ", "environment[0].name: ",
        "environment[1].value: is required", "metadata: must be an object, not an array",
        "progress_deadline_seconds: ", "health_path: "}) {
    EXPECT_THAT(found, Contains(StartsWith(path)));
  }
}

TEST_F(DeploymentRoutesTest, requires_a_name_and_an_image) {
  EXPECT_THAT(refused("{}"), ElementsAre("name: is required", "image: is required"));
}

TEST_F(DeploymentRoutesTest, refuses_a_taken_id) {
  create_iris();
  const Reply reply = post("/api/v1/deployments", R"({"name":"b","id":"iris","image":"y:1"})");
  EXPECT_EQ(reply.status, 409);
  EXPECT_EQ(json(reply)["type"], "urn:slipway:problem:conflict");
}

TEST_F(DeploymentRoutesTest, a_repeated_create_with_the_same_key_gives_the_first_deployment) {
  const HeaderFields key = {{"Idempotency-Key", "k-1"}};
  const Reply first = post("/api/v1/deployments", R"({"name":"a","image":"y:1"})", key);
  const Reply again = post("/api/v1/deployments", R"({"name":"a","image":"y:1"})", key);
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(first.body, again.body);
  EXPECT_EQ(deployments.views.size(), 1u);
  EXPECT_EQ(post("/api/v1/deployments", R"({"name":"b","image":"y:1"})", key).status, 409);
}

TEST_F(DeploymentRoutesTest, refuses_an_idempotency_key_that_is_none) {
  for (const std::string& key : {std::string(), std::string("a b"), std::string(256, 'k')}) {
    const Reply reply =
        post("/api/v1/deployments", R"({"name":"a","image":"y:1"})", {{"Idempotency-Key", key}});
    EXPECT_EQ(reply.status, 400) << key;
  }
  EXPECT_EQ(deployments.creates, 0);
}

TEST_F(DeploymentRoutesTest, patches_only_what_is_given) {
  create_iris();
  const Reply reply =
      ask(http::Method::kPatch, "/api/v1/deployments/iris",
          R"({"image":"iris:2","health_path":null,"message":"better"})", {{"If-Match", "\"1\""}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(find_field(reply.fields, "ETag"), "\"2\"");
  EXPECT_EQ(deployments.last_patch.image, "iris:2");
  EXPECT_FALSE(deployments.last_patch.replicas.has_value());
  ASSERT_TRUE(deployments.last_patch.health_path.has_value());
  EXPECT_FALSE(deployments.last_patch.health_path->has_value());
  EXPECT_EQ(deployments.last_message, "better");
}

TEST_F(DeploymentRoutesTest, refuses_to_change_what_is_immutable) {
  create_iris();
  const Reply reply = ask(http::Method::kPatch, "/api/v1/deployments/iris",
                          R"({"name":"x","id":"y","group":"z","replicas":0})");
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(
      faults(reply),
      ElementsAre(StartsWith("name: cannot be changed"), StartsWith("id: cannot be changed"),
                  StartsWith("group: cannot be changed"), StartsWith("replicas: must be")));
}

TEST_F(DeploymentRoutesTest, holds_writes_to_the_generation_of_if_match) {
  create_iris();
  const std::string one = "/api/v1/deployments/iris";
  const HeaderFields old = {{"If-Match", "\"7\""}};
  EXPECT_EQ(ask(http::Method::kPatch, one, R"({"replicas":2})", old).status, 412);
  EXPECT_EQ(ask(http::Method::kDelete, one + "?confirm=iris", "", old).status, 412);
  EXPECT_EQ(ask(http::Method::kPost, one + "/stop", "", old).status, 412);
  EXPECT_EQ(ask(http::Method::kPost, one + "/stop", "", {{"If-Match", "\"abc\""}}).status, 412);
  EXPECT_EQ(ask(http::Method::kPost, one + "/stop", "", {{"If-Match", "5"}}).status, 400);
  EXPECT_EQ(ask(http::Method::kPost, one + "/stop", "", {{"If-Match", "\"1\", \"2\""}}).status,
            400);
  EXPECT_EQ(ask(http::Method::kPost, one + "/stop", "", {{"If-Match", "*"}}).status, 202);
}

TEST_F(DeploymentRoutesTest, deletes_only_with_the_name_as_confirmation) {
  create_iris();
  const std::string one = "/api/v1/deployments/iris";
  EXPECT_THAT(faults(ask(http::Method::kDelete, one)),
              ElementsAre(StartsWith("?confirm: is required")));
  EXPECT_EQ(ask(http::Method::kDelete, one + "?confirm=other").status, 400);
  deployments.lingers = true;
  EXPECT_EQ(ask(http::Method::kDelete, one + "?confirm=iris").status, 202);
  deployments.lingers = false;
  const Reply gone = ask(http::Method::kDelete, one + "?confirm=iris");
  EXPECT_EQ(gone.status, 204);
  EXPECT_EQ(gone.body, "");
  EXPECT_EQ(ask(http::Method::kDelete, one + "?confirm=iris").status, 404);
}

TEST_F(DeploymentRoutesTest, starts_and_stops_without_reading_settings_from_a_body) {
  create_iris();
  EXPECT_EQ(post("/api/v1/deployments/iris/stop").status, 202);
  EXPECT_EQ(post("/api/v1/deployments/iris/start", "{}").status, 202);
  EXPECT_EQ(post("/api/v1/deployments/iris/start", R"({"replicas":3})").status, 400);
}

TEST_F(DeploymentRoutesTest, pages_and_filters_the_list) {
  for (const char* id : {"aaa", "bbb", "ccc"}) {
    ASSERT_EQ(
        post("/api/v1/deployments", std::string(R"({"name":"x","image":"y:1","id":")") + id + "\"}")
            .status,
        201);
  }
  const Json first =
      json(get("/api/v1/deployments?limit=2&group=a&group=b&status=Deployed&mine=1"));
  EXPECT_EQ(first["items"].size(), 2u);
  EXPECT_EQ(first["next_cursor"], "bbb");
  EXPECT_THAT(deployments.last_filter.groups, ElementsAre("a", "b"));
  EXPECT_EQ(deployments.last_filter.phase, domain::Phase::kDeployed);
  EXPECT_TRUE(deployments.last_filter.mine);
  const Json second = json(get("/api/v1/deployments?limit=2&cursor=bbb"));
  EXPECT_EQ(second["items"].size(), 1u);
  EXPECT_TRUE(second["next_cursor"].is_null());
}

TEST_F(DeploymentRoutesTest, refuses_query_parameters_that_it_does_not_know) {
  EXPECT_THAT(faults(get("/api/v1/deployments?limt=2&status=Up&limit=0")),
              ElementsAre(StartsWith("?status: must be"), StartsWith("?limit: must be"),
                          "?limt: is not a parameter; did you mean 'limit'?"));
}

TEST_F(DeploymentRoutesTest, shows_revisions_newest_first_page_by_page) {
  create_iris();
  for (int64_t number : {1, 2, 3}) {
    domain::Revision revision;
    revision.number = number;
    deployments.past.push_back(revision);
  }
  const Json first = json(get("/api/v1/deployments/iris/revisions?limit=2"));
  EXPECT_EQ(first["items"][0]["number"], 3);
  EXPECT_EQ(first["next_cursor"], "2");
  const Json second = json(get("/api/v1/deployments/iris/revisions?limit=2&cursor=2"));
  EXPECT_EQ(second["items"].size(), 1u);
  EXPECT_EQ(get("/api/v1/deployments/iris/revisions/2").status, 200);
  EXPECT_EQ(get("/api/v1/deployments/iris/revisions/9").status, 404);
  EXPECT_EQ(get("/api/v1/deployments/iris/revisions/two").status, 404);
}

TEST_F(DeploymentRoutesTest, shows_replicas_with_what_ails_them) {
  create_iris();
  engine::WorkloadReplica replica;
  replica.observed.key = {"iris", 1, 0};
  replica.observed.host = "::1";
  replica.observed.port = 9000;
  replica.observed.exit_code = 137;
  replica.observed.out_of_memory = true;
  replica.state = domain::ReplicaState::kExited;
  replica.trouble = "was ended for using more than its memory";
  deployments.running = {replica};
  const Json shown = json(get("/api/v1/deployments/iris/replicas"))["items"][0];
  EXPECT_EQ(shown["id"], "iris-r1-0");
  EXPECT_EQ(shown["address"], "[::1]:9000");
  EXPECT_EQ(shown["exit_code"], 137);
  EXPECT_EQ(shown["out_of_memory"], true);
  EXPECT_THAT(shown["trouble"].get<std::string>(), HasSubstr("memory"));
}

TEST_F(DeploymentRoutesTest, shows_trouble_with_its_last_log_lines) {
  create_iris();
  deployments.views["iris"].status.trouble =
      domain::ReplicaTrouble{"iris-r1-0",
                             from_unix_micros(0) + std::chrono::seconds(1),
                             "exits with code 1",
                             {"Traceback", "ImportError"}};
  const Json status = json(get("/api/v1/deployments/iris"))["status"];
  EXPECT_EQ(status["trouble"]["cause"], "exits with code 1");
  EXPECT_EQ(status["trouble"]["log_tail"][1], "ImportError");
  EXPECT_EQ(status["trouble"]["since"], "1970-01-01T00:00:01.000000Z");
}

TEST_F(DeploymentRoutesTest, lists_groups_and_instance_types) {
  EXPECT_EQ(json(get("/api/v1/groups"))["items"][0]["name"], "default");
  EXPECT_EQ(json(get("/api/v1/instance-types"))["items"][0]["memory_bytes"], int64_t{2} << 30);
}

}  // namespace
}  // namespace slipway::api
