#include "base/text.h"

#include <gtest/gtest.h>

namespace slipway {
namespace {

TEST(Text, becomes_lower_in_ascii_alone) {
  EXPECT_EQ(lower_ascii("Model-7 \xC3\x84Z["), "model-7 \xC3\x84z[");
}

TEST(Text, looks_like_a_host_when_it_is_a_name_a_pattern_or_an_address) {
  for (const char* good : {"models.example.org", "*.example.org", "10.0.0.7", "::1", "a_b"}) {
    EXPECT_TRUE(looks_like_host(good)) << good;
  }
  EXPECT_TRUE(looks_like_host(std::string(253, 'a')));
  EXPECT_FALSE(looks_like_host(std::string(254, 'a')));
  for (const char* bad : {"", "Models", "a b", "a\"b", "a,b", "a=b", "a\n"}) {
    EXPECT_FALSE(looks_like_host(bad)) << bad;
  }
}

}  // namespace
}  // namespace slipway
