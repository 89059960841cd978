#include "control/webhook_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

namespace slipway::control {
namespace {

using testing::HasSubstr;

PrivateAddresses allowing(std::string_view text) {
  return PrivateAddresses::parse(text).value_or(PrivateAddresses{});
}
const PrivateAddresses kNone;
const PrivateAddresses kAll = allowing("all");

std::string text_of(int family, const std::string& bytes) {
  std::array<char, INET6_ADDRSTRLEN> text = {};
  return inet_ntop(family, bytes.data(), text.data(), text.size());
}

TEST(WebhookAddress, metadata_services_and_their_kind_are_never_reached) {
  for (const char* address : {"169.254.169.254",
                              "169.254.170.2",
                              "fe80::1",
                              "fe80::a9fe:a9fe",
                              "fd00:ec2::254",
                              "fd20:ce::254",
                              "100.100.100.200",
                              "168.63.129.16",
                              "192.0.0.192",
                              "0.0.0.0",
                              "0.1.2.3",
                              "::",
                              "224.0.0.1",
                              "255.255.255.255",
                              "240.0.0.1",
                              "ff02::1",
                              "::ffff:169.254.169.254",
                              "::169.254.169.254",
                              "64:ff9b::a9fe:a9fe",
                              "64:ff9b:1::a9fe:a9fe",
                              "2002:a9fe:a9fe::1",
                              "::ffff:0:169.254.169.254",
                              "2001:0:1:2:3:4:5:6",
                              "4000::1",
                              "not an address",
                              ""}) {
    EXPECT_EQ(reach_of(address), Reach::kNever) << address;
    EXPECT_FALSE(check_address(address, kAll)) << address;
  }
}

TEST(WebhookAddress, private_ones_are_reached_only_when_allowed) {
  for (const char* address :
       {"127.0.0.1", "127.255.0.1", "::1", "10.0.0.1", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "100.64.0.1", "fc00::1", "fdff::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "64:ff9b::7f00:1", "2002:7f00:1::", "198.18.0.1", "192.0.2.1", "2001:db8::1"}) {
    EXPECT_EQ(reach_of(address), Reach::kPrivate) << address;
    EXPECT_FALSE(check_address(address, kNone)) << address;
    EXPECT_TRUE(check_address(address, kAll)) << address;
  }
}

TEST(WebhookAddress, public_ones_are_reached) {
  for (const char* address : {"1.1.1.1", "172.32.0.1", "172.15.255.255", "11.0.0.1", "100.128.0.1",
                              "2606:4700::1111", "64:ff9b::101:101", "::ffff:8.8.8.8"}) {
    EXPECT_EQ(reach_of(address), Reach::kPublic) << address;
    EXPECT_TRUE(check_address(address, kNone)) << address;
  }
}

TEST(WebhookAddress, networks_are_allowed_one_by_one) {
  const PrivateAddresses some = allowing("10.1.0.0/16, fd00:1::/32,127.0.0.1");
  for (const char* good : {"10.1.2.3", "::ffff:10.1.2.3", "fd00:1::5", "127.0.0.1"}) {
    EXPECT_TRUE(check_address(good, some)) << good;
  }
  for (const char* bad : {"10.2.0.1", "fd00:2::5", "127.0.0.2", "::1", "169.254.169.254"}) {
    EXPECT_FALSE(check_address(bad, some)) << bad;
  }
  EXPECT_TRUE(PrivateAddresses::parse(" "));
  for (const char* bad : {"10.1.0.0/33", "10.1/16", "any", "10.0.0.0/8,", "10.0.0.0/", "::/129",
                          "10.0.0.0/-1", "127.0.0.1/8x"}) {
    const auto refused = PrivateAddresses::parse(bad);
    ASSERT_FALSE(refused) << bad;
    EXPECT_THAT(refused.error().message, HasSubstr("is no network"));
  }
}

TEST(WebhookAddress, a_url_is_plain) {
  for (const char* good :
       {"https://hooks.example/a?b=c%20d", "http://hooks.example:8080", "https://1.1.1.1/x",
        "https://[2606:4700::1111]:8443/x", "https://a_b-c.example./", "https://x.example?q"}) {
    EXPECT_EQ(url_problem(good, kNone), "") << good;
  }
  const std::pair<std::string, const char*> bad[] = {
      {"", "https://"},
      {"ftp://hooks.example/", "https://"},
      {"HTTPS//x", "https://"},
      {"https://", "host name"},
      {"https:///x", "host name"},
      {"https://ada:secret@hooks.example/", "no user"},
      {"https://hooks.example@169.254.169.254/", "no user"},
      {"https://hooks.example\\@169.254.169.254/", "backslash"},
      {"https://hooks.example/#x", "fragment"},
      {"https://hooks.example:0/", "port"},
      {"https://hooks.example:65536/", "port"},
      {"https://hooks.example:8o/", "port"},
      {"https://hooks.example: 80/", "visible"},
      {"https://höoks.example/", "visible"},
      {"https://hooks%2eexample/", "host name"},
      {"https://2130706433/", "four decimal"},
      {"https://0x7f000001/", "four decimal"},
      {"https://0177.0.0.1/", "four decimal"},
      {"https://127.1/", "four decimal"},
      {"https://127.0.0.1./", "four decimal"},
      {"https://127.0.0.1/", "webhook_private_addresses"},
      {"https://[::1]/", "webhook_private_addresses"},
      {"https://[::ffff:169.254.169.254]/", "never"},
      {"https://169.254.169.254/latest/meta-data", "never"},
      {"https://[fe80::1%25eth0]/", "IPv6"},
      {"https://[::1/", "']'"},
      {"https://[1.1.1.1]/", "IPv6"},
      {"https://x.example/" + std::string(2000, 'a'), "2000 bytes"}};
  for (const auto& [url, problem] : bad) {
    EXPECT_THAT(url_problem(url, kNone), HasSubstr(problem)) << url;
  }
  EXPECT_EQ(url_problem("http://127.0.0.1:9/", kAll), "");
}

RC_GTEST_PROP(WebhookAddress, an_ipv4_address_is_the_same_in_every_ipv6_one, ()) {
  std::string four(4, '\0');
  for (char& byte : four) byte = static_cast<char>(*rc::gen::inRange(0, 256));
  const std::string plain = text_of(AF_INET, four);
  const Reach reach = reach_of(plain);
  const std::string zeros(10, '\0');
  for (const std::string& six :
       {zeros + "\xff\xff" + four, std::string("\0\x64\xff\x9b", 4) + std::string(8, '\0') + four,
        "\x20\x02" + four + zeros}) {
    RC_ASSERT(reach_of(text_of(AF_INET6, six)) == reach);
    RC_ASSERT(check_address(text_of(AF_INET6, six), kNone).has_value() ==
              check_address(plain, kNone).has_value());
  }
}

RC_GTEST_PROP(WebhookAddress, link_local_is_never_reached_whatever_is_allowed, ()) {
  const auto low = static_cast<char>(*rc::gen::inRange(0, 256));
  const auto lower = static_cast<char>(*rc::gen::inRange(0, 256));
  RC_ASSERT(!check_address(text_of(AF_INET, std::string("\xa9\xfe") + low + lower), kAll));
  std::string six(16, '\0');
  for (char& byte : six) byte = static_cast<char>(*rc::gen::inRange(0, 256));
  six[0] = '\xfe';
  six[1] = static_cast<char>(0x80 | (six[1] & 0x3f));
  RC_ASSERT(!check_address(text_of(AF_INET6, six), kAll));
}

RC_GTEST_PROP(WebhookAddress, no_url_takes_us_to_a_host_that_is_not_written_there, ()) {
  const auto url = "https://" + *rc::gen::container<std::string>(
                                    rc::gen::elementOf(std::string("a1.:/@[]?#\\%x-_0")));
  if (!url_problem(url, kNone).empty()) return;
  const std::string rest = url.substr(8);
  const std::string authority = rest.substr(0, rest.find_first_of("/?"));
  RC_ASSERT(!authority.empty());
  RC_ASSERT(authority.find_first_of("@\\#%") == std::string::npos);
}

}  // namespace
}  // namespace slipway::control
