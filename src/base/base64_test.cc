#include "base/base64.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway {
namespace {

TEST(Base64, has_one_spelling_per_value) {
  const bool holds = rc::check([](const std::string& bytes) {
    std::string decoded;
    const std::string text = base64_encode(bytes);
    RC_ASSERT(base64_decode(text, decoded));
    RC_ASSERT(decoded == bytes);
  });
  EXPECT_TRUE(holds);
  const bool canonical = rc::check([] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ABCDabcd0123+/=")));
    std::string decoded;
    if (base64_decode(text, decoded)) RC_ASSERT(base64_encode(decoded) == text);
  });
  EXPECT_TRUE(canonical);
}

}  // namespace
}  // namespace slipway
