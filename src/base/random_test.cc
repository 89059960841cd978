#include "base/random.h"

#include <gtest/gtest.h>

#include <random>
#include <regex>

namespace slipway {
namespace {

class SeededRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& b : out) b = static_cast<std::byte>(engine_());
  }

 private:
  std::mt19937 engine_{42};
};

TEST(Random, below_stays_below_and_reaches_every_value) {
  SeededRandom random;
  std::array<int, 7> seen{};
  for (int i = 0; i < 7000; ++i) ++seen.at(random.below(7));
  for (const int count : seen) EXPECT_GT(count, 700);
}

TEST(Random, an_id_tail_is_base_36) {
  SeededRandom random;
  EXPECT_TRUE(std::regex_match(random.base36(5), std::regex("[a-z0-9]{5}")));
}

TEST(Random, a_uuid_has_version_4_and_the_variant_of_rfc_9562) {
  SeededRandom random;
  const std::regex form("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(std::regex_match(random.uuid(), form));
}

}  // namespace
}  // namespace slipway
