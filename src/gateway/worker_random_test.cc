#include "gateway/worker_random.h"

#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <string>

namespace slipway::gateway {
namespace {

class CountingRandom : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    ++fills;
    for (std::byte& b : out) b = static_cast<std::byte>(quick_.next() >> 24);
  }
  int fills = 0;

 private:
  QuickRandom quick_{7};
};

TEST(PuidSource, makes_different_version_4_uuids) {
  CountingRandom random;
  PuidSource source(random);
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  std::set<std::string> seen;
  for (int i = 0; i < 640; ++i) {
    const std::string id(source.next());
    EXPECT_TRUE(std::regex_match(id, form)) << id;
    EXPECT_TRUE(seen.insert(id).second) << id;
  }
  EXPECT_EQ(random.fills, 10);
}

TEST(Traceparent, is_named_as_the_puid_when_that_is_a_uuid) {
  QuickRandom random(7);
  std::array<char, kTraceparentLength> text;
  const std::string made(make_traceparent(text, "0af76519-16cd-43dd-8448-eb211c80319c", random));
  EXPECT_TRUE(
      std::regex_match(made, std::regex("00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-01")))
      << made;
}

TEST(Traceparent, has_a_name_of_its_own_beside_any_other_puid) {
  QuickRandom random(7);
  std::array<char, kTraceparentLength> text;
  std::set<std::string> seen;
  for (const char* puid :
       {"", "mine", "0AF76519-16CD-43DD-8448-EB211C80319C", "00000000-0000-0000-0000-000000000000",
        "0af7651916cd43dd8448eb211c80319c0"}) {
    const std::string made(make_traceparent(text, puid, random));
    EXPECT_TRUE(std::regex_match(made, std::regex("00-[0-9a-f]{32}-[0-9a-f]{16}-01"))) << made;
    EXPECT_FALSE(made.starts_with("00-00000000000000000000000000000000")) << made;
    EXPECT_TRUE(seen.insert(made).second) << made;
  }
}

TEST(QuickRandom, reaches_every_choice_and_none_beyond) {
  QuickRandom random(0);
  std::array<int, 3> hits{};
  for (int i = 0; i < 3000; ++i) ++hits.at(random.below(3));
  for (const int n : hits) EXPECT_GT(n, 800);
}

}  // namespace
}  // namespace slipway::gateway
