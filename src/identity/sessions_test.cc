// Signing in by browser and changing a password, over a real store.
#include "identity/sessions.h"

#include <gtest/gtest.h>

#include "identity/accounts.h"
#include "identity/throttle.h"
#include "store/audit.h"
#include "store/sessions.h"
#include "store/test_store.h"

namespace slipway::identity {
namespace {

constexpr const char* kPassword = "first password";
constexpr const char* kSource = "10.0.0.1";

class SessionsTest : public testing::Test {
 protected:
  SessionsTest() : store_(store::open_test_store(folder_)) {
    auto opened = Accounts::open(*store_, clock_, random_);
    if (!opened || !(*opened)->bootstrap(kPassword)) throw std::runtime_error("no accounts");
    accounts_ = std::move(*opened);
  }
  NewSession begin(const std::string& password = kPassword) {
    auto session = accounts_->begin_session("admin", password, kSource);
    if (!session) throw std::runtime_error(session.error().message);
    return std::move(*session);
  }
  bool holds(const NewSession& session) {
    return accounts_->sessions().authenticate(session.secret).has_value();
  }
  void change(const std::function<void(store::UserRow&)>& how) {
    const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(auto row, store::users::find(tx, "admin"));
      how(*row);
      return store::users::update(tx, *row);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<store::AuditRow> audit() {
    return store_->read([](store::ReadTransaction& tx) { return store::audit::after(tx, 0, 100); })
        .value();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(SessionsTest, says_who_signed_in_and_gives_the_same_csrf_token_again) {
  const NewSession session = begin();
  const auto known = accounts_->sessions().authenticate(session.secret);
  ASSERT_TRUE(known);
  EXPECT_EQ(known->principal.user, "admin");
  EXPECT_TRUE(known->principal.admin);
  EXPECT_TRUE(known->principal.may_write);
  EXPECT_EQ(known->principal.token_id, "");
  EXPECT_EQ(known->csrf_token, session.csrf_token);
  EXPECT_NE(session.csrf_token, session.secret);
  const NewSession other = begin();
  EXPECT_NE(other.secret, session.secret);
  EXPECT_NE(other.csrf_token, session.csrf_token);
}

TEST_F(SessionsTest, knows_no_other_secret) {
  NewSession session = begin();
  session.secret.back() = session.secret.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(holds(session));
  session.secret.clear();
  EXPECT_FALSE(holds(session));
}

TEST_F(SessionsTest, lasts_while_it_is_used_and_a_week_at_most) {
  const NewSession session = begin();
  clock_.advance(Sessions::kIdle - std::chrono::seconds(1));
  EXPECT_TRUE(holds(session));
  clock_.advance(Sessions::kIdle - std::chrono::seconds(1));
  EXPECT_TRUE(holds(session));
  clock_.advance(Sessions::kIdle);
  EXPECT_FALSE(holds(session));

  const NewSession busy = begin();
  for (int i = 0; i < 20; ++i) {
    clock_.advance(std::chrono::hours(8));
    EXPECT_TRUE(holds(busy)) << i;
  }
  clock_.advance(std::chrono::hours(8));
  EXPECT_FALSE(holds(busy));
}

TEST_F(SessionsTest, ends_when_its_user_signs_out_or_is_disabled) {
  const NewSession one = begin();
  const NewSession two = begin();
  ASSERT_TRUE(accounts_->sessions().end(one.secret, kSource));
  ASSERT_TRUE(accounts_->sessions().end(one.secret, kSource));
  EXPECT_FALSE(holds(one));
  EXPECT_TRUE(holds(two));
  EXPECT_EQ(audit().back().action, "session.sign_out");
  change([](store::UserRow& user) { user.disabled = true; });
  EXPECT_FALSE(holds(two));
  EXPECT_FALSE(accounts_->begin_session("admin", kPassword, kSource));
}

TEST_F(SessionsTest, keeps_neither_secret_nor_csrf_token_in_the_store) {
  const NewSession session = begin();
  store_->read([&](store::ReadTransaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto row, store::sessions::find(tx, session.secret));
    EXPECT_FALSE(row);
    return true;
  });
  for (const store::AuditRow& row : audit()) {
    EXPECT_EQ(row.detail.find(session.secret), std::string::npos);
    EXPECT_EQ(row.detail.find(session.csrf_token), std::string::npos);
  }
}

TEST_F(SessionsTest, records_who_signed_in_and_who_was_refused) {
  begin();
  EXPECT_EQ(audit().back().action, "session.sign_in");
  EXPECT_EQ(audit().back().actor, "admin");
  EXPECT_EQ(audit().back().source, kSource);
  EXPECT_FALSE(accounts_->begin_session("admin", "wrong password", kSource));
  EXPECT_EQ(audit().back().action, "session.refused");
  EXPECT_EQ(audit().back().object, "admin");
  EXPECT_FALSE(accounts_->begin_session("s3cret typed here", "x", kSource));
  EXPECT_EQ(audit().back().action, "session.refused");
  EXPECT_EQ(audit().back().object, "");
}

TEST_F(SessionsTest, a_changed_password_ends_every_session_but_the_new_one) {
  const NewSession old = begin();
  change([](store::UserRow& user) { user.must_change_password = true; });
  EXPECT_TRUE(accounts_->sessions().authenticate(old.secret)->principal.must_change_password);
  const auto changed = accounts_->change_password("admin", kPassword, "second password", kSource);
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_FALSE(holds(old));
  EXPECT_TRUE(holds(*changed));
  EXPECT_FALSE(changed->must_change_password);
  EXPECT_EQ(audit().back().action, "user.change_password");
  EXPECT_FALSE(accounts_->begin_session("admin", kPassword, kSource));
  EXPECT_TRUE(holds(begin("second password")));
}

TEST_F(SessionsTest, a_password_is_not_changed_without_the_old_one_or_to_a_bad_one) {
  const auto path = [&](const char* old_password, const char* fresh) {
    const auto refused = accounts_->change_password("admin", old_password, fresh, kSource);
    return refused ? std::string("changed") : refused.error().fields.at(0).path;
  };
  EXPECT_EQ(path("wrong password", "second password"), "old_password");
  EXPECT_EQ(path(kPassword, "short"), "new_password");
  EXPECT_EQ(path(kPassword, kPassword), "new_password");
  EXPECT_TRUE(holds(begin()));
}

TEST_F(SessionsTest, guessing_has_to_wait_and_is_told_how_long) {
  EXPECT_FALSE(accounts_->sign_in_wait("admin", kSource));
  for (int i = 0; i < Throttle::kFreeFailures; ++i) {
    EXPECT_FALSE(accounts_->change_password("admin", "wrong password", "new password", kSource));
  }
  const auto refused = accounts_->begin_session("admin", kPassword, kSource);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kThrottled);
  EXPECT_EQ(accounts_->sign_in_wait("admin", kSource), Throttle::kFirstDelay);
  EXPECT_FALSE(accounts_->sign_in_wait("admin", "10.0.0.2"));
  clock_.advance(Throttle::kFirstDelay);
  EXPECT_TRUE(holds(begin()));
}

}  // namespace
}  // namespace slipway::identity
