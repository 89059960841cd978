#include <sys/stat.h>

#include "cli/command_line_fixture_test.h"

namespace slipway::cli {
namespace {

using testing::HasSubstr;

class AuditCommandTest : public CommandLineTest {
 protected:
  static std::string row(int sequence, const std::string& time) {
    return R"({"sequence":)" + std::to_string(sequence) + R"(,"time":")" + time +
           R"(","actor":"ada","source":"192.0.2.7","action":"deployment.update","object":"iris",)"
           R"("detail":"replicas","group":"vision"})";
  }
  static std::string content(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
  }
};

TEST_F(AuditCommandTest, filters_by_what_was_said_with_times_ago_made_absolute) {
  serve("GET /api/v1/audit?limit=2&actor=ada&object=a%26b&since=2026-01-01T00%3A00%3A00.000000Z",
        200, R"({"items":[)" + row(9, "2026-01-01T09:00:00.000000Z") + "]}");
  ASSERT_EQ(run({"audit", "--actor", "ada", "--object", "a&b", "--since", "24h", "--limit", "2"}),
            0)
      << err;
  EXPECT_EQ(out,
            "TIME                         ACTOR  SOURCE     ACTION             OBJECT  GROUP   "
            "DETAIL\n"
            "2026-01-01T09:00:00.000000Z  ada    192.0.2.7  deployment.update  iris    vision  "
            "replicas\n");
  EXPECT_EQ(run({"audit", "--since", "yesterday"}), 2);
}

TEST_F(AuditCommandTest, takes_no_more_pages_than_it_needs) {
  serve("GET /api/v1/audit?limit=2", 200,
        R"({"items":[)" + row(9, "T") + "," + row(8, "T") + R"(],"next_cursor":"c"})");
  ASSERT_EQ(run({"audit", "--limit", "2", "-o", "name"}), 0) << err;
  EXPECT_EQ(out, "9\n8\n");
  EXPECT_EQ(calls.size(), 1u);
}

TEST_F(AuditCommandTest, exports_to_stdout_as_the_server_streams) {
  serve("GET /api/v1/audit?format=ndjson&group=vision", 200, "{\"sequence\":1}\n");
  ASSERT_EQ(run({"audit", "--group", "vision", "--export", "-"}), 0) << err;
  EXPECT_EQ(out, "{\"sequence\":1}\n");
}

TEST_F(AuditCommandTest, exports_to_a_file_that_only_its_owner_reads) {
  serve("GET /api/v1/audit?format=ndjson", 200, "{\"sequence\":1}\n");
  const std::string file = folder + "/audit.ndjson";
  ASSERT_EQ(run({"audit", "--export", file}), 0) << err;
  EXPECT_EQ(content(file), "{\"sequence\":1}\n");
  struct stat about {};
  ASSERT_EQ(::stat(file.c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);
}

TEST_F(AuditCommandTest, leaves_an_earlier_export_alone_when_it_is_refused) {
  const std::string file = write_file("audit.ndjson", "earlier\n");
  serve("GET /api/v1/audit?format=ndjson", 403,
        R"({"type":"urn:slipway:problem:denied","detail":"only admins"})");
  EXPECT_EQ(run({"audit", "--export", file}), 4);
  EXPECT_EQ(content(file), "earlier\n");
  EXPECT_FALSE(std::filesystem::exists(file + ".new"));
  EXPECT_EQ(run({"audit", "--export", folder + "/nowhere/x"}), 2);
  EXPECT_THAT(err, HasSubstr("cannot write"));
}

}  // namespace
}  // namespace slipway::cli
