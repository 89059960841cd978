// The clients' use cases over a real store.
#include "control/clients.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "control/client_digests.h"
#include "store/audit.h"
#include "store/clients.h"
#include "store/history.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using store::ReadTransaction;
using store::WriteTransaction;
using testing::HasSubstr;

class ClientsTest : public testing::Test {
 protected:
  ClientsTest()
      : store_(store::open_test_store(folder_)),
        clients_(make_clients({*store_, clock_, random_})) {
    const auto furnished = store_->write([](WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      return store::insert_sample(tx, "iris");
    });
    if (!furnished) throw std::runtime_error(furnished.error().message);
    ada_.user = "ada";
    ada_.groups = {"default"};
    ada_.source_address = "192.0.2.7";
  }

  IssuedClient add(const std::string& name) {
    auto issued = clients_->add(ada_, "iris", {.name = name});
    if (!issued) throw std::runtime_error(issued.error().message);
    return *issued;
  }
  // As the gateways get them.
  std::vector<snapshot::Client> routed() {
    return store_->read([](ReadTransaction& tx) { return routed_clients(tx, "iris"); }).value();
  }
  snapshot::TokenDigest digest_of(const std::string& token) {
    const auto key =
        store_->write([&](WriteTransaction& tx) { return client_digest_key(tx, random_); });
    return snapshot::token_digest(token, key.value());
  }
  std::vector<store::AuditRow> audit() {
    return store_->read([](ReadTransaction& tx) { return store::audit::after(tx, 0, 100); })
        .value();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Clients> clients_;
  Caller ada_;
};

TEST_F(ClientsTest, shows_a_token_once_and_keeps_its_digest_only) {
  const IssuedClient bot = add("bot");
  EXPECT_THAT(bot.token, testing::MatchesRegex("slc_[A-Za-z0-9_-]{43}"));
  EXPECT_EQ(bot.client.created_by, "ada");
  EXPECT_EQ(bot.client.created_at, clock_.now());
  EXPECT_NE(add("cron").token, bot.token);
  ASSERT_EQ(routed().size(), 2u);
  EXPECT_EQ(routed()[0].name, "bot");
  EXPECT_EQ(routed()[0].digest, digest_of(bot.token));
  const auto listed = clients_->list(ada_, "iris");
  ASSERT_TRUE(listed);
  ASSERT_EQ(listed->size(), 2u);
  EXPECT_EQ((*listed)[0], bot.client);
  EXPECT_EQ(*clients_->get(ada_, "iris", "bot"), bot.client);
}

TEST_F(ClientsTest, refuses_a_name_that_is_taken_and_says_what_to_do) {
  add("bot");
  const auto again = clients_->add(ada_, "iris", {.name = "bot"});
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_THAT(again.error().message, HasSubstr("rotate"));
}

TEST_F(ClientsTest, names_every_bad_field_of_a_new_client) {
  const auto refused = clients_->add(
      ada_, "iris", {.name = "Bot", .expires_at = clock_.now(), .requests_per_minute = 0});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  std::vector<std::string> paths;
  for (const FieldError& field : refused.error().fields) paths.push_back(field.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"name", "expires_at", "requests_per_minute"}));
  EXPECT_TRUE(routed().empty());
}

TEST_F(ClientsTest, changes_expiry_and_rate_alone_and_takes_them_away_again) {
  const IssuedClient bot = add("bot");
  const Timestamp later = clock_.now() + hours(1);
  auto changed = clients_->update(ada_, "iris", "bot", {.expires_at = {{later}}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->expires_at, later);
  changed = clients_->update(ada_, "iris", "bot", {.requests_per_minute = {{60}}});
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->expires_at, later);
  EXPECT_EQ(routed()[0].requests_per_minute, 60u);
  EXPECT_EQ(routed()[0].expires_at_micros, to_unix_micros(later));
  EXPECT_EQ(routed()[0].digest, digest_of(bot.token));
  ClientPatch none;
  none.expires_at.emplace();
  none.requests_per_minute.emplace();
  changed = clients_->update(ada_, "iris", "bot", none);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->expires_at, std::nullopt);
  EXPECT_EQ(routed()[0].requests_per_minute, 0u);
  EXPECT_EQ(
      clients_->update(ada_, "iris", "bot", {.requests_per_minute = {{1'000'001}}}).error().code,
      ErrorCode::kInvalid);
}

TEST_F(ClientsTest, rotates_with_and_without_an_overlap) {
  const IssuedClient first = add("bot");
  const auto second = clients_->rotate(ada_, "iris", "bot", seconds(60));
  ASSERT_TRUE(second);
  EXPECT_NE(second->token, first.token);
  EXPECT_EQ(second->client.previous_token_until, clock_.now() + seconds(60));
  EXPECT_EQ(routed()[0].digest, digest_of(second->token));
  EXPECT_EQ(routed()[0].previous_digest, digest_of(first.token));
  clock_.advance(seconds(61));
  EXPECT_EQ(clients_->get(ada_, "iris", "bot")->previous_token_until, std::nullopt);
  // Without an overlap nothing older holds any more, whatever an earlier rotation promised.
  ASSERT_TRUE(clients_->rotate(ada_, "iris", "bot", seconds(60)));
  const auto last = clients_->rotate(ada_, "iris", "bot", seconds(0));
  ASSERT_TRUE(last);
  EXPECT_EQ(routed()[0].digest, digest_of(last->token));
  EXPECT_EQ(routed()[0].previous_digest, snapshot::TokenDigest{});
  for (const seconds wrong : {seconds(-1), seconds(7 * 24 * 3600 + 1)}) {
    EXPECT_EQ(clients_->rotate(ada_, "iris", "bot", wrong).error().code, ErrorCode::kInvalid);
  }
}

TEST_F(ClientsTest, forgets_a_removed_one) {
  add("bot");
  ASSERT_TRUE(clients_->remove(ada_, "iris", "bot"));
  EXPECT_TRUE(routed().empty());
  EXPECT_EQ(clients_->remove(ada_, "iris", "bot").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(clients_->rotate(ada_, "iris", "bot", seconds(0)).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(clients_->update(ada_, "iris", "bot", {}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(clients_->get(ada_, "iris", "bot").error().code, ErrorCode::kNotFound);
}

TEST_F(ClientsTest, are_not_there_for_strangers_and_not_changed_by_readers) {
  add("bot");
  Caller stranger;
  stranger.user = "eve";
  stranger.groups = {"other"};
  EXPECT_EQ(clients_->list(stranger, "iris").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(clients_->add(stranger, "iris", {.name = "x"}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(clients_->remove(stranger, "iris", "bot").error().code, ErrorCode::kNotFound);
  Caller reader = ada_;
  reader.may_write = false;
  EXPECT_TRUE(clients_->list(reader, "iris"));
  EXPECT_EQ(clients_->add(reader, "iris", {.name = "x"}).error().code, ErrorCode::kDenied);
  EXPECT_EQ(clients_->remove(reader, "iris", "bot").error().code, ErrorCode::kDenied);
  EXPECT_EQ(clients_->rotate(reader, "iris", "bot", seconds(0)).error().code, ErrorCode::kDenied);
  EXPECT_EQ(clients_->update(reader, "iris", "bot", {}).error().code, ErrorCode::kDenied);
}

TEST_F(ClientsTest, leaves_audit_and_history_without_a_token_for_every_change) {
  const IssuedClient first = add("bot");
  const auto second = clients_->rotate(ada_, "iris", "bot", seconds(60));
  ASSERT_TRUE(second);
  ASSERT_TRUE(clients_->update(ada_, "iris", "bot", {.requests_per_minute = {{5}}}));
  ASSERT_TRUE(clients_->update(ada_, "iris", "bot", {.requests_per_minute = {{5}}}));  // nothing
  ASSERT_TRUE(clients_->remove(ada_, "iris", "bot"));
  std::vector<std::string> actions;
  for (const store::AuditRow& row : audit()) {
    actions.push_back(row.action);
    EXPECT_EQ(row.object, "iris");
    EXPECT_EQ(row.group, "default");
    EXPECT_EQ(row.source, "192.0.2.7");
    for (const std::string& text : {row.detail, row.before, row.after}) {
      EXPECT_THAT(text, Not(HasSubstr("slc_")));
    }
  }
  EXPECT_EQ(actions,
            (std::vector<std::string>{"deployment.client_added", "deployment.client_rotated",
                                      "deployment.client_changed", "deployment.client_removed"}));
  EXPECT_THAT(audit()[2].after, HasSubstr(R"("requests_per_minute":5)"));
  const auto told =
      store_->read([](ReadTransaction& tx) { return store::history::before(tx, "iris", 0, 100); });
  ASSERT_TRUE(told);
  std::vector<std::string> kinds;
  for (const domain::HistoryEntry& entry : *told) kinds.push_back(entry.kind);
  EXPECT_EQ(kinds, (std::vector<std::string>{"client_removed", "client_changed", "client_rotated",
                                             "client_added"}));
  EXPECT_EQ(told->back().message, "client 'bot' added");
}

TEST_F(ClientsTest, a_damaged_digest_opens_nothing_and_hides_nobody_else) {
  add("bot");
  ASSERT_TRUE(store_->write([](WriteTransaction& tx) {
    return store::clients::insert(
        tx, {.deployment_id = "iris", .name = "broken", .digest = "short", .previous_digest = {}});
  }));
  ASSERT_EQ(routed().size(), 1u);
  EXPECT_EQ(routed()[0].name, "bot");
}

}  // namespace
}  // namespace slipway::control
