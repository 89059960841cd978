#include "api/revision_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

class RevisionRoutesTest : public ApiTest {
 protected:
  RevisionRoutesTest() {
    post("/api/v1/deployments", R"({"name":"iris","id":"iris","image":"iris:1"})");
    domain::Revision revision;
    revision.deployment_id = "iris";
    revision.number = 1;
    deployments.past.push_back(revision);
  }
};

TEST_F(RevisionRoutesTest, rolls_back_with_message_and_if_match) {
  const Reply reply = ask(http::Method::kPost, "/api/v1/deployments/iris/rollback",
                          R"({"revision":1,"message":"it was better"})", {{"If-Match", "\"1\""}});
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(find_field(reply.fields, "ETag"), "\"2\"");
  EXPECT_EQ(deployments.last_rollback, 1);
  EXPECT_EQ(deployments.last_message, "it was better");
  EXPECT_EQ(ask(http::Method::kPost, "/api/v1/deployments/iris/rollback", R"({"revision":1})",
                {{"If-Match", "\"1\""}})
                .status,
            412);
  EXPECT_EQ(post("/api/v1/deployments/iris/rollback", "{}").status, 400);
}

TEST_F(RevisionRoutesTest, shows_changes_in_the_words_of_the_api) {
  const Json diff = json(get("/api/v1/deployments/iris/revisions/3/diff?against=1"));
  EXPECT_EQ(diff["from"], 1);
  EXPECT_EQ(diff["changes"][0]["field"], "drain_seconds");
  EXPECT_EQ(json(get("/api/v1/deployments/iris/revisions/3/diff"))["from"], 2);
  EXPECT_EQ(get("/api/v1/deployments/iris/revisions/x/diff").status, 404);
}

TEST_F(RevisionRoutesTest, tags_and_untags_a_revision) {
  const std::string path = "/api/v1/deployments/iris/revisions/1/tag";
  const Reply tagged = ask(http::Method::kPut, path, R"({"tag":"golden"})");
  ASSERT_EQ(tagged.status, 200) << tagged.body;
  EXPECT_EQ(json(tagged)["tag"], "golden");
  EXPECT_EQ(ask(http::Method::kPut, path, R"({"tag":" "})").status, 400);
  EXPECT_EQ(ask(http::Method::kDelete, path, "").status, 204);
}

TEST_F(RevisionRoutesTest, pages_through_the_history) {
  for (int64_t n = 3; n >= 1; --n) {
    deployments.entries.push_back({.sequence = n, .deployment_id = "iris", .kind = "stop"});
  }
  const Json first = json(get("/api/v1/deployments/iris/history?limit=2"));
  EXPECT_EQ(first["items"].size(), 2U);
  EXPECT_EQ(first["next_cursor"], "2");
  const Json second = json(get("/api/v1/deployments/iris/history?limit=2&cursor=2"));
  EXPECT_EQ(second["items"].size(), 1U);
  EXPECT_TRUE(second["next_cursor"].is_null());
}

TEST_F(RevisionRoutesTest, a_dry_run_answers_with_what_is_wrong) {
  const Json wrong = json(post("/api/v1/deployments/dry-run", R"({"name":"x","replicas":0})"));
  EXPECT_EQ(wrong["accepted"], false);
  EXPECT_EQ(wrong["errors"].size(), 2U) << wrong;
  deployments.dry_run.image = engine::ImageSight{engine::ImageSight::Where::kUnknown, "no answer"};
  deployments.dry_run.strategy = "surge";
  const Json good = json(post("/api/v1/deployments/iris/dry-run", R"({"image":"iris:2"})"));
  EXPECT_EQ(good["accepted"], true);
  EXPECT_EQ(good["image"]["found"], "unknown");
  EXPECT_EQ(good["strategy"], "surge");
  EXPECT_EQ(deployments.last_patch.image, "iris:2");
  EXPECT_EQ(post("/api/v1/deployments/gone/dry-run", R"({"replicas":0})").status, 404);
}

TEST_F(RevisionRoutesTest, says_whether_an_id_is_free) {
  EXPECT_EQ(json(get("/api/v1/deployments/availability?id=iris"))["available"], false);
  EXPECT_EQ(json(get("/api/v1/deployments/availability?name=new"))["id"], "new-x7k2p");
}

TEST_F(RevisionRoutesTest, reads_access_pull_secret_and_sort) {
  post("/api/v1/deployments",
       R"({"name":"p","image":"p:1","access":"private","pull_secret":"hub"})");
  EXPECT_TRUE(deployments.last_new.spec.private_access);
  EXPECT_EQ(deployments.last_new.spec.pull_secret, "hub");
  EXPECT_EQ(post("/api/v1/deployments", R"({"name":"p","image":"p:1","access":"mine"})").status,
            400);
  EXPECT_EQ(get("/api/v1/deployments?sort=-updated").status, 200);
  EXPECT_EQ(deployments.last_filter.sort, control::SortBy::kUpdated);
  EXPECT_TRUE(deployments.last_filter.descending);
  EXPECT_EQ(get("/api/v1/deployments?sort=color").status, 400);
}

}  // namespace
}  // namespace slipway::api
