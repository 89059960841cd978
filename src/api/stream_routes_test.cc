// Logs, events and the gateways' feed: the routes whose answers come in pieces or later.
#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class StreamRoutesTest : public ApiTest {
 protected:
  // All that a stream gives to a reader who leaves after `pieces` of them.
  static std::string drain(const Reply& reply, int pieces = 1000) {
    std::string out;
    if (!reply.stream) return "no stream";
    const Result<void> done = reply.stream([&](std::string_view bytes) {
      out += bytes;
      return --pieces > 0;
    });
    EXPECT_TRUE(done);
    return out;
  }
  void add_event(int64_t sequence, const std::string& kind) {
    deployments.timeline.push_back({sequence, "iris", from_unix_micros(1), kind, "", "m", "ada"});
  }
  void add_replica() {
    create_iris();
    engine::WorkloadReplica replica;
    replica.observed.key = {"iris", 1, 0};
    deployments.running = {replica};
    deployments.log = {
        {1, 1, {from_unix_micros(1'000'000), logs::Stream::kStdout, false, "hello"}},
        {2, 1, {from_unix_micros(2'000'000), logs::Stream::kStderr, false, "oh \xff no"}}};
  }
};

constexpr std::string_view kLogs = "/api/v1/deployments/iris/replicas/iris-r1-0/logs";

TEST_F(StreamRoutesTest, gives_log_lines_as_text) {
  add_replica();
  const Reply reply = get(std::string(kLogs) + "?tail=10&follow=1");
  EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(drain(reply), "hello\noh \xff no\n");
  EXPECT_EQ(deployments.last_replica, "iris-r1-0");
  EXPECT_EQ(deployments.last_log_request.tail, 10u);
  EXPECT_TRUE(deployments.last_log_request.follow);
}

TEST_F(StreamRoutesTest, gives_log_lines_with_times_and_names_and_as_json) {
  add_replica();
  const std::string path(kLogs);
  EXPECT_THAT(drain(get(path + "?timestamps=1")),
              HasSubstr("1970-01-01T00:00:01.000000000Z hello\n"));
  EXPECT_EQ(drain(get("/api/v1/deployments/iris/logs")),
            "iris-r1-0 | hello\niris-r1-0 | oh \xff no\n");
  EXPECT_THAT(drain(get(path + "?format=ndjson")),
              HasSubstr(R"({"time":"1970-01-01T00:00:02.000000000Z","replica":"iris-r1-0",)"
                        R"("run":1,"number":2,"stream":"stderr",)"
                        "\"line\":\"oh \xef\xbf\xbd no\",\"base64\":\"b2gg/yBubw==\"}\n"));
}

TEST_F(StreamRoutesTest, a_long_line_is_put_together_from_its_parts) {
  add_replica();
  using logs::Stream;
  deployments.log = {{1, 1, {FineTime{}, Stream::kStdout, true, "aa"}},
                     {2, 1, {FineTime{}, Stream::kStdout, false, "bb"}},
                     {3, 1, {FineTime{}, Stream::kStdout, true, "cc"}},
                     {4, 1, {FineTime{}, Stream::kStderr, false, "dd"}}};
  EXPECT_EQ(drain(get("/api/v1/deployments/iris/logs")),
            "iris-r1-0 | aabb\niris-r1-0 | cc\niris-r1-0 | dd\n");
}

TEST_F(StreamRoutesTest, shows_the_newest_2000_lines_unless_asked_for_others) {
  add_replica();
  const auto tail_of = [&](const std::string& query) {
    drain(get(std::string(kLogs) + query));
    return deployments.last_log_request.tail;
  };
  EXPECT_EQ(tail_of(""), 2000u);
  EXPECT_EQ(tail_of("?tail=-1"), std::nullopt);
  EXPECT_EQ(tail_of("?download=1"), std::nullopt);
  EXPECT_EQ(tail_of("?since=10m"), std::nullopt);
  EXPECT_EQ(tail_of("?download=1&tail=7"), 7u);
}

TEST_F(StreamRoutesTest, passes_on_every_filter_of_logs) {
  add_replica();
  drain(get(std::string(kLogs) +
            "?since=2026-01-31T12:00:00.5Z&until=2026-01-31T13:00:00Z&grep=a%2Bb&previous=1&"
            "stream=stderr&stream=event&cursor=iris-r1-0:7,iris-r1-1:0"));
  const control::LogRequest& request = deployments.last_log_request;
  EXPECT_EQ(request.filter.since, *parse_fine_rfc3339("2026-01-31T12:00:00.5Z"));
  EXPECT_EQ(request.filter.until, *parse_fine_rfc3339("2026-01-31T13:00:00Z"));
  EXPECT_TRUE(request.filter.grep);
  EXPECT_TRUE(request.previous);
  EXPECT_EQ(request.filter.streams, 0b1010);
  EXPECT_EQ(request.after, (std::map<std::string, uint64_t>{{"iris-r1-0", 7}, {"iris-r1-1", 0}}));
  drain(get(std::string(kLogs)));
  EXPECT_EQ(deployments.last_log_request.filter.streams, 0b0011);
}

TEST_F(StreamRoutesTest, names_every_parameter_of_logs_that_is_wrong) {
  add_replica();
  const Reply reply = get(std::string(kLogs) +
                          "?tail=-3&since=soon&until=x&grep=(&stream=stdin&cursor=7&format=xml");
  EXPECT_EQ(reply.status, 400);
  for (const char* name : {"tail", "since", "until", "grep", "stream", "cursor", "format"}) {
    EXPECT_THAT(reply.body, HasSubstr(std::string("?") + name)) << name;
  }
}

TEST_F(StreamRoutesTest, names_the_file_of_a_download) {
  add_replica();
  const auto disposition = [](const Reply& reply) {
    return field_of(reply, "Content-Disposition");
  };
  EXPECT_EQ(disposition(get(std::string(kLogs))), "");
  EXPECT_THAT(disposition(get(std::string(kLogs) + "?download=1")),
              testing::MatchesRegex("attachment; filename=\"iris-r1-0-[-0-9]+\\.log\""));
  const Reply packed = get("/api/v1/deployments/iris/logs?format=gzip");
  EXPECT_THAT(disposition(packed),
              testing::MatchesRegex("attachment; filename=\"iris-[-0-9]+\\.log\\.gz\""));
  EXPECT_EQ(packed.content_type, "application/gzip");
  EXPECT_THAT(drain(packed), testing::StartsWith("\x1f\x8b"));
}

TEST_F(StreamRoutesTest, says_that_logs_are_paused) {
  add_replica();
  EXPECT_EQ(field_of(get(std::string(kLogs)), "Slipway-Logs-Paused"), "");
  deployments.logs_are_paused = true;
  EXPECT_EQ(field_of(get(std::string(kLogs)), "Slipway-Logs-Paused"), "disk");
}

TEST_F(StreamRoutesTest, stops_reading_logs_when_the_reader_leaves) {
  add_replica();
  EXPECT_EQ(drain(get(std::string(kLogs)), 1), "hello\n");
}

TEST_F(StreamRoutesTest, refuses_logs_of_what_is_not_there_before_the_stream) {
  add_replica();
  const Reply reply = get("/api/v1/deployments/iris/replicas/iris-r9-9/logs");
  EXPECT_EQ(reply.status, 404);
  EXPECT_THAT(reply.body, HasSubstr("there are those of iris-r1-0"));
  EXPECT_EQ(get("/api/v1/deployments/none/replicas/iris-r1-0/logs").status, 404);
  EXPECT_EQ(get("/api/v1/deployments/none/logs").status, 404);
}

TEST_F(StreamRoutesTest, lists_events_page_by_page) {
  create_iris();
  add_event(4, "accepted");
  add_event(9, "started");
  const Json first = json(get("/api/v1/deployments/iris/events?limit=1"));
  EXPECT_EQ(first["items"][0]["kind"], "accepted");
  EXPECT_EQ(first["next_cursor"], "4");
  const Json second = json(get("/api/v1/deployments/iris/events?limit=5&cursor=4"));
  EXPECT_EQ(second["items"][0]["sequence"], 9);
  EXPECT_TRUE(second["next_cursor"].is_null());
}

TEST_F(StreamRoutesTest, watches_events_and_status_until_the_deployment_is_gone) {
  create_iris();
  add_event(4, "accepted");
  deployments.on_wait = {[&](const std::string& id) {
                           add_event(5, "ready");
                           deployments.views[id].status.phase = domain::Phase::kDeployed;
                         },
                         [&](const std::string& id) { deployments.views.erase(id); }};
  const Reply reply = get("/api/v1/deployments/iris/events?watch=1");
  EXPECT_EQ(reply.content_type, "text/event-stream");
  const std::string told = drain(reply);
  EXPECT_THAT(told, HasSubstr("id: 4\ndata: {\"sequence\":4,"));
  EXPECT_THAT(told, HasSubstr("event: status\ndata: {\"phase\":\"Deploying\""));
  EXPECT_THAT(told, HasSubstr("id: 5\ndata: "));
  EXPECT_THAT(told, HasSubstr("event: status\ndata: {\"phase\":\"Deployed\""));
  EXPECT_THAT(told, HasSubstr("event: deleted\n"));
}

TEST_F(StreamRoutesTest, resumes_a_watch_after_the_last_event_id) {
  create_iris();
  add_event(4, "accepted");
  add_event(5, "ready");
  deployments.on_wait = {[&](const std::string& id) { deployments.views.erase(id); }};
  const Reply reply = ask(http::Method::kGet, "/api/v1/deployments/iris/events?watch=1", "",
                          {{"Last-Event-ID", "4"}});
  const std::string told = drain(reply);
  EXPECT_THAT(told, Not(HasSubstr("id: 4\n")));
  EXPECT_THAT(told, HasSubstr("id: 5\n"));
  EXPECT_EQ(ask(http::Method::kGet, "/api/v1/deployments/iris/events?watch=1", "",
                {{"Last-Event-ID", "x"}})
                .status,
            400);
  EXPECT_EQ(get("/api/v1/deployments/none/events?watch=1").status, 404);
}

TEST_F(StreamRoutesTest, keeps_a_quiet_watch_alive_and_ends_when_the_reader_leaves) {
  create_iris();
  const Reply reply = get("/api/v1/deployments/iris/events?watch=1");
  std::string told;
  int questions = 0;
  const Result<void> done = reply.stream([&](std::string_view bytes) {
    told += bytes;
    if (bytes.empty()) ++questions;
    return told.find(": still here\n\n") == std::string::npos;
  });
  EXPECT_TRUE(done);
  EXPECT_GT(questions, 3);
}

class FeedRoutesTest : public StreamRoutesTest {
 protected:
  Reply poll(std::string_view target, HeaderFields fields) {
    Reply first = ask(http::Method::kGet, target, "", std::move(fields), /*internal=*/true);
    if (!first.later) return first;
    Reply answer;
    first.later([&](Reply reply) { answer = std::move(reply); });
    return answer;
  }
};

TEST_F(FeedRoutesTest, answers_a_poll_with_the_snapshot_or_204) {
  const HeaderFields gateway = {
      {"slipway-gateway", "g1"}, {"slipway-adopted", "7"}, {"slipway-in-use", "6"}};
  const Reply nothing = poll("/internal/v1/snapshot?after=7&control=k3v9", gateway);
  EXPECT_EQ(nothing.status, 204);
  EXPECT_EQ(feed.last_after, 7u);
  EXPECT_THAT(feed.acks, ElementsAre(snapshot::Ack{"g1", "k3v9", 7, 6}));
  feed.next = std::make_shared<const std::string>("bytes");
  const Reply some = poll("/internal/v1/snapshot?after=7&control=k3v9", gateway);
  EXPECT_EQ(some.status, 200);
  EXPECT_EQ(some.content_type, "application/vnd.slipway.snapshot");
  EXPECT_EQ(some.body, "bytes");
}

TEST_F(FeedRoutesTest, refuses_a_poll_that_names_no_gateway_or_no_number) {
  EXPECT_EQ(poll("/internal/v1/snapshot?after=7", {}).status, 400);
  EXPECT_EQ(poll("/internal/v1/snapshot?after=x",
                 {{"slipway-gateway", "g1"}, {"slipway-adopted", "7"}, {"slipway-in-use", "6"}})
                .status,
            400);
}

}  // namespace
}  // namespace slipway::api
