#include "domain/text_rules.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway::domain {
namespace {

TEST(TextRules, shortened_cuts_between_characters_and_hides_controls) {
  EXPECT_EQ(shortened("short"), "short");
  EXPECT_EQ(shortened("花花花", 7), "花花...");
  EXPECT_EQ(shortened("a\nb\xff"), "a?b?");
}

TEST(TextRules, shortened_is_always_utf8_and_bounded) {
  EXPECT_TRUE(rc::check("any bytes", [](const std::string& text) {
    const std::string out = shortened(text, 10);
    RC_ASSERT(is_utf8(out));
    RC_ASSERT(out.size() <= 13U);
  }));
}

TEST(TextRules, utf8_refuses_overlong_surrogate_and_truncated_forms) {
  for (const char* bad : {"\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xed\xa0\x80",
                          "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "\xe2\x82", "\xff"}) {
    EXPECT_FALSE(is_utf8(bad));
  }
  for (const char* good :
       {"", "a", "\xc2\x80", "\xe2\x82\xac", "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
}

TEST(TextRules, trimmed_takes_blanks_from_the_ends_only) {
  EXPECT_EQ(trimmed("  a b \n"), "a b");
  EXPECT_EQ(trimmed(" \t "), "");
}

}  // namespace
}  // namespace slipway::domain
