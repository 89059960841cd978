#include "base/base64url.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway {
namespace {

TEST(Base64Url, writes_the_vectors_of_rfc_4648_without_padding) {
  const std::pair<std::string, std::string> vectors[] = {
      {"", ""},           {"f", "Zg"},          {"fo", "Zm8"},          {"foo", "Zm9v"},
      {"foob", "Zm9vYg"}, {"fooba", "Zm9vYmE"}, {"foobar", "Zm9vYmFy"}, {"\xfb\xff", "-_8"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64url_encode(bytes), text);
    EXPECT_EQ(base64url_decode(text), bytes);
  }
}

TEST(Base64Url, refuses_what_is_not_the_one_text_of_a_value) {
  for (const char* text : {"Zg==", "Z", "Zh", "Zm9", "Z+", "Z/", "Zg\n", " Zg", "Zm 8"}) {
    EXPECT_EQ(base64url_decode(text), std::nullopt) << text;
  }
}

TEST(Base64Url, reads_back_what_it_wrote) {
  EXPECT_TRUE(rc::check("round trip", [](const std::string& bytes) {
    RC_ASSERT(base64url_decode(base64url_encode(bytes)) == bytes);
  }));
}

}  // namespace
}  // namespace slipway
