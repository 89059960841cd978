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
    deployments.log = {{from_unix_micros(1'000'000), false, "hello"},
                       {from_unix_micros(2'000'000), true, "oh no"}};
  }
};

TEST_F(StreamRoutesTest, gives_log_lines_as_text) {
  add_replica();
  const Reply reply = get("/api/v1/deployments/iris/replicas/iris-r1-0/logs?tail=10&follow=1");
  EXPECT_EQ(reply.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(drain(reply), "hello\noh no\n");
  EXPECT_EQ(deployments.last_replica, "iris-r1-0");
  EXPECT_EQ(deployments.last_log_query.tail, 10);
  EXPECT_TRUE(deployments.last_log_query.follow);
}

TEST_F(StreamRoutesTest, gives_log_lines_with_times_and_as_json) {
  add_replica();
  const std::string logs = "/api/v1/deployments/iris/replicas/iris-r1-0/logs";
  EXPECT_THAT(drain(get(logs + "?timestamps=1")), HasSubstr("1970-01-01T00:00:01.000000Z hello\n"));
  EXPECT_EQ(deployments.last_log_query.tail, -1);
  EXPECT_THAT(
      drain(get(logs + "?format=ndjson")),
      HasSubstr(R"({"time":"1970-01-01T00:00:02.000000Z","stream":"stderr","line":"oh no"})"));
}

TEST_F(StreamRoutesTest, stops_reading_logs_when_the_reader_leaves) {
  add_replica();
  EXPECT_EQ(drain(get("/api/v1/deployments/iris/replicas/iris-r1-0/logs"), 1), "hello\n");
}

TEST_F(StreamRoutesTest, refuses_logs_of_what_is_not_there_before_the_stream) {
  add_replica();
  EXPECT_EQ(get("/api/v1/deployments/iris/replicas/iris-r9-9/logs").status, 404);
  EXPECT_EQ(get("/api/v1/deployments/none/replicas/iris-r1-0/logs").status, 404);
  EXPECT_EQ(get("/api/v1/deployments/iris/replicas/iris-r1-0/logs?tail=-3&format=xml").status, 400);
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
