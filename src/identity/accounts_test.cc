#include "identity/accounts.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "store/audit.h"
#include "store/test_store.h"

namespace slipway::identity {
namespace {

using store::ReadTransaction;
using store::WriteTransaction;

class AccountsTest : public testing::Test {
 protected:
  AccountsTest() { reopen(); }
  void reopen() {
    accounts_.reset();
    store_.reset();
    store_ = store::open_test_store(folder_);
    auto opened = Accounts::open(*store_, clock_, random_);
    if (!opened) throw std::runtime_error(opened.error().message);
    accounts_ = std::move(*opened);
  }
  IssuedToken issue(TokenScope scope = TokenScope::kWrite,
                    std::optional<std::chrono::seconds> lifetime = std::nullopt) {
    auto issued = accounts_->tokens().issue({"admin", "laptop", scope, lifetime}, "10.0.0.1");
    if (!issued) throw std::runtime_error(issued.error().message);
    return std::move(*issued);
  }
  ErrorCode authenticated(std::string_view secret) {
    const auto principal = accounts_->authenticate(secret);
    return principal ? ErrorCode::kDeadline : principal.error().code;
  }
  static constexpr ErrorCode kFine = ErrorCode::kDeadline;

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Accounts> accounts_;
};

TEST_F(AccountsTest, a_first_start_makes_the_admin_a_group_and_three_types_once) {
  const auto first = accounts_->bootstrap(std::nullopt);
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->first_start);
  ASSERT_TRUE(first->generated_password);
  EXPECT_TRUE(accounts_->sign_in("admin", *first->generated_password, "10.0.0.1", "login"));

  reopen();
  const auto second = accounts_->bootstrap("another password");
  ASSERT_TRUE(second);
  EXPECT_FALSE(second->first_start);
  EXPECT_FALSE(second->generated_password);
  EXPECT_FALSE(accounts_->sign_in("admin", "another password", "10.0.0.1", "login"));

  const auto types =
      store_->read([](ReadTransaction& tx) { return store::instance_types::all(tx); });
  ASSERT_TRUE(types);
  ASSERT_EQ(types->size(), 3U);
  EXPECT_EQ((*types)[0].name, "cpu-0.5");
  EXPECT_EQ((*types)[0].memory_bytes, int64_t{1} << 30);
  EXPECT_EQ((*types)[2].cpu_millis, 2000);
  const auto groups =
      store_->read([](ReadTransaction& tx) { return store::groups::of_user(tx, "admin"); });
  EXPECT_EQ(groups, (std::vector<store::groups::Membership>{{"default", true}}));
}

TEST_F(AccountsTest, a_given_first_password_is_taken_and_not_told) {
  EXPECT_FALSE(accounts_->bootstrap("short"));
  const auto first = accounts_->bootstrap("chosen password");
  ASSERT_TRUE(first);
  EXPECT_TRUE(first->first_start);
  EXPECT_FALSE(first->generated_password);
  EXPECT_TRUE(accounts_->sign_in("admin", "chosen password", "10.0.0.1", "login"));
}

TEST_F(AccountsTest, a_signed_in_admin_is_recognised_by_the_token) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const auto issued = accounts_->sign_in("admin", "chosen password", "10.0.0.1", "login");
  ASSERT_TRUE(issued);
  EXPECT_TRUE(issued->secret.starts_with("slw_"));
  const auto principal = accounts_->authenticate(issued->secret);
  ASSERT_TRUE(principal);
  EXPECT_EQ(*principal,
            (Principal{"admin", true, {"default"}, true, issued->token.id, {"default"}}));
  reopen();
  EXPECT_EQ(authenticated(issued->secret), kFine);
}

TEST_F(AccountsTest, a_wrong_name_and_a_wrong_password_are_refused_alike) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const auto name = accounts_->sign_in("nobody", "chosen password", "10.0.0.1", "login");
  const auto password = accounts_->sign_in("admin", "wrong password", "10.0.0.1", "login");
  ASSERT_FALSE(name);
  ASSERT_FALSE(password);
  EXPECT_EQ(name.error(), password.error());
  EXPECT_EQ(name.error().code, ErrorCode::kUnauthenticated);
}

TEST_F(AccountsTest, guessing_is_slowed_down_even_with_the_right_password_then) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(accounts_->sign_in("admin", "guess", "10.0.0.1", "login").error().code,
              ErrorCode::kUnauthenticated);
  }
  const auto refused = accounts_->sign_in("admin", "chosen password", "10.0.0.1", "login");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kThrottled);
  EXPECT_TRUE(accounts_->sign_in("admin", "chosen password", "10.0.0.2", "login"));
  clock_.advance(std::chrono::seconds(2));
  EXPECT_TRUE(accounts_->sign_in("admin", "chosen password", "10.0.0.1", "login"));
}

TEST_F(AccountsTest, a_disabled_user_is_out_at_once) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const IssuedToken token = issue();
  ASSERT_EQ(authenticated(token.secret), kFine);
  ASSERT_TRUE(store_->write([](WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(auto admin, store::users::find(tx, "admin"));
    admin->disabled = true;
    return store::users::update(tx, *admin);
  }));
  EXPECT_EQ(authenticated(token.secret), ErrorCode::kUnauthenticated);
  EXPECT_FALSE(accounts_->sign_in("admin", "chosen password", "10.0.0.1", "login"));
}

TEST_F(AccountsTest, a_revoked_or_expired_token_is_refused_at_once) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const IssuedToken revoked = issue();
  const IssuedToken expiring = issue(TokenScope::kRead, std::chrono::seconds(60));
  EXPECT_EQ(authenticated(revoked.secret), kFine);
  ASSERT_TRUE(accounts_->tokens().revoke("admin", revoked.token.id, "admin", "10.0.0.1"));
  EXPECT_EQ(authenticated(revoked.secret), ErrorCode::kUnauthenticated);
  EXPECT_EQ(authenticated(expiring.secret), kFine);
  clock_.advance(std::chrono::seconds(60));
  EXPECT_EQ(authenticated(expiring.secret), ErrorCode::kUnauthenticated);
  EXPECT_TRUE(accounts_->tokens().list("admin")->empty());
}

TEST_F(AccountsTest, a_token_of_scope_read_may_not_write) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const auto principal = accounts_->authenticate(issue(TokenScope::kRead).secret);
  ASSERT_TRUE(principal);
  EXPECT_FALSE(principal->may_write);
}

TEST_F(AccountsTest, nobody_revokes_anothers_token) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const IssuedToken token = issue();
  const auto refused = accounts_->tokens().revoke("ada", token.token.id, "ada", "10.0.0.1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(authenticated(token.secret), kFine);
}

TEST_F(AccountsTest, what_is_no_token_is_refused) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  std::string secret = issue().secret;
  for (const std::string& bad :
       {std::string(), std::string("slw_"), secret + "x", secret.substr(1),
        secret.substr(0, secret.size() - 1), std::string(47, 'a'), std::string(100'000, 's')}) {
    EXPECT_EQ(authenticated(bad), ErrorCode::kUnauthenticated);
  }
  secret.back() = secret.back() == 'A' ? 'B' : 'A';
  EXPECT_EQ(authenticated(secret), ErrorCode::kUnauthenticated);
}

TEST_F(AccountsTest, the_last_use_is_noted_at_most_once_a_minute) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const IssuedToken token = issue();
  const auto last_used = [&] { return accounts_->tokens().list("admin")->at(0).last_used_at; };
  EXPECT_FALSE(last_used());
  ASSERT_EQ(authenticated(token.secret), kFine);
  const Timestamp first = clock_.now();
  EXPECT_EQ(last_used(), first);
  clock_.advance(std::chrono::seconds(59));
  ASSERT_EQ(authenticated(token.secret), kFine);
  EXPECT_EQ(last_used(), first);
  clock_.advance(std::chrono::seconds(1));
  ASSERT_EQ(authenticated(token.secret), kFine);
  EXPECT_EQ(last_used(), clock_.now());
}

TEST_F(AccountsTest, tokens_are_all_different_and_need_a_name_and_a_user) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  std::set<std::string> secrets;
  for (int i = 0; i < 50; ++i) secrets.insert(issue().secret);
  EXPECT_EQ(secrets.size(), 50U);
  const auto nameless =
      accounts_->tokens().issue({"admin", " ", TokenScope::kRead, std::nullopt}, "");
  ASSERT_FALSE(nameless);
  EXPECT_EQ(nameless.error().fields.at(0).path, "name");
  EXPECT_FALSE(accounts_->tokens().issue({"nobody", "x", TokenScope::kRead, std::nullopt}, ""));
  EXPECT_FALSE(
      accounts_->tokens().issue({"admin", "x", TokenScope::kRead, std::chrono::seconds(0)}, ""));
}

TEST_F(AccountsTest, neither_password_nor_token_is_in_any_file) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const IssuedToken token = issue();
  ASSERT_EQ(authenticated(token.secret), kFine);
  for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream bytes;
    bytes << in.rdbuf();
    EXPECT_EQ(bytes.str().find("chosen password"), std::string::npos) << entry.path();
    EXPECT_EQ(bytes.str().find(token.secret.substr(4)), std::string::npos) << entry.path();
  }
}

TEST_F(AccountsTest, making_and_revoking_tokens_leaves_an_audit_row) {
  ASSERT_TRUE(accounts_->bootstrap("chosen password"));
  const IssuedToken token = issue();
  ASSERT_TRUE(accounts_->tokens().revoke("admin", token.token.id, "admin", "10.0.0.9"));
  const auto rows =
      store_->read([](ReadTransaction& tx) { return store::audit::after(tx, 0, 10); });
  ASSERT_TRUE(rows);
  ASSERT_EQ(rows->size(), 3U);
  EXPECT_EQ((*rows)[1].action, "token.create");
  EXPECT_EQ((*rows)[2].action, "token.revoke");
  EXPECT_EQ((*rows)[2].source, "10.0.0.9");
  for (const auto& row : *rows) EXPECT_EQ(row.detail.find(token.secret), std::string::npos);
}

}  // namespace
}  // namespace slipway::identity
