#include "tls/certificate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tls/memory_client_test.h"

namespace slipway::tls {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string why(const CertificateText& text) {
  const auto facts = inspect(text);
  return facts ? "it was taken" : facts.error().message;
}

TEST(Certificate, tells_names_and_dates) {
  const auto facts = inspect(certificate_for(
      {"Models.Example", "*.models.example", "192.0.2.1", "2001:db8::1"}, std::chrono::hours(48)));
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_THAT(facts->names,
              ElementsAre("models.example", "*.models.example", "192.0.2.1", "2001:db8::1"));
  EXPECT_EQ(facts->name(), "models.example");
  EXPECT_EQ(facts->not_before, kThen);
  EXPECT_EQ(facts->not_after, kThen + std::chrono::hours(48));
}

TEST(Certificate, takes_a_chain_behind_it) {
  CertificateText text = certificate_for({"one.example"});
  text.chain += certificate_for({"above.example"}).chain;
  const auto facts = inspect(text);
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->name(), "one.example");
}

TEST(Certificate, says_what_is_wrong) {
  const CertificateText good = certificate_for({"one.example"});
  EXPECT_THAT(why({"", good.key}), HasSubstr("certificate file holds no certificate"));
  EXPECT_THAT(why({good.key, good.key}), HasSubstr("certificate file holds no certificate"));
  EXPECT_THAT(why({good.chain, ""}), HasSubstr("key file holds no private key"));
  EXPECT_THAT(why({good.chain, certificate_for({"x"}).key}),
              HasSubstr("the key is not that of the certificate"));
  std::string cut = good.chain;
  cut += good.chain.substr(0, good.chain.size() / 2);
  EXPECT_THAT(why({cut, good.key}), HasSubstr("chain behind the certificate is broken"));
  std::string damaged = good.chain;
  damaged.replace(damaged.size() / 2, 8, "????????");
  EXPECT_NE(why({damaged, good.key}), "it was taken");
  EXPECT_THAT(why({good.chain, good.key}), "it was taken");
}

TEST(Certificate, no_message_holds_a_part_of_the_key) {
  const CertificateText good = certificate_for({"one.example"});
  const std::string message = why({good.chain, certificate_for({"x"}).key + good.key});
  EXPECT_EQ(message.find(good.key.substr(30, 20)), std::string::npos);
}

TEST(ChooseCertificate, prefers_exact_names_then_wildcards_of_one_label_then_the_first) {
  const std::vector<std::vector<std::string>> names = {
      {"first.example"}, {"*.models.example"}, {"a.models.example", "192.0.2.1"}};
  EXPECT_EQ(choose_certificate(names, "first.example"), 0u);
  EXPECT_EQ(choose_certificate(names, "a.models.example"), 2u);
  EXPECT_EQ(choose_certificate(names, "A.Models.Example."), 2u);
  EXPECT_EQ(choose_certificate(names, "b.models.example"), 1u);
  EXPECT_EQ(choose_certificate(names, "c.b.models.example"), 0u);
  EXPECT_EQ(choose_certificate(names, "models.example"), 0u);
  EXPECT_EQ(choose_certificate(names, ".models.example"), 0u);
  EXPECT_EQ(choose_certificate(names, ""), 0u);
  EXPECT_EQ(choose_certificate({}, "x"), 0u);
}

}  // namespace
}  // namespace slipway::tls
