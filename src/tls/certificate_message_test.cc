#include "tls/certificate_message.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace slipway::tls {
namespace {

RC_GTEST_PROP(CertificateMessage, comes_back_as_it_was, ()) {
  const auto pairs =
      *rc::gen::nonEmpty(rc::gen::arbitrary<std::vector<std::pair<std::string, std::string>>>());
  std::vector<CertificateText> certificates;
  for (const auto& [chain, key] : pairs) certificates.push_back({chain, key});
  const auto back = decode_certificates(encode_certificates(certificates));
  RC_ASSERT(back.has_value());
  RC_ASSERT(*back == certificates);
}

TEST(CertificateMessage, is_refused_when_it_is_cut_or_another) {
  const std::string whole = encode_certificates({{"chain", "key"}});
  ASSERT_TRUE(decode_certificates(whole));
  for (size_t i = 0; i < whole.size(); ++i) EXPECT_FALSE(decode_certificates(whole.substr(0, i)));
  EXPECT_FALSE(decode_certificates(whole + "1"));
  EXPECT_FALSE(decode_certificates(encode_certificates({})));
}

}  // namespace
}  // namespace slipway::tls
