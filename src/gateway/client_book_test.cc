#include "gateway/client_book.h"

#include <gtest/gtest.h>

namespace slipway::gateway {
namespace {

using Uses = std::vector<snapshot::ClientUse>;

TEST(ClientBook, sums_the_workers_up_and_tells_each_request_once) {
  ClientBook book(2);
  const auto bot = book.page("iris", "bot");
  EXPECT_EQ(book.page("iris", "bot"), bot);
  EXPECT_NE(book.page("mnist", "bot"), bot);
  EXPECT_EQ(book.unreported(10), Uses{});
  bot->count(0, 100);
  bot->count(1, 300);
  bot->count(0, 200);
  const Uses uses = book.unreported(10);
  EXPECT_EQ(uses, (Uses{{"iris", "bot", 3, 300}}));
  // A report that nobody answered is made again, with what came meanwhile.
  bot->count(1, 400);
  EXPECT_EQ(book.unreported(10), (Uses{{"iris", "bot", 4, 400}}));
  book.reported(uses);
  EXPECT_EQ(book.unreported(10), (Uses{{"iris", "bot", 1, 400}}));
}

TEST(ClientBook, forgets_a_client_that_left_only_after_it_was_told) {
  ClientBook book(1);
  auto bot = book.page("iris", "bot");
  bot->count(0, 100);
  bot.reset();
  const Uses uses = book.unreported(10);
  ASSERT_EQ(uses.size(), 1u);
  book.reported(uses);
  EXPECT_EQ(book.unreported(10), Uses{});
  // Another page: the old one is gone, and what it counted with it.
  book.page("iris", "bot")->count(0, 200);
  EXPECT_EQ(book.unreported(10), (Uses{{"iris", "bot", 1, 200}}));
}

TEST(ClientBook, keeps_a_report_within_its_bound) {
  ClientBook book(1);
  for (const char* name : {"a", "b", "c"}) book.page("iris", name)->count(0, 1);
  const Uses first = book.unreported(2);
  ASSERT_EQ(first.size(), 2u);
  book.reported(first);
  EXPECT_EQ(book.unreported(2).size(), 1u);
}

}  // namespace
}  // namespace slipway::gateway
