#include "http/status.h"

#include <gtest/gtest.h>

namespace slipway::http {
namespace {

TEST(Status, every_code_has_a_phrase) {
  EXPECT_EQ(reason_phrase(200), "OK");
  EXPECT_EQ(reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(reason_phrase(499), "Client Error");
  for (int status = 100; status < 600; ++status) EXPECT_FALSE(reason_phrase(status).empty());
}

TEST(Status, some_codes_never_have_a_body) {
  EXPECT_TRUE(status_forbids_body(101));
  EXPECT_TRUE(status_forbids_body(204));
  EXPECT_TRUE(status_forbids_body(304));
  EXPECT_FALSE(status_forbids_body(200));
  EXPECT_FALSE(status_forbids_body(205));
}

}  // namespace
}  // namespace slipway::http
