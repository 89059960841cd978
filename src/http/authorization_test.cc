#include "http/authorization.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

TEST(Authorization, reads_basic) {
  std::string decoded;
  const auto read = parse_authorization("Basic QWxhZGRpbjpvcGVuOnNlc2FtZQ==", decoded);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->scheme, Authorization::Scheme::kBasic);
  EXPECT_EQ(read->user, "Aladdin");
  EXPECT_EQ(read->password, "open:sesame");
  EXPECT_TRUE(parse_authorization("bAsIc   Og==", decoded));  // ":"
}

TEST(Authorization, reads_bearer) {
  std::string decoded;
  const auto read = parse_authorization("bearer slw_a.B-c~d+/e==", decoded);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->scheme, Authorization::Scheme::kBearer);
  EXPECT_EQ(read->token, "slw_a.B-c~d+/e==");
}

TEST(Authorization, refuses_what_is_malformed) {
  std::string decoded;
  for (const char* bad : {"",
                          "Basic",
                          "Basic ",
                          "Bearer",
                          "Bearer ",
                          "Bearer a b",
                          "Bearer =",
                          "Bearer a=b",
                          "Digest x",
                          "Basic QWxhZGRpbjpvcGVuOnNlc2FtZQ",
                          "Basic QWxhZGRpbjpvcGVuOnNlc2FtZR==",
                          "Basic QQ==",
                          "Basic Og== ",
                          "Basic O-g=",
                          "Basic O===",
                          "Basic ====",
                          "Basic Og==Og==",
                          "Basic YToKYg==",
                          "BasicOg==",
                          "Bearer\ta"}) {
    EXPECT_FALSE(parse_authorization(bad, decoded)) << bad;
    EXPECT_EQ(decoded, "");
  }
}

TEST(Authorization, writes_basic) {
  EXPECT_EQ(basic_authorization("user", "pass"), "Basic dXNlcjpwYXNz");
}

}  // namespace
}  // namespace slipway::http
