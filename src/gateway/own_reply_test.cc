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

TEST(OwnReply, says_a_status_of_http_as_one_of_grpc_with_a_message_of_plain_ascii) {
  std::string lines;
  append_grpc_status(lines, 503, "100% of 'x\n' is\xc3\xa9");
  EXPECT_EQ(lines,
            "content-type: application/grpc\r\ngrpc-status: 14\r\n"
            "grpc-message: 100%25 of 'x%0A' is%C3%A9\r\n");
  for (const auto& [http, grpc] : {std::pair(401, 16), {404, 5}, {429, 8}, {501, 12}, {504, 4}}) {
    lines.clear();
    append_grpc_status(lines, http, "");
    EXPECT_NE(lines.find("grpc-status: " + std::to_string(grpc) + "\r\n"), std::string::npos);
  }
}

}  // namespace
}  // namespace slipway::gateway
