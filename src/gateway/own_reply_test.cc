#include "gateway/own_reply.h"

#include <gtest/gtest.h>

namespace slipway::gateway {
namespace {

TEST(OwnReply, speaks_seldon_to_prediction_clients) {
  std::string out;
  append_seldon_failure(out, 503, "deployment 'iris' is stopped", "stopped by alice");
  EXPECT_EQ(out, R"({"status":{"code":503,"info":"deployment 'iris' is stopped",)"
                 R"("reason":"stopped by alice","status":"FAILURE"}})");
}

TEST(OwnReply, speaks_problems_to_everybody_else) {
  std::string out;
  append_problem(out, 404, "nothing here");
  EXPECT_EQ(out,
            R"({"type":"about:blank","title":"Not Found","status":404,"detail":"nothing here"})");
}

TEST(OwnReply, never_lets_foreign_bytes_out_of_their_string) {
  std::string out;
  append_json_text(out, "a\"b\\c\n\x01\x7f\xc3\xa9");
  EXPECT_EQ(out, R"("a\"b\\c\u000a\u0001\u007f??")");
}

}  // namespace
}  // namespace slipway::gateway
