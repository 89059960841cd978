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

TEST(QuickRandom, reaches_every_choice_and_none_beyond) {
  QuickRandom random(0);
  std::array<int, 3> hits{};
  for (int i = 0; i < 3000; ++i) ++hits.at(random.below(3));
  for (const int n : hits) EXPECT_GT(n, 800);
}

}  // namespace
}  // namespace slipway::gateway
