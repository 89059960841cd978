// apply and diff against a scripted server.
#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class ApplyCommandsTest : public CommandLineTest {
 protected:
  ApplyCommandsTest() {
    serve("GET /api/v1/deployments?limit=500&search=New&group=vision", 200,
          R"({"items":[{"id":"newer","name":"Newer","group":"vision"}]})");
    serve("POST /api/v1/deployments/dry-run", 200, R"({"accepted":true,"changes":[]})");
    serve("POST /api/v1/deployments", 201, R"({"id":"new-1","name":"New"})");
    serve("GET /api/v1/deployments/iris", 200, iris("Deployed"), {{"ETag", "\"7\""}});
    serve("POST /api/v1/deployments/iris/dry-run", 200, kOneChange);
    serve("PATCH /api/v1/deployments/iris", 200, iris("Deploying"));
    file = write_file("models.yaml",
                      "kind: Deployment\nname: New\nimage: n:1\ngroup: vision\n---\n"
                      "kind: Deployment\nid: iris\ngroup: default\nreplicas: 3\n");
  }

  static constexpr const char* kOneChange =
      R"({"accepted":true,"changes":[{"field":"replicas","before":"2","after":"3"}]})";
  std::string file;
};

TEST_F(ApplyCommandsTest, shows_the_difference_asks_and_then_writes_in_order) {
  typed = "y";
  ASSERT_EQ(run({"apply", "-f", file}), 0) << err;
  EXPECT_THAT(lines(),
              ElementsAre("GET /api/v1/deployments?limit=500&search=New&group=vision",
                          "POST /api/v1/deployments/dry-run", "GET /api/v1/deployments/iris",
                          "POST /api/v1/deployments/iris/dry-run", "POST /api/v1/deployments",
                          "PATCH /api/v1/deployments/iris"));
  EXPECT_THAT(err, AllOf(HasSubstr("+ New (vision): create\n"), HasSubstr("    image: n:1\n"),
                         HasSubstr("~ iris (default): change\n    replicas: 2 -> 3\n")));
  EXPECT_THAT(asked, HasSubstr("Carry out 2 changes?"));
  EXPECT_EQ(out, "new-1 created\niris changed\n");
  EXPECT_EQ(call::find_header(calls[4].headers, "Idempotency-Key"), "key-1");
  EXPECT_EQ(call::find_header(calls[5].headers, "If-Match"), "\"7\"");
  EXPECT_EQ(sent(5)["replicas"], 3);
}

TEST_F(ApplyCommandsTest, writes_nothing_without_a_yes_and_with_dry_run) {
  EXPECT_EQ(run({"apply", "-f", file}), 2);
  EXPECT_EQ(calls.size(), 4u);
  typed = "n";
  EXPECT_EQ(run({"apply", "-f", file}), 2);
  EXPECT_EQ(calls.size(), 4u);
  EXPECT_THAT(out, IsEmpty());
  ASSERT_EQ(run({"apply", "-f", file, "--dry-run"}), 0) << err;
  EXPECT_EQ(calls.size(), 4u);
  EXPECT_THAT(out, HasSubstr("    replicas: 2 -> 3\n"));
  ASSERT_EQ(run({"diff", "-f", file, "-o", "json"}), 0) << err;
  EXPECT_EQ(parse_json(out).value()[1]["changes"][0]["field"], "replicas");
}

TEST_F(ApplyCommandsTest, says_unchanged_and_asks_nothing_when_all_is_as_written) {
  script["POST /api/v1/deployments/iris/dry-run"].clear();
  serve("POST /api/v1/deployments/iris/dry-run", 200, R"({"accepted":true,"changes":[]})");
  stdin_text = R"({"kind": "Deployment", "id": "iris", "replicas": 2})";
  ASSERT_EQ(run({"apply", "-f", "-"}), 0) << err;
  EXPECT_EQ(out, "iris unchanged\n");
  EXPECT_EQ(calls.size(), 2u);
}

TEST_F(ApplyCommandsTest, deletes_with_prune_what_no_file_names) {
  serve("GET /api/v1/deployments?limit=500&group=vision", 200,
        R"({"items":[{"id":"old","name":"Old One","metadata":{"managed-by":"slipway-apply"}},)"
        R"({"id":"hand","name":"Hand","metadata":{}}]})");
  serve("DELETE /api/v1/deployments/old?confirm=Old%20One", 202, "");
  ASSERT_EQ(run({"apply", "-f", file, "--group", "vision", "--prune", "--yes"}), 0) << err;
  EXPECT_EQ(out, "new-1 created\niris changed\nold deleted\n");
  EXPECT_THAT(err, HasSubstr("- old: delete\n"));
  EXPECT_EQ(run({"apply", "-f", file, "--prune"}), 2);
}

TEST_F(ApplyCommandsTest, points_at_the_line_of_what_the_server_refuses_and_writes_nothing) {
  script["POST /api/v1/deployments/iris/dry-run"].clear();
  serve("POST /api/v1/deployments/iris/dry-run", 400,
        R"({"type":"urn:slipway:problem:invalid","detail":"'replica' is unknown",)"
        R"("errors":[{"path":"replica","message":"is no known field"}]})");
  const std::string bad = write_file("bad.yaml", "kind: Deployment\nid: iris\nreplica: 3\n");
  EXPECT_EQ(run({"apply", "-f", bad, "--yes"}), 2);
  EXPECT_EQ(err, "error: nothing was changed\n  " + bad + ":3: replica: is no known field\n");
  EXPECT_EQ(calls.size(), 2u);
  EXPECT_EQ(run({"apply", "-f", folder + "/none.yaml"}), 2);
  EXPECT_EQ(run({"apply", "-f", write_file("empty.yaml", "# nothing\n")}), 2);
  EXPECT_EQ(run({"apply"}), 2);
}

TEST_F(ApplyCommandsTest, asks_for_the_id_when_a_name_is_not_enough) {
  serve("GET /api/v1/deployments?limit=500&search=Iris", 200,
        R"({"items":[{"id":"a","name":"Iris"},{"id":"b","name":"Iris"}]})");
  const std::string by_name = write_file("n.yaml", "kind: Deployment\nname: Iris\n");
  EXPECT_EQ(run({"apply", "-f", by_name}), 5);
  EXPECT_THAT(err, HasSubstr("n.yaml:2: several deployments are called 'Iris' (a, b"));
}

TEST_F(ApplyCommandsTest, tells_what_was_done_when_a_later_step_fails) {
  script["PATCH /api/v1/deployments/iris"].clear();
  serve("PATCH /api/v1/deployments/iris", 412,
        R"({"type":"urn:slipway:problem:precondition","detail":"it changed meanwhile"})");
  EXPECT_EQ(run({"apply", "-f", file, "--yes"}), 5);
  EXPECT_EQ(out, "new-1 created\n");
  EXPECT_THAT(err, HasSubstr("error: iris: it changed meanwhile\n"));
}

TEST_F(ApplyCommandsTest, waits_for_all_and_fails_when_one_fails) {
  serve("GET /api/v1/deployments/new-1", 200,
        R"({"id":"new-1","status":{"phase":"Failed","reason":"no such image"}})");
  script["GET /api/v1/deployments/iris"].push_back(
      call::Answer{200, {}, iris("Deployed", "3 of 3 ready")});
  EXPECT_EQ(run({"apply", "-f", file, "--yes", "--wait", "--timeout", "1m"}), 1);
  EXPECT_THAT(err, AllOf(HasSubstr("waiting for 'iris'\nDeployed: 3 of 3 ready\n"),
                         HasSubstr("error: 'new-1' failed: no such image")));
}

TEST_F(ApplyCommandsTest, compares_two_revisions) {
  serve("GET /api/v1/deployments/iris/revisions?limit=500", 200,
        R"({"items":[{"number":7},{"number":5}]})");
  serve("GET /api/v1/deployments/iris/revisions/7/diff?against=5", 200, kOneChange);
  ASSERT_EQ(run({"diff", "iris"}), 0) << err;
  EXPECT_EQ(out, "iris from revision 5 to 7\n    replicas: 2 -> 3\n");
  serve("GET /api/v1/deployments/iris/revisions/4/diff?against=2", 200, R"({"changes":[]})");
  ASSERT_EQ(run({"diff", "iris", "2", "4"}), 0) << err;
  EXPECT_EQ(out, "iris from revision 2 to 4: no difference\n");
  EXPECT_EQ(run({"diff"}), 2);
  EXPECT_EQ(run({"diff", "iris", "-f", file}), 2);
  EXPECT_EQ(run({"diff", "iris", "0"}), 2);
}

}  // namespace
}  // namespace slipway::cli
