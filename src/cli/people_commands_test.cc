// groups, users, instance types, tokens, clients and pull secrets: what each command asks of the
// API, and what it says.
#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class PeopleCommandsTest : public CommandLineTest {
 protected:
  static constexpr const char* kVision =
      R"({"name":"vision","display_name":"Vision","deployment_enabled":true,)"
      R"("quota":{"cpu_millis":4000,"memory_bytes":null,"gpus":0,"deployments":3},)"
      R"("instance_types":["big"],"default_instance_type":"cpu-1","generation":4,)"
      R"("usage":{"cpu_millis":3500,"memory_bytes":2147483648,"gpus":0,"deployments":2},)"
      R"("members":[{"user":"ada","admin":true},{"user":"bob","admin":false}]})";
  static constexpr const char* kAda =
      R"({"name":"ada","display_name":"Ada","admin":false,"disabled":false,)"
      R"("groups":[{"group":"vision","admin":true}]})";
};

TEST_F(PeopleCommandsTest, lists_groups_with_their_limits) {
  serve("GET /api/v1/groups", 200, std::string(R"({"items":[)") + kVision + "]}");
  ASSERT_EQ(run({"groups", "list"}), 0) << err;
  EXPECT_EQ(out,
            "NAME    DISPLAY NAME  DEPLOYMENT  CPU  MEMORY    GPUS  DEPLOYMENTS\n"
            "vision  Vision        yes         4    no limit  0     3\n");
}

TEST_F(PeopleCommandsTest, shows_what_is_used_of_a_groups_quota_and_who_is_in_it) {
  serve("GET /api/v1/groups/vision", 200, kVision);
  ASSERT_EQ(run({"groups", "get", "vision"}), 0) << err;
  EXPECT_THAT(out, AllOf(HasSubstr("CPU:              3.5 used of 4\n"),
                         HasSubstr("Memory:           2.0 GiB used of no limit\n"),
                         HasSubstr("ada   yes\nbob   no\n")));
  ASSERT_EQ(run({"groups", "members", "vision", "-o", "name"}), 0);
  EXPECT_EQ(out, "ada\nbob\n");
}

TEST_F(PeopleCommandsTest, makes_and_changes_groups_with_only_what_was_said) {
  serve("POST /api/v1/groups", 201, kVision);
  serve("PATCH /api/v1/groups/vision", 200, kVision);
  ASSERT_EQ(run({"groups", "create", "vision", "--deployment", "--cpu", "0.25", "--memory", "1GiB",
                 "--max-deployments", "3", "-o", "name"}),
            0)
      << err;
  EXPECT_EQ(sent(0), parse_json(R"({"deployment_enabled":true,"quota":{"cpu_millis":250,
      "memory_bytes":1073741824,"deployments":3},"name":"vision"})")
                         .value());
  EXPECT_EQ(out, "vision\n");
  ASSERT_EQ(run({"groups", "set", "vision", "--no-deployment", "--gpus", "none", "--instance-type",
                 "a", "--instance-type", "b", "--default-instance-type", "a"}),
            0)
      << err;
  EXPECT_EQ(sent(0), parse_json(R"({"deployment_enabled":false,"quota":{"gpus":null},
      "instance_types":["a","b"],"default_instance_type":"a"})")
                         .value());
  EXPECT_EQ(run({"groups", "set", "vision"}), 2);
  EXPECT_EQ(run({"groups", "set", "vision", "--cpu", "lots"}), 2);
  EXPECT_EQ(run({"groups", "set", "vision", "--deployment", "--no-deployment"}), 2);
  EXPECT_TRUE(calls.empty());
}

TEST_F(PeopleCommandsTest, adds_and_removes_members) {
  serve("PUT /api/v1/groups/vision/members/ada%40lab", 201, R"({"user":"ada@lab","admin":true})");
  serve("DELETE /api/v1/groups/vision/members/ada%40lab", 204, "");
  ASSERT_EQ(run({"groups", "add-member", "vision", "ada@lab", "--admin"}), 0) << err;
  EXPECT_EQ(sent(0), parse_json(R"({"admin":true})").value());
  ASSERT_EQ(run({"groups", "remove-member", "vision", "ada@lab"}), 0) << err;
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(PeopleCommandsTest, deletes_only_after_a_yes) {
  serve("DELETE /api/v1/groups/vision", 204, "");
  serve("DELETE /api/v1/users/ada", 204, "");
  serve("DELETE /api/v1/instance-types/big", 204, "");
  serve("DELETE /api/v1/secrets/vision/lan", 204, "");
  serve("DELETE /api/v1/deployments/iris/clients/shop", 204, "");
  const std::vector<std::string> commands[] = {{"groups", "delete", "vision"},
                                               {"users", "delete", "ada"},
                                               {"instance-types", "delete", "big"},
                                               {"secrets", "delete", "lan", "--group", "vision"},
                                               {"clients", "remove", "iris", "shop"}};
  for (std::vector<std::string> command : commands) {
    typed.reset();
    EXPECT_EQ(run(command), 2);
    EXPECT_THAT(err, HasSubstr("--yes"));
    typed = "n";
    EXPECT_EQ(run(command), 2);
    EXPECT_TRUE(calls.empty());
    EXPECT_THAT(asked, HasSubstr("[y/N]"));
    typed = "y";
    EXPECT_EQ(run(command), 0) << err;
    typed.reset();
    command.emplace_back("--yes");
    EXPECT_EQ(run(command), 0) << err;
    EXPECT_EQ(calls.size(), 1u);
  }
}

TEST_F(PeopleCommandsTest, shows_a_generated_password_once_on_stdout_and_the_hint_on_stderr) {
  serve("POST /api/v1/users", 201, R"({"name":"ada","generated_password":"correct horse"})");
  ASSERT_EQ(run({"users", "create", "ada", "--email", "ada@example.org", "--admin"}), 0) << err;
  EXPECT_EQ(sent(0),
            parse_json(R"({"name":"ada","email":"ada@example.org","admin":true})").value());
  EXPECT_EQ(out, "correct horse\n");
  EXPECT_THAT(err, AllOf(HasSubstr("shown this once"), Not(HasSubstr("correct horse"))));
  serve("POST /api/v1/users/ada/reset-password", 200,
        R"({"name":"ada","generated_password":"battery staple"})");
  ASSERT_EQ(run({"users", "reset-password", "ada", "-o", "json"}), 0) << err;
  EXPECT_EQ(parse_json(out).value()["generated_password"], "battery staple");
}

TEST_F(PeopleCommandsTest, takes_a_password_from_stdin_and_never_as_an_argument) {
  serve("POST /api/v1/users", 201, kAda);
  stdin_text = "long enough\n";
  ASSERT_EQ(run({"users", "create", "ada", "--password-stdin", "--keep-password"}), 0) << err;
  EXPECT_EQ(sent(0), parse_json(R"({"name":"ada","password":"long enough",
      "must_change_password":false})")
                         .value());
  EXPECT_EQ(run({"users", "create", "ada", "--password", "x"}), 2);
  EXPECT_EQ(run({"users", "create", "ada", "--keep-password"}), 2);
}

TEST_F(PeopleCommandsTest, lists_changes_disables_and_enables_users) {
  serve("GET /api/v1/users", 200, std::string(R"({"items":[)") + kAda + "]}");
  serve("PATCH /api/v1/users/ada", 200, kAda);
  ASSERT_EQ(run({"users", "list"}), 0) << err;
  EXPECT_EQ(out,
            "NAME  DISPLAY NAME  ADMIN  DISABLED  GROUPS\n"
            "ada   Ada           no     no        vision (admin)\n");
  ASSERT_EQ(run({"users", "disable", "ada"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"disabled":true})");
  ASSERT_EQ(run({"users", "enable", "ada"}), 0);
  EXPECT_EQ(calls[0].body, R"({"disabled":false})");
  ASSERT_EQ(run({"users", "set", "ada", "--no-admin", "--display-name", ""}), 0);
  EXPECT_EQ(calls[0].body, R"({"display_name":"","admin":false})");
  EXPECT_EQ(run({"users", "set", "ada"}), 2);
}

TEST_F(PeopleCommandsTest, makes_lists_and_changes_instance_types) {
  const std::string big =
      R"({"name":"big","cpu_millis":4000,"memory_bytes":17179869184,"gpus":1,"global":false})";
  serve("GET /api/v1/instance-types?group=vision", 200, R"({"items":[)" + big + "]}");
  serve("GET /api/v1/instance-types/big", 200, big);
  serve("POST /api/v1/instance-types", 201, big);
  serve("PATCH /api/v1/instance-types/big", 200, big);
  ASSERT_EQ(run({"instance-types", "list", "--group", "vision"}), 0) << err;
  EXPECT_EQ(out,
            "NAME  CPU  MEMORY    GPUS  ALL GROUPS  DESCRIPTION\n"
            "big   4    16.0 GiB  1     no          -\n");
  ASSERT_EQ(run({"instance-types", "get", "big", "-o", "yaml"}), 0);
  EXPECT_THAT(out, StartsWith("name: big\ncpu_millis: 4000\n"));
  ASSERT_EQ(run({"instance-types", "create", "big", "--cpu", "4", "--memory", "16GiB", "--gpus",
                 "1", "--no-global"}),
            0)
      << err;
  EXPECT_EQ(sent(0), parse_json(R"({"name":"big","cpu_millis":4000,"memory_bytes":17179869184,
      "gpus":1,"global":false})")
                         .value());
  ASSERT_EQ(run({"instance-types", "set", "big", "--memory", "8GiB"}), 0);
  EXPECT_EQ(calls[0].body, R"({"memory_bytes":8589934592})");
}

TEST_F(PeopleCommandsTest, makes_tokens_that_show_once) {
  serve("POST /api/v1/tokens", 201, R"({"id":"t1","token":"slw_fresh","name":"ci"})");
  serve("GET /api/v1/tokens", 200, R"({"items":[{"id":"t1","name":"ci","scope":"read"}]})");
  serve("DELETE /api/v1/tokens/t1", 204, "");
  ASSERT_EQ(run({"tokens", "create", "ci", "--scope", "read", "--expires", "90d"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"name":"ci","scope":"read","lifetime_seconds":7776000})");
  EXPECT_EQ(out, "slw_fresh\n");
  EXPECT_THAT(err, Not(HasSubstr("slw_fresh")));
  ASSERT_EQ(run({"tokens", "list", "-o", "name"}), 0);
  EXPECT_EQ(out, "t1\n");
  EXPECT_EQ(run({"tokens", "revoke", "t1"}), 0) << err;
  EXPECT_EQ(run({"tokens", "create", "ci", "--scope", "all"}), 2);
  serve("GET /api/v1/users/bob/tokens", 200, R"({"items":[]})");
  serve("DELETE /api/v1/users/bob/tokens/t9", 204, "");
  EXPECT_EQ(run({"tokens", "list", "--user", "bob"}), 0) << err;
  EXPECT_EQ(run({"tokens", "revoke", "t9", "--user", "bob"}), 0) << err;
}

TEST_F(PeopleCommandsTest, gives_clients_a_token_a_rate_and_an_end) {
  serve("POST /api/v1/deployments/iris/clients", 201, R"({"name":"shop","token":"tok-1"})");
  serve("POST /api/v1/deployments/iris/clients/shop/rotate", 200,
        R"({"name":"shop","token":"tok-2"})");
  serve("PATCH /api/v1/deployments/iris/clients/shop", 200, R"({"name":"shop"})");
  serve("GET /api/v1/deployments/iris/clients", 200,
        R"({"items":[{"name":"shop","requests":12,"last_used_at":null}]})");
  ASSERT_EQ(run({"clients", "add", "iris", "shop", "--expires", "1d", "--rate", "600"}), 0) << err;
  EXPECT_EQ(sent(0), parse_json(R"({"name":"shop","expires_at":"2026-01-03T00:00:00.000000Z",
      "requests_per_minute":600})")
                         .value());
  EXPECT_EQ(out, "tok-1\n");
  EXPECT_THAT(err, AllOf(HasSubstr("curl -u shop:TOKEN"), Not(HasSubstr("tok-1"))));
  ASSERT_EQ(run({"clients", "rotate", "iris", "shop", "--overlap", "1h"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"overlap_seconds":3600})");
  EXPECT_EQ(out, "tok-2\n");
  ASSERT_EQ(run({"clients", "set", "iris", "shop", "--expires", "never", "--rate", "none"}), 0);
  EXPECT_EQ(calls[0].body, R"({"expires_at":null,"requests_per_minute":null})");
  ASSERT_EQ(run({"clients", "list", "iris"}), 0) << err;
  EXPECT_THAT(out, HasSubstr("shop  12        -"));
  EXPECT_EQ(run({"clients", "add", "iris", "shop", "--expires", "soon"}), 2);
  EXPECT_EQ(run({"clients", "add", "iris", "shop", "--rate", "1.5"}), 2);
}

TEST_F(PeopleCommandsTest, keeps_registry_passwords_off_the_command_line) {
  const std::string lan = R"({"group":"vision","name":"lan","registries":)"
                          R"([{"registry":"registry.lan:5000","user":"puller"}]})";
  serve("POST /api/v1/secrets", 201, lan);
  serve("PUT /api/v1/secrets/-/hub", 200, R"({"group":null,"name":"hub","registries":[]})");
  serve("GET /api/v1/secrets", 200, R"({"items":[)" + lan + "]}");
  typed = "pa55";
  const std::vector<std::string> create = {"secrets",           "create", "lan",
                                           "--group",           "vision", "--registry",
                                           "registry.lan:5000", "--user", "puller"};
  ASSERT_EQ(run(create), 0) << err;
  EXPECT_EQ(sent(0), parse_json(R"({"group":"vision","name":"lan",
      "registry":"registry.lan:5000","user":"puller","password":"pa55"})")
                         .value());
  EXPECT_THAT(asked, HasSubstr("Password of puller at registry.lan:5000"));
  EXPECT_THAT(out + err, Not(HasSubstr("pa55")));

  const std::string config = write_file("config.json", R"({"auths":{"r":{"auth":"YTpi"}}})");
  ASSERT_EQ(run({"secrets", "replace", "hub", "--every-group", "--docker-config", config}), 0)
      << err;
  EXPECT_EQ(calls[0].body, R"({"docker_config":{"auths":{"r":{"auth":"YTpi"}}}})");
  ASSERT_EQ(run({"secrets", "list"}), 0);
  EXPECT_THAT(out, HasSubstr("puller@registry.lan:5000"));

  EXPECT_EQ(run({"secrets", "create", "x", "--registry", "r", "--user", "u"}), 2);
  EXPECT_THAT(err, HasSubstr("either --group or --every-group"));
  EXPECT_EQ(run({"secrets", "create", "x", "--group", "g", "--registry", "r"}), 2);
  EXPECT_EQ(
      run({"secrets", "create", "x", "--group", "g", "--docker-config", config, "--user", "u"}), 2);
  EXPECT_TRUE(calls.empty());
}

}  // namespace
}  // namespace slipway::cli
