#include "snapshot/ack.h"

#include <gtest/gtest.h>

namespace slipway::snapshot {
namespace {

TEST(Ack, travels_in_target_and_headers) {
  const Ack ack{"gw-1", "k3v9", 7, 5, "[::1]:9101"};
  EXPECT_EQ(poll_target(ack), "/internal/v1/snapshot?after=7&control=k3v9");
  const Result<Ack> parsed =
      parse_ack(ack.gateway_id, ack.control_id, header_value(ack.adopted_version),
                header_value(ack.oldest_in_use_version), ack.metrics_at);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(*parsed, ack);
}

TEST(Ack, tells_the_certificates_that_are_served) {
  Ack ack{"gw-1", "", 0, 0, ""};
  ack.certificates = {{"*.models.example", 1'795'350'000}, {"", -5}, {"2001:db8::1", 0}};
  const std::string value = certificates_value(ack.certificates);
  EXPECT_EQ(value, "*.models.example=1795350000,=-5,2001:db8::1=0");
  EXPECT_EQ(parse_ack("gw-1", "", "0", "0", "", value).value(), ack);
  EXPECT_EQ(parse_certificates("")->size(), 0u);
  for (const char* bad :
       {"x", "x=", "x=1.5", "x=1 ", "X=1", "a b=1", "x=1,y", "x=99999999999999999999"}) {
    EXPECT_FALSE(parse_certificates(bad)) << bad;
  }
}

TEST(Ack, tells_no_more_certificates_than_a_head_can_hold) {
  const std::vector<ServedCertificate> many(kMostCertificates + 1, {std::string(253, 'x'), 1});
  const std::string value = certificates_value(many);
  EXPECT_EQ(parse_certificates(value)->size(), kMostCertificates);
  EXPECT_LT(value.size(), 20'000u);
  EXPECT_FALSE(parse_certificates(value + ",y=1"));
}

TEST(Ack, a_gateway_without_a_snapshot_asks_after_0) {
  const Ack ack{"gw-1", "", 0, 0, ""};
  EXPECT_EQ(poll_target(ack), "/internal/v1/snapshot?after=0");
  EXPECT_TRUE(parse_ack("gw-1", "", "0", "0", ""));
}

TEST(Ack, versions_are_decimal_digits_within_64_bits) {
  EXPECT_EQ(parse_version("18446744073709551615").value(), UINT64_MAX);
  for (const char* bad : {"", " 1", "1 ", "+1", "-1", "0x1", "1.0", "18446744073709551616", "a"}) {
    EXPECT_FALSE(parse_version(bad)) << bad;
  }
}

TEST(Ack, refuses_foreign_ids_and_an_impossible_order) {
  EXPECT_FALSE(parse_ack("", "", "0", "0", ""));
  EXPECT_FALSE(parse_ack("Gw", "", "0", "0", ""));
  EXPECT_FALSE(parse_ack("a/b", "", "0", "0", ""));
  EXPECT_FALSE(parse_ack(std::string(65, 'a'), "", "0", "0", ""));
  EXPECT_FALSE(parse_ack("gw", "a b", "0", "0", ""));
  EXPECT_FALSE(parse_ack("gw", "c", "3", "4", ""));
  EXPECT_FALSE(parse_ack("gw", "c", "4", "4", "evil.example/metrics"));
}

}  // namespace
}  // namespace slipway::snapshot
