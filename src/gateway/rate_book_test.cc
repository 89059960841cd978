#include "gateway/rate_book.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace slipway::gateway {
namespace {

TEST(RateBook, gives_a_deployment_its_bucket_for_as_long_as_anybody_holds_it) {
  RateBook book;
  const auto iris = book.of("iris");
  EXPECT_EQ(book.of("iris"), iris);
  EXPECT_NE(book.of("mnist"), iris);
  std::weak_ptr<RateLimit> mnist = book.of("mnist");
  EXPECT_TRUE(mnist.expired());
}

TEST(RateBook, forgets_those_that_are_gone_and_none_that_is_held) {
  RateBook book;
  std::vector<std::shared_ptr<RateLimit>> held;
  for (int i = 0; i < 100; ++i) held.push_back(book.of("held-" + std::to_string(i)));
  for (int i = 0; i < 10'000; ++i) book.of("gone-" + std::to_string(i));
  EXPECT_LE(book.size(), 400u);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(book.of("held-" + std::to_string(i)), held[static_cast<size_t>(i)]);
  }
}

}  // namespace
}  // namespace slipway::gateway
