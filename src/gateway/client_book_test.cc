#include "gateway/client_book.h"

#include <gtest/gtest.h>

namespace slipway::gateway {
namespace {

using Told = std::vector<snapshot::ClientTraffic>;

TEST(ClientBook, sums_the_workers_up_and_tells_each_request_once) {
  ClientBook book(2);
  const auto bot = book.page("iris", "bot");
  EXPECT_EQ(book.page("iris", "bot"), bot);
  EXPECT_NE(book.page("mnist", "bot"), bot);
  EXPECT_EQ(book.take_new(), Told{});
  bot->count(0, 100);
  bot->count(1, 300);
  bot->count(0, 200);
  EXPECT_EQ(book.take_new(), (Told{{"iris", "bot", 3, 300}}));
  bot->count(1, 400);
  EXPECT_EQ(book.take_new(), (Told{{"iris", "bot", 1, 400}}));
  EXPECT_EQ(book.take_new(), Told{});
}

TEST(ClientBook, forgets_a_client_that_left_only_after_it_was_told) {
  ClientBook book(1);
  auto bot = book.page("iris", "bot");
  bot->count(0, 100);
  bot.reset();
  EXPECT_EQ(book.take_new().size(), 1u);
  EXPECT_EQ(book.take_new(), Told{});
  // Another page: the old one is gone, and what it counted with it.
  book.page("iris", "bot")->count(0, 200);
  EXPECT_EQ(book.take_new(), (Told{{"iris", "bot", 1, 200}}));
}

}  // namespace
}  // namespace slipway::gateway
