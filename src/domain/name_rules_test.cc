#include "domain/name_rules.h"

#include <gtest/gtest.h>

namespace slipway::domain {
namespace {

TEST(NameRules, users_may_be_named_like_their_mail_address) {
  for (const std::string good : {"a", "0", "ada", "ada.l@example.org", "a-b_"}) {
    EXPECT_FALSE(check_user_name(good)) << good;
  }
  for (const std::string bad : {"", "Ada", "-a", ".a", "@a", "a b", "ä", "a/b", "a\n"}) {
    EXPECT_TRUE(check_user_name(bad)) << bad;
  }
  EXPECT_FALSE(check_user_name(std::string(64, 'a')));
  EXPECT_TRUE(check_user_name(std::string(65, 'a')));
}

TEST(NameRules, groups_take_letters_digits_and_hyphens) {
  for (const std::string good : {"a", "team-1", "0-"}) EXPECT_FALSE(check_group_name(good)) << good;
  for (const std::string bad : {"", "-a", "a.b", "a_b", "A", "a@b"}) {
    EXPECT_TRUE(check_group_name(bad)) << bad;
  }
  EXPECT_FALSE(check_group_name(std::string(63, 'a')));
  EXPECT_TRUE(check_group_name(std::string(64, 'a')));
}

TEST(NameRules, pull_secrets_are_named_like_groups) {
  for (const char* good : {"a", "0", "registry-1", "a-"}) {
    EXPECT_EQ(check_secret_name(good), std::nullopt) << good;
  }
  EXPECT_EQ(check_secret_name(std::string(63, 'a')), std::nullopt);
  for (const char* bad : {"", "-a", "A", "a.b", "a/b"}) {
    EXPECT_NE(check_secret_name(bad), std::nullopt) << bad;
  }
  EXPECT_NE(check_secret_name(std::string(64, 'a')), std::nullopt);
}

TEST(NameRules, instance_types_take_dots_and_underscores_too) {
  for (const std::string good : {"cpu-0.5", "gpu_1", "m"}) {
    EXPECT_FALSE(check_instance_type_name(good)) << good;
  }
  for (const std::string& bad : {std::string(), std::string("_a"), std::string("a@b"),
                                 std::string("A"), std::string(64, 'a')}) {
    EXPECT_TRUE(check_instance_type_name(bad)) << bad;
  }
}

TEST(NameRules, a_refusal_names_the_rule_and_what_was_given) {
  EXPECT_EQ(check_group_name("My Team"),
            "must be 1 to 63 characters of a-z, 0-9 and any of - behind the first; it is "
            "'My Team'");
}

TEST(NameRules, display_names_are_one_line_of_any_language) {
  for (const std::string good : {"", "Ada Lovelace", "數據團隊"}) {
    EXPECT_FALSE(check_display_name(good)) << good;
  }
  EXPECT_TRUE(check_display_name("two\nlines"));
  EXPECT_TRUE(check_display_name(std::string(81, 'a')));
}

TEST(NameRules, an_email_address_has_an_at_with_something_on_both_sides) {
  for (const std::string good : {"", "a@b", "ada@example.org", "\"a@b\"@c"}) {
    EXPECT_FALSE(check_email(good)) << good;
  }
  for (const std::string bad : {"a", "@b", "a@", "a b@c"}) EXPECT_TRUE(check_email(bad)) << bad;
  EXPECT_TRUE(check_email(std::string(253, 'a') + "@b"));
}

}  // namespace
}  // namespace slipway::domain
