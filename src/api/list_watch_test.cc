#include "api/list_watch.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class ListWatchTest : public ApiTest {
 protected:
  void deploy(const std::string& id) {
    ASSERT_EQ(post("/api/v1/deployments",
                   R"({"name":")" + id + R"(","id":")" + id + R"(","image":"iris:1"})")
                  .status,
              201);
  }
  // Each event as "name id" or "id: position"; the reader leaves after `quiet` looks at nothing.
  std::vector<std::string> told(const Reply& reply, int quiet = 3) {
    if (!reply.stream) return {"no stream: " + reply.body};
    std::vector<std::string> out;
    const Result<void> done = reply.stream([&](std::string_view bytes) {
      if (bytes.empty()) return --quiet > 0;
      out.push_back(short_form(std::string(bytes)));
      return true;
    });
    EXPECT_TRUE(done);
    return out;
  }
  static std::string short_form(std::string text) {
    EXPECT_TRUE(text.ends_with("\n\n")) << text;
    if (text.starts_with("id: ")) return text.substr(0, text.size() - 2);
    const std::string name = text.substr(7, text.find('\n') - 7);
    const size_t data = text.find("data: ") + 6;
    const Json document = *parse_json(text.substr(data, text.size() - data - 2));
    if (name == "listed") return name + " " + document["ids"].dump();
    return name + " " + document.value("id", document.value("reason", ""));
  }
};

TEST_F(ListWatchTest, tells_the_whole_list_then_what_changes_and_what_leaves) {
  deploy("iris");
  deploy("rose");
  news.coming = {{"iris", "elsewhere"}, {"rose"}};
  news.at_change = [this] {
    if (news.coming.empty()) deployments.views.erase("rose");
  };
  const Reply reply = get("/api/v1/deployments?watch=1&search=i");
  EXPECT_EQ(reply.content_type, "text/event-stream");
  EXPECT_THAT(told(reply), ElementsAre("reset ", "deployment iris", "deployment rose",
                                       R"(listed ["iris","rose"])", "id: run-1", "deployment iris",
                                       "id: run-12", "removed rose", "id: run-11"));
  EXPECT_EQ(deployments.last_filter.search, "i");
  EXPECT_EQ(news.last_filter.search, "i");
}

TEST_F(ListWatchTest, resumes_with_what_changed_and_the_ids_that_are_left) {
  deploy("iris");
  deploy("rose");
  news.coming = {{"rose", "gone"}};
  EXPECT_THAT(told(ask(http::Method::kGet, "/api/v1/deployments?watch=1", "",
                       {{"Last-Event-ID", "run-0"}})),
              ElementsAre("deployment rose", R"(listed ["iris","rose"])", "id: run-11"));
  EXPECT_THAT(
      told(ask(http::Method::kGet, "/api/v1/deployments?watch=1", "", {{"Last-Event-ID", "lost"}})),
      ElementsAre("reset ", "deployment iris", "deployment rose", R"(listed ["iris","rose"])",
                  "id: run-1"));
}

TEST_F(ListWatchTest, ends_when_the_token_is_revoked_or_a_group_is_left) {
  deploy("iris");
  news.coming = {{"iris"}};
  news.at_change = [this] { writer_revoked = true; };
  EXPECT_THAT(told(get("/api/v1/deployments?watch=1")).back(), HasSubstr("ended the API token"));
  writer_revoked = false;
  news.coming = {{"iris"}};
  news.at_change = [this] { writer_groups = {}; };
  EXPECT_THAT(told(get("/api/v1/deployments?watch=1")).back(),
              HasSubstr("ended your groups have changed"));
}

TEST_F(ListWatchTest, ends_the_timeline_of_a_deployment_as_well) {
  deploy("iris");
  const Reply reply = get("/api/v1/deployments/iris/events?watch=1");
  writer_revoked = true;
  std::string out;
  ASSERT_TRUE(reply.stream([&](std::string_view bytes) {
    out += bytes;
    return true;
  }));
  EXPECT_THAT(out, HasSubstr("event: ended"));
  EXPECT_THAT(out, Not(HasSubstr("event: status")));
}

TEST_F(ListWatchTest, beats_while_nothing_happens) {
  std::string out;
  int looks = 0;
  ASSERT_TRUE(get("/api/v1/deployments?watch=1").stream([&](std::string_view bytes) {
    out += bytes;
    return ++looks < 40;
  }));
  EXPECT_THAT(out, HasSubstr(": still here\n\n"));
}

TEST_F(ListWatchTest, refuses_pages_and_wrong_filters_before_the_stream) {
  EXPECT_EQ(get("/api/v1/deployments?watch=1&limit=5").status, 400);
  EXPECT_EQ(get("/api/v1/deployments?watch=1&status=Fine").status, 400);
  anonymous = true;
  EXPECT_EQ(get("/api/v1/deployments?watch=1").status, 401);
}

}  // namespace
}  // namespace slipway::api
