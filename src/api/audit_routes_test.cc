#include "api/audit_routes.h"

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

control::AuditEntry entry(int64_t sequence) {
  return {.sequence = sequence,
          .time = from_unix_micros(1'800'000'000'000'000 + sequence),
          .actor = "ada",
          .source = "192.0.2.7",
          .action = "group.update",
          .object = "vision",
          .group = "vision",
          .detail = "",
          .before = R"({"gpus":1})",
          .after = R"({"gpus":2})"};
}

// The bytes of a streamed answer, and in how many pieces they came.
std::pair<std::string, int> streamed(const Reply& reply) {
  std::pair<std::string, int> out;
  const auto done = reply.stream([&](std::string_view bytes) {
    out.first += bytes;
    ++out.second;
    return true;
  });
  EXPECT_TRUE(done);
  return out;
}

TEST_F(ApiTest, shows_the_audit_log_with_before_and_after_as_objects) {
  audit.rows = {entry(9)};
  const Reply reply = get("/api/v1/audit");
  ASSERT_EQ(reply.status, 200) << reply.body;
  const Json row = json(reply)["items"][0];
  EXPECT_EQ(row["sequence"], 9);
  EXPECT_EQ(row["time"], "2027-01-15T08:00:00.000009Z");
  EXPECT_EQ(row["source"], "192.0.2.7");
  EXPECT_EQ(row["before"]["gpus"], 1);
  EXPECT_EQ(row["after"]["gpus"], 2);
  control::AuditEntry refused = entry(10);
  refused.actor = refused.group = refused.before = refused.after = "";
  const Json shown = audit_json(refused);
  for (const char* member : {"actor", "group", "before", "after"}) {
    EXPECT_TRUE(shown[member].is_null()) << member;
  }
}

TEST_F(ApiTest, hands_every_filter_of_the_audit_log_on) {
  ASSERT_EQ(get("/api/v1/audit?actor=ada&action=group.update&object=a%26b&group=vision&"
                "since=2027-01-01T00:00:00Z&until=2027-02-01T00:00:00Z&limit=7&cursor=3")
                .status,
            200);
  const control::AuditFilter& asked = audit.asked.back();
  EXPECT_EQ(asked.actor, "ada");
  EXPECT_EQ(asked.action, "group.update");
  EXPECT_EQ(asked.object, "a&b");
  EXPECT_EQ(asked.group, "vision");
  EXPECT_EQ(asked.since, *parse_rfc3339("2027-01-01T00:00:00Z"));
  EXPECT_EQ(asked.until, *parse_rfc3339("2027-02-01T00:00:00Z"));
  EXPECT_EQ(asked.limit, 7);
  EXPECT_EQ(asked.cursor, "3");
  EXPECT_EQ(audit.last_caller.user, "ada");
}

TEST_F(ApiTest, names_what_is_wrong_with_an_audit_filter) {
  EXPECT_THAT(faults(get("/api/v1/audit?since=yesterday&until=1&limit=0&format=csv&actr=x")),
              ElementsAre(HasSubstr("?since: must be a time"), HasSubstr("?until: must be a time"),
                          HasSubstr("?format: must be json or ndjson"),
                          HasSubstr("?limit: must be"), HasSubstr("did you mean 'actor'?")));
  EXPECT_THAT(faults(get("/api/v1/audit?format=ndjson&limit=5")),
              ElementsAre(HasSubstr("?limit: is for pages")));
}

TEST_F(ApiTest, pages_through_the_audit_log) {
  for (int i = 0; i < 5; ++i) audit.rows.push_back(entry(i));
  std::vector<int64_t> seen;
  std::string cursor;
  do {
    const Json page = json(get("/api/v1/audit?limit=2" + cursor));
    for (const Json& row : page["items"]) seen.push_back(row["sequence"].get<int64_t>());
    cursor =
        page["next_cursor"].is_null() ? "" : "&cursor=" + page["next_cursor"].get<std::string>();
  } while (!cursor.empty());
  EXPECT_THAT(seen, ElementsAre(0, 1, 2, 3, 4));
}

TEST_F(ApiTest, exports_the_audit_log_in_pieces_as_a_file) {
  for (int i = 0; i < 1201; ++i) audit.rows.push_back(entry(i));
  const Reply reply = get("/api/v1/audit?format=ndjson&group=vision");
  ASSERT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "application/x-ndjson");
  EXPECT_THAT(find_field(reply.fields, "Content-Disposition"), HasSubstr("audit.ndjson"));
  EXPECT_EQ(audit.asked.size(), 1U);
  const auto [text, pieces] = streamed(reply);
  EXPECT_EQ(pieces, 3);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1201);
  EXPECT_EQ(parse_json(text.substr(0, text.find('\n')))->at("sequence"), 0);
  for (const control::AuditFilter& asked : audit.asked) EXPECT_EQ(asked.group, "vision");
}

TEST_F(ApiTest, stops_an_export_when_nobody_reads_it_and_cuts_it_off_when_it_fails) {
  for (int i = 0; i < 1201; ++i) audit.rows.push_back(entry(i));
  EXPECT_TRUE(get("/api/v1/audit?format=ndjson").stream([](std::string_view) { return false; }));
  EXPECT_EQ(audit.asked.size(), 1U);
  const Reply cut = get("/api/v1/audit?format=ndjson");
  audit.refusal = Error{ErrorCode::kUnavailable, "the disk is away"};
  EXPECT_FALSE(cut.stream([](std::string_view) { return true; }));
  EXPECT_EQ(get("/api/v1/audit?format=ndjson").status, 503);
}

TEST_F(ApiTest, keeps_the_audit_log_from_who_is_not_signed_in) {
  anonymous = true;
  EXPECT_EQ(get("/api/v1/audit").status, 401);
  EXPECT_TRUE(audit.asked.empty());
}

}  // namespace
}  // namespace slipway::api
