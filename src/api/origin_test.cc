#include "api/origin.h"

#include <gtest/gtest.h>

namespace slipway::api {
namespace {

TEST(Origin, is_scheme_and_authority_in_small_letters_without_the_default_port) {
  EXPECT_EQ(origin_of("https://Example.org:443/x"), "https://example.org");
  EXPECT_EQ(origin_of("HTTP://example.org:80"), "http://example.org");
  EXPECT_EQ(origin_of("http://127.0.0.1:8080/"), "http://127.0.0.1:8080");
  EXPECT_EQ(origin_of("http://example.org:443"), "http://example.org:443");
  EXPECT_EQ(origin_of("null"), "null");
}

TEST(Origin, authority_and_scheme_apart) {
  EXPECT_EQ(authority_of("https://Example.org:8443/x"), "example.org:8443");
  EXPECT_EQ(authority_of("http://[::1]:8080"), "[::1]:8080");
  EXPECT_TRUE(is_https("HTTPS://example.org"));
  EXPECT_FALSE(is_https("http://example.org/https://"));
}

}  // namespace
}  // namespace slipway::api
