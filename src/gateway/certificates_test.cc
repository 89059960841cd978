#include "gateway/certificates.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "os/message_pair.h"
#include "tls/certificate_message.h"
#include "tls/self_signed.h"

namespace slipway::gateway {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Timestamp kThen{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}};

tls::CertificateText certificate(const std::string& name, int days = 90) {
  return *tls::make_self_signed({name}, kThen, kThen + std::chrono::days(days));
}

struct CertificatesTest : testing::Test {
  void send(const std::vector<tls::CertificateText>& certificates) {
    ASSERT_TRUE(os::send_message(pair.sender.get(), tls::encode_certificates(certificates)));
  }
  void turn() {
    reactor->post([this] { reactor->stop(); });
    reactor->run();
  }
  std::string page(const Certificates& certificates) {
    telemetry::Scrape scrape;
    certificates.collect(scrape);
    return std::move(scrape).text();
  }

  std::unique_ptr<os::Reactor> reactor = std::move(*os::make_reactor());
  os::MessagePair pair = std::move(*os::make_message_pair());
};

TEST_F(CertificatesTest, hands_on_what_comes_later_and_keeps_what_it_has_when_that_is_broken) {
  const auto first = certificate("first.example");
  const auto second = certificate("second.example");
  send({first});
  auto made = Certificates::make(*reactor, pair.receiver.get(), Logger::silent());
  ASSERT_TRUE(made) << made.error().message;
  Certificates& certificates = **made;
  EXPECT_EQ(certificates.identity()->certificates, std::vector{first});
  std::vector<Certificates::Identity> told;
  ASSERT_TRUE(
      certificates.watch([&](Certificates::Identity identity) { told.push_back(identity); }));

  send({{first.chain, second.key}});
  turn();
  ASSERT_TRUE(os::send_message(pair.sender.get(), "nonsense"));
  turn();
  EXPECT_EQ(told.size(), 0u);
  EXPECT_EQ(certificates.identity()->certificates, std::vector{first});

  send({second, first});
  turn();
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0]->certificates, (std::vector{second, first}));

  pair.sender.reset();
  turn();
  EXPECT_EQ(certificates.identity(), told[0]);
}

TEST_F(CertificatesTest, needs_some_to_begin_with) {
  EXPECT_FALSE(Certificates::make(*reactor, pair.receiver.get(), Logger::silent()));
}

TEST_F(CertificatesTest, shows_for_each_name_what_ends_first) {
  send({certificate("a.example", 30), certificate("a.example", 10), certificate("b.example", 90)});
  const auto made = Certificates::make(*reactor, pair.receiver.get(), Logger::silent());
  ASSERT_TRUE(made);
  const std::string text = page(**made);
  const auto line = [](const char* name, int days) {
    return fmt::format("expiry_timestamp_seconds{{name=\"{}\"}} {}", name,
                       to_unix_micros(kThen + std::chrono::days(days)) / 1'000'000);
  };
  EXPECT_THAT(text, HasSubstr(line("a.example", 10)));
  EXPECT_THAT(text, Not(HasSubstr(line("a.example", 30))));
  EXPECT_THAT(text, HasSubstr(line("b.example", 90)));
}

}  // namespace
}  // namespace slipway::gateway
