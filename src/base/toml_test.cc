#include "base/toml.h"

#include <gtest/gtest.h>

#include <string>

namespace slipway {
namespace {

TEST(Toml, becomes_json_of_the_same_shape) {
  auto json = parse_toml(
      "command = [\"python3\", \"server.py\"]\n"
      "count = 3\nratio = 0.5\nflag = true\nday = 2026-11-22\n"
      "[environment]\nMODEL_NAME = \"Iris\"\n");
  ASSERT_TRUE(json) << json.error().message;
  EXPECT_EQ((*json)["command"], Json::array({"python3", "server.py"}));
  EXPECT_EQ((*json)["count"], 3);
  EXPECT_EQ((*json)["ratio"], 0.5);
  EXPECT_EQ((*json)["flag"], true);
  EXPECT_EQ((*json)["day"], "2026-11-22");
  EXPECT_EQ((*json)["environment"]["MODEL_NAME"], "Iris");
}

TEST(Toml, an_empty_text_is_an_empty_object) {
  auto json = parse_toml("");
  ASSERT_TRUE(json);
  EXPECT_EQ(*json, Json::object());
}

TEST(Toml, names_the_line_of_what_it_cannot_read) {
  auto json = parse_toml("a = 1\nb = = 2\n");
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code, ErrorCode::kInvalid);
  EXPECT_NE(json.error().message.find("line 2"), std::string::npos) << json.error().message;
}

TEST(Toml, refuses_a_key_that_is_given_twice) { EXPECT_FALSE(parse_toml("a = 1\na = 2\n")); }

TEST(Toml, refuses_a_text_past_the_limit) {
  auto json = parse_toml(std::string(1024 * 1024 + 1, '\n'));
  ASSERT_FALSE(json);
  EXPECT_EQ(json.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace slipway
