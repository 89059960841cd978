#include "store/retention.h"

#include <gtest/gtest.h>

#include "store/api_tokens.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/idempotency_keys.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

using std::chrono::hours;

class Retention : public ::testing::Test {
 protected:
  Retention() {
    EXPECT_TRUE(store_->write([](WriteTransaction& tx) { return furnish_for_test(tx); }));
  }

  void audit_at(Timestamp time) {
    AuditRow row;
    row.time = time;
    row.action = format_rfc3339(time);
    EXPECT_TRUE(store_->write([&](WriteTransaction& tx) { return audit::append(tx, row); }));
  }
  Timestamp oldest() { return audited().at(0); }
  std::vector<Timestamp> audited() {
    const auto rows = store_->read([](ReadTransaction& tx) { return audit::after(tx, 0, 1000); });
    std::vector<Timestamp> times;
    for (const AuditRow& row : *rows) times.push_back(row.time);
    return times;
  }

  TestFolder folder_;
  TestClock clock_;
  const Timestamp now_ = clock_.now();
  std::unique_ptr<Store> store_ = open_test_store(folder_);
};

TEST_F(Retention, takes_the_oldest_audit_rows_a_few_at_a_time) {
  for (int age = 10; age > 0; --age) audit_at(now_ - hours(age));
  const auto remove = [&](int limit) {
    return store_->write(
        [&](WriteTransaction& tx) { return retention::remove_audit(tx, now_ - hours(4), limit); });
  };
  EXPECT_EQ(remove(4), 4);
  EXPECT_EQ(oldest(), now_ - hours(6));
  EXPECT_EQ(remove(4), 2);
  EXPECT_EQ(oldest(), now_ - hours(4));
  EXPECT_EQ(remove(4), 0);
}

TEST_F(Retention, stops_at_a_row_of_a_younger_time_whatever_comes_after_it) {
  audit_at(now_ - hours(9));
  audit_at(now_);
  audit_at(now_ - hours(9));  // the clock was set back
  EXPECT_EQ(store_->write([&](WriteTransaction& tx) {
    return retention::remove_audit(tx, now_ - hours(4), 100);
  }),
            1);
  EXPECT_EQ(audited().size(), 2U);
}

TEST_F(Retention, may_take_the_whole_audit_trail_and_a_sequence_is_never_given_twice) {
  audit_at(now_ - hours(9));
  EXPECT_EQ(
      store_->write([&](WriteTransaction& tx) { return retention::remove_audit(tx, now_, 100); }),
      1);
  audit_at(now_);
  const auto rows = store_->read([](ReadTransaction& tx) { return audit::after(tx, 0, 10); });
  ASSERT_EQ(rows->size(), 1U);
  EXPECT_EQ(rows->front().sequence, 2);
}

TEST_F(Retention, takes_keys_tokens_and_sessions_whose_time_is_over_and_no_others) {
  const auto done = store_->write([&](WriteTransaction& tx) -> Result<void> {
    for (const int age : {0, 23, 25, 26}) {
      // Not through insert(), which takes old ones away itself.
      TRY(tx.database()
              .prepare(
                  "INSERT INTO idempotency_keys (user_name, key, request, subject, created_at) "
                  "VALUES ('ada', ?, '', '', ?)")
              .bind(std::to_string(age))
              .bind(now_ - hours(age))
              .run());
    }
    for (const int left : {-2, -1, 1}) {
      TRY(api_tokens::insert(tx, {.id = std::to_string(left),
                                  .digest = "d" + std::to_string(left),
                                  .name = "n",
                                  .user = "ada",
                                  .may_write = true,
                                  .created_at = {},
                                  .last_used_at = {},
                                  .expires_at = now_ + hours(left)}));
      TRY(tx.database()
              .prepare("INSERT INTO sessions VALUES (CAST(? AS BLOB), 'ada', '', 0, 0, ?)")
              .bind(std::to_string(left))
              .bind(now_ + hours(left))
              .run());
    }
    return api_tokens::insert(tx, {.id = "for ever",
                                   .digest = "e",
                                   .name = "n",
                                   .user = "ada",
                                   .may_write = true,
                                   .created_at = {},
                                   .last_used_at = {},
                                   .expires_at = {}});
  });
  ASSERT_TRUE(done) << done.error().message;
  const auto removed = store_->write([&](WriteTransaction& tx) -> Result<std::vector<int64_t>> {
    TRY_ASSIGN(const int64_t keys, retention::remove_idempotency_keys(tx, now_, 100));
    TRY_ASSIGN(const int64_t tokens, retention::remove_api_tokens(tx, now_, 100));
    TRY_ASSIGN(const int64_t sessions, retention::remove_sessions(tx, now_, 100));
    return std::vector<int64_t>{keys, tokens, sessions};
  });
  EXPECT_EQ(removed, (std::vector<int64_t>{2, 2, 2}));
  const auto left = store_->read(
      [](ReadTransaction& tx) { return tx.database().integer("SELECT count(*) FROM sessions"); });
  EXPECT_EQ(left, 1);
  EXPECT_EQ(
      store_->read([](ReadTransaction& tx) { return api_tokens::of_user(tx, "ada"); })->size(), 2U);
}

}  // namespace
}  // namespace slipway::store
