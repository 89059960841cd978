#include "identity/oidc/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace slipway::identity::oidc {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Config good() { return {.issuer = "https://id.example.org/realm", .client_id = "slipway"}; }

TEST(OidcConfig, reads_a_group_map_whose_values_may_hold_equals_signs_and_commas) {
  const auto map = parse_group_map(" data=research ; cn=ops,ou=teams=platform:admin;");
  ASSERT_TRUE(map.has_value());
  EXPECT_THAT(*map, ElementsAre(GroupMapping{"data", "research", false},
                                GroupMapping{"cn=ops,ou=teams", "platform", true}));
  EXPECT_TRUE(parse_group_map("")->empty());
}

TEST(OidcConfig, names_the_entry_of_a_group_map_that_is_wrong) {
  for (const char* text :
       {"research", "=research", "a=", "a=Research", "a=b:owner", "ok=ok;a=b c"}) {
    const auto map = parse_group_map(text);
    ASSERT_FALSE(map.has_value()) << text;
    EXPECT_THAT(map.error().message, HasSubstr("value=group"));
  }
}

TEST(OidcConfig, trusts_https_and_plain_http_only_to_this_machine) {
  for (const char* url : {"https://id.example.org", "https://id.example.org:8443/a?b=c",
                          "http://127.0.0.1:3000", "http://localhost/x", "http://[::1]:3000/x"}) {
    EXPECT_TRUE(is_trusted_url(url)) << url;
  }
  for (const char* url : {"http://id.example.org", "http://127.0.0.1.example.org", "https://",
                          "https://ada@id.example.org", "http://localhost@evil.example", "ftp://x",
                          "https://id.example.org/#a", "https://id.example.org/a b", "",
                          "http://localhost.evil.example/", "https://a\\b"}) {
    EXPECT_FALSE(is_trusted_url(url)) << url;
  }
}

TEST(OidcConfig, names_every_setting_that_is_wrong) {
  EXPECT_TRUE(check_config(good()).has_value());
  Config wrong = good();
  wrong.issuer = "http://id.example.org";
  wrong.client_id = "";
  wrong.scopes = "profile openidx";
  wrong.user_claim = "";
  wrong.groups_claim = "";
  wrong.admin_value = "root";
  wrong.label = "";
  const auto checked = check_config(wrong);
  ASSERT_FALSE(checked.has_value());
  std::vector<std::string> names;
  for (const FieldError& fault : checked.error().fields) names.push_back(fault.path);
  EXPECT_THAT(names, ElementsAre("oidc_issuer", "oidc_client_id", "oidc_scopes", "oidc_user_claim",
                                 "oidc_groups_claim", "oidc_label"));
}

}  // namespace
}  // namespace slipway::identity::oidc
