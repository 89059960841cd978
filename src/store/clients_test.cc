#include "store/clients.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::store {
namespace {

class ClientsTableTest : public testing::Test {
 protected:
  ClientsTableTest() : store_(open_test_store(folder_)) {
    const Result<void> furnished = store_->write([](WriteTransaction& tx) -> Result<void> {
      TRY(furnish_for_test(tx));
      TRY(insert_sample(tx, "iris"));
      return insert_sample(tx, "mnist");
    });
    EXPECT_TRUE(furnished);
    listening_ = store_->change_feed().subscribe([this](const Change& change) {
      changed_.insert(change.desired.begin(), change.desired.end());
      announced_ += 1;
    });
  }

  static ClientRow bot() {
    return {.deployment_id = "iris",
            .name = "bot",
            .digest = std::string("\x01\x00\x02", 3),
            .previous_digest = {},
            .created_by = "ada",
            .created_at = from_unix_micros(5)};
  }
  Result<void> insert(const ClientRow& row) {
    return store_->write([&](WriteTransaction& tx) { return clients::insert(tx, row); });
  }
  std::optional<ClientRow> find(const std::string& deployment, const std::string& name) {
    return store_->read([&](ReadTransaction& tx) { return clients::find(tx, deployment, name); })
        .value();
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
  std::set<std::string> changed_;
  int announced_ = 0;
  ChangeFeed::Subscription listening_;
};

TEST_F(ClientsTableTest, gives_back_what_was_put_in) {
  ClientRow full = bot();
  full.previous_digest = std::string("\x00\x07", 2);
  full.previous_until = from_unix_micros(6);
  full.expires_at = from_unix_micros(7);
  full.requests_per_minute = 60;
  full.last_used_at = from_unix_micros(8);
  full.requests = 9;
  ClientRow plain = bot();
  plain.name = "plain";
  ASSERT_TRUE(insert(full));
  ASSERT_TRUE(insert(plain));
  const auto all =
      store_->read([&](ReadTransaction& tx) { return clients::of_deployment(tx, "iris"); });
  ASSERT_TRUE(all);
  EXPECT_EQ(*all, (std::vector<ClientRow>{full, plain}));
  EXPECT_EQ(find("iris", "plain"), plain);
  EXPECT_EQ(find("mnist", "bot"), std::nullopt);
}

TEST_F(ClientsTableTest, takes_a_name_once_for_each_deployment) {
  ASSERT_TRUE(insert(bot()));
  EXPECT_EQ(insert(bot()).error().code, ErrorCode::kConflict);
  ClientRow other = bot();
  other.deployment_id = "mnist";
  EXPECT_TRUE(insert(other));
}

TEST_F(ClientsTableTest, announces_what_gateways_must_know_and_not_what_they_reported) {
  ASSERT_TRUE(insert(bot()));
  EXPECT_EQ(changed_, std::set<std::string>{"iris"});
  changed_.clear();
  ClientRow rotated = bot();
  rotated.digest = "new";
  rotated.previous_digest = bot().digest;
  rotated.previous_until = from_unix_micros(100);
  ASSERT_TRUE(store_->write([&](WriteTransaction& tx) { return clients::update(tx, rotated); }));
  EXPECT_EQ(find("iris", "bot"), rotated);
  EXPECT_EQ(changed_, std::set<std::string>{"iris"});

  const int before = announced_;
  ASSERT_TRUE(store_->write([&](WriteTransaction& tx) {
    return clients::add_use(tx, "iris", "bot", 3, from_unix_micros(50));
  }));
  EXPECT_EQ(announced_, before);

  changed_.clear();
  EXPECT_EQ(store_->write([&](WriteTransaction& tx) { return clients::remove(tx, "iris", "bot"); }),
            Result<bool>(true));
  EXPECT_EQ(changed_, std::set<std::string>{"iris"});
  EXPECT_EQ(store_->write([&](WriteTransaction& tx) { return clients::remove(tx, "iris", "bot"); }),
            Result<bool>(false));
  EXPECT_EQ(store_->write([&](WriteTransaction& tx) { return clients::update(tx, rotated); })
                .error()
                .code,
            ErrorCode::kNotFound);
}

TEST_F(ClientsTableTest, adds_uses_up_and_never_moves_the_last_one_back) {
  ASSERT_TRUE(insert(bot()));
  const auto use = [&](const std::string& name, int64_t requests, int64_t at) {
    return store_->write([&](WriteTransaction& tx) {
      return clients::add_use(tx, "iris", name, requests, from_unix_micros(at));
    });
  };
  EXPECT_EQ(use("bot", 3, 50), Result<bool>(true));
  EXPECT_EQ(use("bot", 2, 40), Result<bool>(true));
  EXPECT_EQ(use("gone", 2, 40), Result<bool>(false));
  const auto row = find("iris", "bot");
  ASSERT_TRUE(row);
  EXPECT_EQ(row->requests, 5);
  EXPECT_EQ(row->last_used_at, from_unix_micros(50));
}

}  // namespace
}  // namespace slipway::store
