#include <sys/stat.h>

#include <regex>

#include "cli/command_line_fixture_test.h"
#include "cli/exit_code.h"

namespace slipway::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

TEST_F(CommandLineTest, logs_in_and_keeps_the_token_for_its_owner_only) {
  environment.erase("SLIPWAY_TOKEN");
  environment.erase("SLIPWAY_URL");
  serve("POST /api/v1/session", 201, R"({"token":"slw_new","id":"t1"})");
  serve("GET /api/v1/groups", 200, R"({"items":[]})");
  stdin_text = "secret\n";
  ASSERT_EQ(run({"login", "http://slipway.test/", "--user", "ada", "--password-stdin"}), 0) << err;
  EXPECT_THAT(out, IsEmpty());
  EXPECT_EQ(parse_json(calls[0].body).value()["password"], "secret");
  struct stat info {};
  ASSERT_EQ(::stat((folder + "/c/contexts.json").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);

  ASSERT_EQ(run({"groups", "list"}), 0) << err;
  EXPECT_EQ(call::find_header(calls[0].headers, "Authorization"), "Bearer slw_new");
  ASSERT_EQ(run({"config", "get-contexts", "-o", "name"}), 0);
  EXPECT_EQ(out, "slipway.test\n");
  ASSERT_EQ(run({"config", "view", "-o", "json"}), 0);
  EXPECT_THAT(out, Not(HasSubstr("slw_")));

  serve("DELETE /api/v1/tokens/t1", 204, "");
  ASSERT_EQ(run({"logout"}), 0) << err;
  EXPECT_EQ(line(calls[0]), "DELETE /api/v1/tokens/t1");
  EXPECT_EQ(run({"groups", "list"}), 4);
  EXPECT_THAT(err, HasSubstr("slipway login"));
}

TEST_F(CommandLineTest, never_sends_a_saved_token_to_another_server) {
  environment.erase("SLIPWAY_TOKEN");
  environment.erase("SLIPWAY_URL");
  serve("POST /api/v1/session", 201, R"({"token":"slw_new","id":"t1"})");
  typed = "secret";
  ASSERT_EQ(run({"login", "http://slipway.test", "--user", "ada"}), 0) << err;
  EXPECT_EQ(run({"groups", "list", "--url", "http://evil.test"}), 4);
  EXPECT_TRUE(calls.empty());
}

TEST_F(CommandLineTest, changes_the_own_password_and_shows_neither) {
  serve("POST /api/v1/me/password", 200, R"({"user":"ada"})");
  typed = "same for all";
  ASSERT_EQ(run({"passwd"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"old_password":"same for all","new_password":"same for all"})");
  EXPECT_THAT(out + err, Not(HasSubstr("same for all")));
  stdin_text = "old one\nnew one\n";
  ASSERT_EQ(run({"passwd", "--password-stdin"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"old_password":"old one","new_password":"new one"})");
  int questions = 0;
  outside.ask_secret = [&](std::string_view) { return std::to_string(++questions); };
  EXPECT_EQ(run({"passwd"}), 2);
  EXPECT_TRUE(calls.empty());
}

TEST_F(CommandLineTest, gives_every_failure_its_exit_code) {
  const std::pair<const char*, int> expected[] = {
      {"invalid", 2},  {"unauthenticated", 4}, {"denied", 4}, {"not_found", 3},
      {"conflict", 5}, {"precondition", 5},    {"quota", 5},  {"unavailable", 7},
      {"internal", 1}, {"too_large", 2}};
  for (const auto& [code, exit_code] : expected) {
    script.clear();
    serve("GET /api/v1/deployments/x", 418,
          std::string(R"({"type":"urn:slipway:problem:)") + code + R"(","detail":"because"})");
    EXPECT_EQ(run({"deployments", "get", "x"}), exit_code) << code;
    EXPECT_EQ(err, "error: because\n");
    EXPECT_THAT(out, IsEmpty());
  }
  script.clear();
  script["GET /api/v1/deployments/x"] = {fail(ErrorCode::kUnavailable, "cannot reach it")};
  EXPECT_EQ(run({"deployments", "get", "x"}), 7);
  EXPECT_EQ(run({"deployments", "get"}), 2);
  EXPECT_EQ(run({"deploiments"}), 2);
  EXPECT_EQ(run({"deployments", "list", "-o", "xml"}), 2);
  EXPECT_EQ(run({"groups", "list", "--context", "none"}), 3);
}

TEST_F(CommandLineTest, prints_every_wrong_field) {
  serve("POST /api/v1/deployments", 400,
        R"({"type":"urn:slipway:problem:invalid","detail":"'replicas' must be 1, and one more",)"
        R"("errors":[{"path":"replicas","message":"must be 1"},)"
        R"({"path":"environment[0].name","message":"is bad"}]})");
  EXPECT_EQ(run({"deployments", "create", "x", "--image", "y", "--replicas", "0"}), 2);
  EXPECT_EQ(err,
            "error: 'replicas' must be 1, and one more\n"
            "  replicas: must be 1\n"
            "  environment[0].name: is bad\n");
}

TEST_F(CommandLineTest, tells_of_a_quota_what_is_used_and_what_was_asked) {
  serve(
      "POST /api/v1/deployments/iris/start", 409,
      R"({"type":"urn:slipway:problem:quota","detail":"group 'vision' has too little left",)"
      R"("limits":[{"name":"cpu_millis","limit":4000,"used":3500,"asked":1000,"message":"m"},)"
      R"({"name":"memory_bytes","limit":2147483648,"used":0,"asked":4294967296,"message":"m"}]})");
  EXPECT_EQ(run({"deployments", "start", "iris"}), 5);
  EXPECT_EQ(err,
            "error: group 'vision' has too little left\n"
            "  cpu_millis: 1 asked, 3.5 used of 4\n"
            "  memory_bytes: 4.0 GiB asked, 0 B used of 2.0 GiB\n");
}

TEST_F(CommandLineTest, shows_help_with_an_example_for_every_command) {
  EXPECT_EQ(run({"--help"}), 0);
  EXPECT_THAT(out, AllOf(HasSubstr("Exit codes: 0 done"), HasSubstr("slipway login")));
  // The completion script is made from the command tree: it knows them all.
  ASSERT_EQ(run({"completion", "bash"}), 0);
  const std::string script_text = out;
  const std::regex path("\"slipway ([a-z -]+)\"\\) candidates");
  int commands = 0;
  for (std::sregex_iterator at(script_text.begin(), script_text.end(), path), end; at != end;
       ++at) {
    std::vector<std::string> arguments;
    std::istringstream words((*at)[1].str());
    for (std::string word; words >> word;) arguments.push_back(word);
    arguments.push_back("--help");
    EXPECT_EQ(run(arguments), 0) << (*at)[1];
    EXPECT_THAT(out, HasSubstr("Example:\n")) << (*at)[1];
    ++commands;
  }
  EXPECT_GT(commands, 60);
}

TEST_F(CommandLineTest, lists_deployments_in_every_form) {
  serve("GET /api/v1/deployments?limit=500", 200,
        R"({"items":[)" + iris("Deployed") + R"(],"next_cursor":"c1"})");
  serve("GET /api/v1/deployments?limit=500&cursor=c1", 200, R"({"items":[],"next_cursor":null})");
  ASSERT_EQ(run({"deployments", "list"}), 0) << err;
  EXPECT_EQ(out,
            "ID    NAME  GROUP    STATUS    READY  REVISION  AGE\n"
            "iris  Iris  default  Deployed  2/2    3         24h\n");
  ASSERT_EQ(run({"deploy", "ls", "-o", "name"}), 0);
  EXPECT_EQ(out, "iris\n");
  ASSERT_EQ(run({"-o", "json", "deployments", "list"}), 0);
  EXPECT_EQ(parse_json(out).value()[0]["id"], "iris");
  ASSERT_EQ(run({"deployment", "list", "-o", "yaml"}), 0);
  EXPECT_THAT(out, StartsWith("- id: iris\n  name: Iris\n"));
  ASSERT_EQ(run({"deployments", "list", "-o", "wide"}), 0);
  EXPECT_THAT(out, HasSubstr("2 of 2 ready"));
}

TEST_F(CommandLineTest, creates_with_what_was_given_and_a_key_for_repeats) {
  script["POST /api/v1/deployments"] = {fail(ErrorCode::kUnavailable, "connection lost"),
                                        call::Answer{201, {}, iris("Deploying")}};
  ASSERT_EQ(run({"deployments", "create",
                 "Iris",        "--image",
                 "iris:1",      "--replicas",
                 "2",           "-e",
                 "A=1",         "-e",
                 "B=x=y",       "--metadata",
                 "team=ml",     "--progress-deadline",
                 "2m",          "--request-timeout",
                 "500ms",       "--body-limit",
                 "1MiB",        "--replica-concurrency",
                 "16",          "--requests-per-minute",
                 "600",         "--allow-websocket",
                 "yes",         "-o",
                 "name"}),
            0)
      << err;
  EXPECT_EQ(out, "iris\n");
  ASSERT_EQ(calls.size(), 2u);
  EXPECT_EQ(calls[0].body, calls[1].body);
  EXPECT_EQ(call::find_header(calls[1].headers, "Idempotency-Key"), "key-1");
  EXPECT_EQ(parse_json(calls[0].body).value(),
            parse_json(R"({"name":"Iris","image":"iris:1","replicas":2,
                           "environment":[{"name":"A","value":"1"},{"name":"B","value":"x=y"}],
                           "metadata":{"team":"ml"},"progress_deadline_seconds":120,
                           "request_timeout_ms":500,"body_limit_bytes":1048576,
                           "replica_concurrency":16,"requests_per_minute":600,
                           "allow_websocket":true})")
                .value());
}

TEST_F(CommandLineTest, changes_single_variables_against_what_it_read) {
  serve("GET /api/v1/deployments/iris", 200, iris("Deployed"), {{"ETag", "\"7\""}});
  serve("PATCH /api/v1/deployments/iris", 200, iris("Deploying"));
  ASSERT_EQ(run({"deployments", "update", "iris", "-e", "B=2", "--unset-env", "A", "-m", "why"}), 0)
      << err;
  EXPECT_EQ(call::find_header(calls[1].headers, "If-Match"), "\"7\"");
  EXPECT_EQ(parse_json(calls[1].body).value(),
            parse_json(R"({"environment":[{"name":"B","value":"2"}],"message":"why"})").value());
  EXPECT_EQ(run({"deployments", "update", "iris"}), 2);
  EXPECT_EQ(run({"deployments", "update", "iris", "--allow-websocket", "perhaps"}), 2);
}

TEST_F(CommandLineTest, follows_the_list_a_line_for_each_change_until_the_server_ends_it) {
  serve("GET /api/v1/deployments?watch=1&group=vision", 200,
        "event: reset\ndata: {}\n\nevent: deployment\ndata: " + iris("Deploying") +
            "\n\nevent: listed\ndata: {\"ids\":[\"iris\"]}\n\nid: run-1\n\n: still here\n\n"
            "event: removed\ndata: {\"id\":\"iris\"}\n\n"
            "event: ended\ndata: {\"reason\":\"the token is revoked\"}\n\n");
  EXPECT_EQ(run({"deployments", "list", "--group", "vision", "-w"}), 4);
  EXPECT_EQ(out, "iris  Deploying  2 of 2 ready\niris  left the list\n");
  EXPECT_THAT(err, HasSubstr("the server ended the stream: the token is revoked"));
}

TEST_F(CommandLineTest, a_followed_list_goes_on_after_a_restart_and_tells_what_changed_meanwhile) {
  const std::string rose = R"({"id":"rose","status":{"phase":"Deployed","reason":"r"}})";
  script["GET /api/v1/deployments?watch=1"] = {
      call::Answer{200,
                   {},
                   "event: reset\ndata: {}\n\nevent: deployment\ndata: " + iris("Deployed") +
                       "\n\nevent: deployment\ndata: " + rose +
                       "\n\nevent: listed\ndata: {\"ids\":[\"iris\",\"rose\"]}\n\nid: run-1\n\n"},
      fail(ErrorCode::kUnavailable, "connection refused"),
      call::Answer{200,
                   {},
                   "event: reset\ndata: {}\n\nevent: deployment\ndata: " + iris("Deployed") +
                       "\n\nevent: listed\ndata: {\"ids\":[\"iris\"]}\n\n"
                       "event: ended\ndata: {\"reason\":\"over\"}\n\n"}};
  EXPECT_EQ(run({"deployments", "list", "-w"}), 4);
  EXPECT_EQ(out, "iris  Deployed  2 of 2 ready\nrose  Deployed  r\nrose  left the list\n");
  EXPECT_EQ(call::find_header(calls.back().headers, "Last-Event-ID"), "run-1");
}

TEST_F(CommandLineTest, waits_along_the_event_stream_and_tells_reasons_on_stderr) {
  serve("POST /api/v1/deployments/iris/start", 202, iris("Deploying", "accepted"));
  serve("GET /api/v1/deployments/iris", 200, iris("Deploying", "pulling the image"));
  serve("GET /api/v1/deployments/iris/events?watch=1", 200,
        "id: 4\ndata: {\"sequence\":4}\n\n"
        "event: status\ndata: {\"phase\":\"Deploying\",\"reason\":\"1 of 2 ready\"}\n\n"
        "event: status\ndata: {\"phase\":\"Deployed\",\"reason\":\"2 of 2 ready\"}\n\n");
  ASSERT_EQ(run({"deployments", "start", "iris", "--wait", "-o", "name"}), 0) << err;
  EXPECT_EQ(out, "iris\n");
  EXPECT_EQ(err, "Deploying: pulling the image\nDeploying: 1 of 2 ready\nDeployed: 2 of 2 ready\n");
}

TEST_F(CommandLineTest, rewrites_one_line_of_a_terminal_while_it_waits) {
  outside.err_is_terminal = true;
  environment["COLUMNS"] = "40";
  serve("GET /api/v1/deployments/iris", 200, iris("Deploying", "pulling an image of a long name"));
  serve("GET /api/v1/deployments/iris/events?watch=1", 200,
        "event: status\ndata: {\"phase\":\"Deployed\",\"reason\":\"2 of 2\"}\n\n");
  ASSERT_EQ(run({"deployments", "wait", "iris"}), 0) << err;
  EXPECT_EQ(err,
            "\r\033[K    0s  Deploying: pulling an image of "
            "\r\033[K    0s  Deploying: pulling an image of "
            "\r\033[K    0s  Deployed: 2 of 2\n");
}

TEST_F(CommandLineTest, resumes_a_wait_that_broke_off) {
  serve("GET /api/v1/deployments/iris", 200, iris("Deploying", "accepted"));
  script["GET /api/v1/deployments/iris/events?watch=1"] = {
      call::Answer{200, {}, "id: 4\ndata: {\"sequence\":4}\n\n"},
      fail(ErrorCode::kUnavailable, "connection refused"),
      call::Answer{200, {}, "event: status\ndata: {\"phase\":\"Deployed\",\"reason\":\"r\"}\n\n"}};
  ASSERT_EQ(run({"deployments", "wait", "iris"}), 0) << err;
  EXPECT_EQ(call::find_header(calls.back().headers, "Last-Event-ID"), "4");
}

TEST_F(CommandLineTest, ends_a_wait_in_time_with_its_own_exit_code) {
  serve("GET /api/v1/deployments/iris", 200, iris("Deploying", "pulling"));
  serve("GET /api/v1/deployments/iris/events?watch=1", 200, ": still here\n\n");
  EXPECT_EQ(run({"deployments", "wait", "iris", "--timeout", "10s"}), 6);
  EXPECT_THAT(err, HasSubstr("error: 'iris' is still Deploying: pulling after"));
}

TEST_F(CommandLineTest, ends_a_wait_for_what_failed_with_its_log_lines) {
  serve("GET /api/v1/deployments/iris", 200,
        R"({"id":"iris","status":{"phase":"Failed","reason":"no replica got ready",)"
        R"("trouble":{"replica":"iris-r1-0","cause":"exits with code 1",)"
        R"("log_tail":["Traceback","ImportError\u001b[31m"]}}})");
  EXPECT_EQ(run({"deployments", "wait", "iris"}), 1);
  EXPECT_THAT(err, HasSubstr("error: 'iris' failed: no replica got ready\n"
                             "replica iris-r1-0: exits with code 1\n"
                             "  | Traceback\n  | ImportError?[31m\n"));
}

TEST_F(CommandLineTest, waits_for_a_deletion_and_for_a_stop) {
  EXPECT_EQ(run({"deployments", "wait", "gone", "--for", "deleted"}), 0);
  EXPECT_EQ(run({"deployments", "wait", "gone"}), 3);
  serve("GET /api/v1/deployments/iris", 200, iris("Stopped"));
  EXPECT_EQ(run({"deployments", "wait", "iris", "--for", "stopped"}), 0);
  EXPECT_EQ(run({"deployments", "wait", "iris", "--for", "lunch"}), 2);
}

TEST_F(CommandLineTest, deletes_only_when_the_name_was_typed_or_yes_said) {
  serve("GET /api/v1/deployments/iris", 200, iris("Deployed"));
  serve("DELETE /api/v1/deployments/iris?confirm=Iris", 204, "");
  EXPECT_EQ(run({"deployments", "delete", "iris"}), 2);
  typed = "iris";
  EXPECT_EQ(run({"deployments", "delete", "iris"}), 2);
  EXPECT_EQ(calls.size(), 1u);
  typed = "Iris";
  EXPECT_EQ(run({"deployments", "delete", "iris"}), 0) << err;
  typed.reset();
  EXPECT_EQ(run({"deployments", "delete", "iris", "--yes"}), 0) << err;
  EXPECT_THAT(out, IsEmpty());
}

TEST_F(CommandLineTest, shows_stored_log_lines_of_all_or_one_replica) {
  serve("GET /api/v1/deployments/iris/logs?format=text&tail=5", 200, "iris-r1-0 | one\n");
  serve("GET /api/v1/deployments/iris/replicas/iris-r1-0/logs?format=text", 200, "one\n");
  ASSERT_EQ(run({"deployments", "logs", "iris", "--tail", "5"}), 0) << err;
  EXPECT_EQ(out, "iris-r1-0 | one\n");
  ASSERT_EQ(run({"deployments", "logs", "iris", "--replica", "iris-r1-0"}), 0);
  EXPECT_EQ(out, "one\n");
  EXPECT_EQ(run({"deployments", "logs", "none"}), 3);
}

TEST_F(CommandLineTest, hands_every_filter_of_logs_to_the_server) {
  serve(
      "GET /api/v1/deployments/iris/logs?format=gzip&tail=-1&since=10m&until=1m&grep=a%2Bb&"
      "stream=stderr&stream=event&previous=1&timestamps=1",
      200, "packed");
  ASSERT_EQ(run({"deployments", "logs", "iris", "--all", "--since", "10m", "--until", "1m",
                 "--grep", "a+b", "--stream", "stderr", "--stream", "event", "--previous",
                 "--timestamps", "--format", "gzip"}),
            0)
      << err;
  EXPECT_EQ(out, "packed");
  EXPECT_EQ(run({"deployments", "logs", "iris", "--all", "--tail", "3"}), 2);
}

TEST_F(CommandLineTest, follows_logs_and_puts_long_lines_together) {
  serve(
      "GET /api/v1/deployments/iris/logs?format=ndjson&tail=1&follow=1", 200,
      R"({"time":"t1","replica":"a","run":1,"number":1,"stream":"stdout","line":"x","continues":true})"
      "\n"
      R"({"time":"t2","replica":"a","run":1,"number":2,"stream":"stdout","line":"y"})"
      "\n"
      R"({"time":"t3","replica":"b","run":1,"number":1,"stream":"stderr","line":"?","base64":"/w=="})"
      "\n");
  ASSERT_EQ(run({"deployments", "logs", "iris", "-f", "--tail", "1", "--timestamps"}), 0) << err;
  EXPECT_EQ(out, "a | t1 xy\nb | t3 \xff\n");
}

TEST_F(CommandLineTest, predicts_with_an_array_as_ndarray_and_shows_no_token_to_the_model) {
  serve("POST /deployment/iris/api/v1.0/predictions", 200, R"({"data":{"ndarray":[[1]]}})");
  ASSERT_EQ(run({"predict", "iris", "--data", "[[5.1,3.5]]"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"data":{"ndarray":[[5.1,3.5]]}})");
  EXPECT_EQ(call::find_header(calls[0].headers, "Authorization"), "");
  EXPECT_EQ(out, "{\"data\":{\"ndarray\":[[1]]}}\n");
  environment["SLIPWAY_CLIENT_TOKEN"] = "tok-1";
  ASSERT_EQ(run({"predict", "iris", "--data", "{}"}), 0) << err;
  EXPECT_EQ(call::find_header(calls[0].headers, "Authorization"), "Bearer tok-1");
  script.clear();
  serve("POST /deployment/iris/api/v1.0/predictions", 503, R"({"reason":"it is stopped"})");
  EXPECT_EQ(run({"predict", "iris", "--data", "{}"}), 1);
  EXPECT_EQ(err, "error: it is stopped\n");
  EXPECT_EQ(run({"predict", "iris", "--data", "{"}), 2);
}

TEST_F(CommandLineTest, shows_history_and_events) {
  serve("GET /api/v1/deployments/iris/history?limit=500", 200,
        R"({"items":[{"sequence":8,"kind":"update","revision":2,"actor":"ada","message":"new",)"
        R"("changes":[{"field":"image","before":"iris:1","after":"iris:2"},)"
        R"({"field":"replicas","before":"1","after":"2"}]}]})");
  ASSERT_EQ(run({"history", "iris"}), 0) << err;
  EXPECT_EQ(out,
            "AGE  WHAT    REVISION  BY   MESSAGE  CHANGED\n"
            "-    update  2         ada  new      image, replicas\n");
  ASSERT_EQ(run({"history", "iris", "-o", "wide"}), 0);
  EXPECT_THAT(out, HasSubstr("image: iris:1 -> iris:2"));
  serve("GET /api/v1/deployments/iris/revisions?limit=500", 200,
        R"({"items":[{"number":2,"image":"iris:2","replicas":2,"author":"ada","message":"new",)"
        R"("tag":"golden"}]})");
  ASSERT_EQ(run({"deployments", "history", "iris", "--revisions"}), 0);
  EXPECT_EQ(out,
            "REVISION  IMAGE   REPLICAS  AUTHOR  AGE  TAG     MESSAGE\n"
            "2         iris:2  2         ada     -    golden  new\n");
  serve("GET /api/v1/deployments/iris/revisions/2", 200,
        R"({"number":2,"image":"iris:2","tag":null,"environment":[{"name":"A","value":"1"}]})");
  ASSERT_EQ(run({"history", "iris", "2"}), 0) << err;
  EXPECT_EQ(out,
            "number:           2\nimage:            iris:2\nenvironment:      A=1\n"
            "age:              -\n");
  script["GET /api/v1/deployments/iris/events?watch=1"] = {
      call::Answer{
          200, {}, "id: 4\ndata: {\"time\":\"T\",\"kind\":\"ready\",\"message\":\"m\"}\n\n"},
      fail(ErrorCode::kUnavailable, "connection refused"),
      call::Answer{200, {}, "event: deleted\ndata: {}\n\n"}};
  ASSERT_EQ(run({"deployments", "events", "iris", "--watch"}), 0) << err;
  EXPECT_EQ(out, "T  ready  m\n");
  EXPECT_EQ(call::find_header(calls.back().headers, "Last-Event-ID"), "4");
}

TEST_F(CommandLineTest, rolls_back_to_the_revision_before_unless_one_is_named) {
  serve("GET /api/v1/deployments/iris/revisions?limit=500", 200,
        R"({"items":[{"number":7},{"number":5},{"number":4}]})");
  serve("POST /api/v1/deployments/iris/rollback", 202, iris("Deploying"));
  ASSERT_EQ(run({"rollback", "iris", "-m", "bad data", "-o", "name"}), 0) << err;
  EXPECT_EQ(calls[1].body, R"({"revision":5,"message":"bad data"})");
  EXPECT_EQ(out, "iris\n");
  ASSERT_EQ(run({"deployments", "rollback", "iris", "--to", "4"}), 0) << err;
  ASSERT_EQ(calls.size(), 1u);
  EXPECT_EQ(calls[0].body, R"({"revision":4})");
  EXPECT_EQ(run({"rollback", "iris", "--to", "0"}), 2);
}

TEST_F(CommandLineTest, tags_a_revision_and_takes_the_tag_away) {
  serve("PUT /api/v1/deployments/iris/revisions/3/tag", 200, R"({"number":3,"tag":"golden"})");
  serve("DELETE /api/v1/deployments/iris/revisions/3/tag", 204, "");
  ASSERT_EQ(run({"tag", "iris", "3", "golden"}), 0) << err;
  EXPECT_EQ(calls[0].body, R"({"tag":"golden"})");
  EXPECT_THAT(out, HasSubstr("golden"));
  EXPECT_EQ(run({"deployments", "tag", "iris", "3", "--remove"}), 0) << err;
  EXPECT_EQ(run({"tag", "iris", "3"}), 2);
  EXPECT_EQ(run({"tag", "iris", "3", "golden", "--remove"}), 2);
}

TEST_F(CommandLineTest, tries_out_a_change_and_says_whether_it_would_be_accepted) {
  serve("GET /api/v1/deployments/iris", 200, iris("Deployed"));
  script["POST /api/v1/deployments/iris/dry-run"] = {
      call::Answer{200,
                   {},
                   R"({"accepted":true,"strategy":"surge","strategy_reason":"room",)"
                   R"("changes":[{"field":"image","before":"iris:1","after":"iris:2"}]})"},
      call::Answer{200,
                   {},
                   R"({"accepted":false,"errors":[],"refusal":null,"exceeded":)"
                   R"([{"name":"gpus","limit":1,"used":1,"asked":1,"message":"no GPU"}]})"}};
  ASSERT_EQ(run({"deployments", "update", "iris", "--image", "iris:2", "--dry-run"}), 0) << err;
  EXPECT_EQ(out, "image: iris:1 -> iris:2\n(how: surge: room)\n");
  EXPECT_EQ(run({"deployments", "update", "iris", "--image", "iris:2", "--dry-run"}), 5);
  EXPECT_EQ(err, "error: no GPU\n  gpus: 1 asked, 1 used of 1\n");
  serve("POST /api/v1/deployments/dry-run", 200, R"({"accepted":true,"changes":[]})");
  EXPECT_EQ(run({"deployments", "create", "x", "--image", "i", "--dry-run"}), 0) << err;
  EXPECT_EQ(calls.size(), 1u);
}

TEST_F(CommandLineTest, makes_completion_scripts_that_know_every_command) {
  for (const char* shell : {"bash", "zsh", "fish"}) {
    ASSERT_EQ(run({"completion", shell}), 0);
    EXPECT_THAT(out, AllOf(HasSubstr("slipway deployments create"),
                           HasSubstr("--progress-deadline"), HasSubstr("use-context")))
        << shell;
  }
  EXPECT_EQ(run({"completion", "tcsh"}), 2);
}

// What bash itself makes of the script.
TEST_F(CommandLineTest, completes_in_a_real_bash) {
  ASSERT_EQ(run({"completion", "bash"}), 0);
  const std::string file = folder + "/completion.bash";
  std::ofstream(file) << out << "COMP_WORDS=(slipway -o json deployments cre) COMP_CWORD=4\n"
                      << "_slipway; echo \"${COMPREPLY[*]}\" > " << folder << "/said\n";
  ASSERT_EQ(std::system(("bash " + file).c_str()), 0);
  std::string said;
  std::getline(std::ifstream(folder + "/said") >> std::ws, said);
  EXPECT_EQ(said, "create");
}

}  // namespace
}  // namespace slipway::cli
