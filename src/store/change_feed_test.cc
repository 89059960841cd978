#include "store/change_feed.h"

#include <gtest/gtest.h>

#include "store/events.h"
#include "store/statuses.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

TEST(ChangeFeed, tells_what_a_commit_changed_after_it_is_readable) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  ASSERT_TRUE(store->write([](WriteTransaction& tx) { return furnish_for_test(tx); }));
  std::vector<Change> heard;
  const auto subscription =
      store->change_feed().subscribe([&](const Change& change) { heard.push_back(change); });
  ASSERT_TRUE(store->write([](WriteTransaction& tx) { return insert_sample(tx, "iris"); }));
  ASSERT_TRUE(store->write([](WriteTransaction& tx) {
    domain::Status status;
    status.phase = domain::Phase::kDeployed;
    return statuses::put(tx, "iris", status, Timestamp{});
  }));
  // write() returns after the listeners were told.
  ASSERT_EQ(heard.size(), 2U);
  EXPECT_EQ(heard[0].desired, std::set<std::string>{"iris"});
  EXPECT_TRUE(heard[1].desired.empty());
  EXPECT_EQ(heard[1].observed, std::set<std::string>{"iris"});
  EXPECT_LT(heard[0].sequence, heard[1].sequence);
}

TEST(ChangeFeed, says_nothing_of_what_was_undone_or_changed_nothing) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  ASSERT_TRUE(store->write([](WriteTransaction& tx) { return furnish_for_test(tx); }));
  int heard = 0;
  const auto subscription = store->change_feed().subscribe([&](const Change&) { ++heard; });
  EXPECT_FALSE(store->write([](WriteTransaction& tx) -> Result<void> {
    TRY(insert_sample(tx, "iris"));
    return fail(ErrorCode::kInvalid, "no");
  }));
  EXPECT_TRUE(store->write([](WriteTransaction&) -> Result<void> { return {}; }));
  EXPECT_EQ(heard, 0);
}

TEST(ChangeFeed, ends_with_its_subscription_which_may_outlive_it) {
  ChangeFeed::Subscription subscription;
  int heard = 0;
  {
    ChangeFeed feed;
    subscription = feed.subscribe([&](const Change&) { ++heard; });
    Change change;
    change.desired = {"iris"};
    feed.announce(change);
    subscription = feed.subscribe([](const Change&) {});
    feed.announce(change);
  }
  EXPECT_EQ(heard, 1);
}

}  // namespace
}  // namespace slipway::store
