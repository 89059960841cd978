#include "base/json.h"

#include <gtest/gtest.h>

namespace slipway {
namespace {

TEST(ParseJson, keeps_the_order_of_members) {
  const auto parsed = parse_json(R"({"b":1,"a":[true,null]})");
  ASSERT_TRUE(parsed);
  EXPECT_EQ(dump_json(*parsed), R"({"b":1,"a":[true,null]})");
}

TEST(ParseJson, refuses_what_is_not_json_and_says_where) {
  for (const char* bad : {"", "{", "{]", "nul", "{\"a\":1}x", "'a'", "{\"a\":01}", "\"\x01\""}) {
    const auto parsed = parse_json(bad);
    ASSERT_FALSE(parsed) << bad;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
    EXPECT_NE(parsed.error().message.find("byte"), std::string::npos) << parsed.error().message;
  }
}

TEST(ParseJson, refuses_a_member_that_stands_twice) {
  const auto parsed = parse_json(R"({"a":{"x":1,"x":2}})");
  ASSERT_FALSE(parsed);
  EXPECT_NE(parsed.error().message.find("'x' stands twice"), std::string::npos);
}

TEST(ParseJson, bounds_depth_and_size) {
  const std::string deep = std::string(33, '[') + std::string(33, ']');
  EXPECT_FALSE(parse_json(deep));
  EXPECT_TRUE(parse_json(deep, {.bytes = 1024, .depth = 33}));
  const auto large = parse_json(std::string(100, ' ') + "1", {.bytes = 100, .depth = 1});
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().code, ErrorCode::kTooLarge);
}

TEST(DumpJson, replaces_invalid_utf8_rather_than_failing) {
  EXPECT_EQ(dump_json(Json("a\xff")), "\"a\xef\xbf\xbd\"");
}

}  // namespace
}  // namespace slipway
