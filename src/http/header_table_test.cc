#include "http/header_table.h"

#include <gtest/gtest.h>

#include <string>

namespace slipway::http {
namespace {

static_assert(lookup_header("Content-Length") == HeaderId::kContentLength);
static_assert(lookup_header("HOST") == HeaderId::kHost);
static_assert(lookup_header("x-nobody-knows") == HeaderId::kOther);

TEST(HeaderTable, finds_every_name_in_any_case) {
  for (size_t i = 1; i < kHeaderIdCount; ++i) {
    std::string name(kHeaderNames[i]);
    EXPECT_EQ(lookup_header(name), static_cast<HeaderId>(i)) << name;
    for (char& c : name) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    EXPECT_EQ(lookup_header(name), static_cast<HeaderId>(i)) << name;
  }
}

TEST(HeaderTable, both_lookups_agree_on_tokens) {
  for (size_t i = 1; i < kHeaderIdCount; ++i) {
    const std::string name(kHeaderNames[i]);
    EXPECT_EQ(lookup_token(name), static_cast<HeaderId>(i)) << name;
    for (size_t at = 0; at < name.size(); ++at) {
      for (const char c : std::string_view("Aa-_~^19X`|!#$%&'*+.")) {
        std::string changed = name;
        changed[at] = c;
        EXPECT_EQ(lookup_token(changed), lookup_header(changed)) << changed;
      }
      std::string upper = name;
      upper[at] = static_cast<char>(name[at] >= 'a' ? name[at] - 32 : name[at]);
      EXPECT_EQ(lookup_token(upper), static_cast<HeaderId>(i)) << upper;
    }
    EXPECT_EQ(lookup_token(name + "x"), lookup_header(name + "x"));
  }
}

TEST(HeaderTable, names_are_lower_case_sorted_and_unique) {
  for (size_t i = 1; i < kHeaderIdCount; ++i) {
    EXPECT_LT(kHeaderNames[i - 1], kHeaderNames[i]);
    EXPECT_EQ(kHeaderNames[i].find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ"), std::string_view::npos);
  }
}

TEST(HeaderTable, does_not_take_a_near_miss_for_a_known_name) {
  EXPECT_EQ(lookup_header(""), HeaderId::kOther);
  EXPECT_EQ(lookup_header("hos"), HeaderId::kOther);
  EXPECT_EQ(lookup_header("hostt"), HeaderId::kOther);
  EXPECT_EQ(lookup_header("content_length"), HeaderId::kOther);
  EXPECT_EQ(lookup_header("content\rlength"), HeaderId::kOther);
  EXPECT_EQ(lookup_header("content-lengtH\x00"), HeaderId::kContentLength);
  EXPECT_EQ(lookup_header(std::string_view("host\0", 5)), HeaderId::kOther);
}

}  // namespace
}  // namespace slipway::http
