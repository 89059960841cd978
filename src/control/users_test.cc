#include "control/users.h"

#include "control/people_fixture_test.h"
#include "identity/password.h"
#include "store/sessions.h"

namespace slipway::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class UsersTest : public PeopleTest {
 protected:
  void begin_session(const std::string& user) {
    write([&](WriteTransaction& tx) {
      return store::sessions::insert(tx, {.digest = user,
                                          .user = user,
                                          .source = "",
                                          .created_at = clock_.now(),
                                          .last_used_at = clock_.now(),
                                          .expires_at = clock_.now() + std::chrono::hours(1)});
    });
  }
  bool has_session(const std::string& user) {
    return value(store_->read([&](ReadTransaction& tx) { return store::sessions::find(tx, user); }))
        .has_value();
  }
};

TEST_F(UsersTest, are_the_business_of_platform_admins_only) {
  for (const Caller& caller : {ada_, grace_}) {
    EXPECT_EQ(code(users_->list(caller)), ErrorCode::kDenied);
    EXPECT_EQ(code(users_->get(caller, "ada")), ErrorCode::kDenied);
    EXPECT_EQ(code(users_->create(caller, {.name = "new"})), ErrorCode::kDenied);
    EXPECT_EQ(code(users_->update(caller, "ada", {.admin = true}, {})), ErrorCode::kDenied);
    EXPECT_EQ(code(users_->reset_password(caller, "ada")), ErrorCode::kDenied);
    EXPECT_EQ(code(users_->remove(caller, "ada", {})), ErrorCode::kDenied);
  }
  EXPECT_TRUE(users_->list(root_reader_));
  EXPECT_EQ(code(users_->create(root_reader_, {.name = "new"})), ErrorCode::kDenied);
  EXPECT_EQ(code(users_->remove(root_reader_, "ada", {})), ErrorCode::kDenied);
}

TEST_F(UsersTest, are_listed_by_name_with_their_groups) {
  const auto all = value(users_->list(root_));
  std::vector<std::string> names;
  for (const UserView& user : all) names.push_back(user.name);
  EXPECT_THAT(names, ElementsAre("ada", "eve", "grace", "root"));
  EXPECT_THAT(all[2].groups, ElementsAre(Membership{"default", true}));
  EXPECT_EQ(code(users_->get(root_, "nobody")), ErrorCode::kNotFound);
}

TEST_F(UsersTest, get_a_generated_password_that_is_in_no_record) {
  const auto made = value(
      users_->create(root_, {.name = "new", .display_name = " Né W ", .email = "new@example.org"}));
  EXPECT_EQ(made.user.display_name, "Né W");
  EXPECT_TRUE(made.user.must_change_password);
  ASSERT_TRUE(made.generated_password);
  EXPECT_TRUE(identity::verify_password(row_of("new").password_hash, *made.generated_password));
  const auto trail = audit();
  ASSERT_EQ(trail.size(), 1U);
  EXPECT_EQ(trail[0].action, "user.create");
  EXPECT_EQ(trail[0].actor, "root");
  EXPECT_EQ(trail[0].source, "10.0.0.9");
  EXPECT_EQ(trail[0].before, "");
  EXPECT_THAT(trail[0].after, HasSubstr("new@example.org"));
  EXPECT_THAT(trail[0].after, Not(HasSubstr("argon2")));
  EXPECT_EQ(code(users_->create(root_, {.name = "new"})), ErrorCode::kConflict);
}

TEST_F(UsersTest, may_be_given_a_password) {
  const auto made = value(users_->create(
      root_, {.name = "new", .password = "long enough", .must_change_password = false}));
  EXPECT_FALSE(made.generated_password);
  EXPECT_FALSE(made.user.must_change_password);
  EXPECT_TRUE(identity::verify_password(row_of("new").password_hash, "long enough"));
}

TEST_F(UsersTest, are_refused_with_every_wrong_field) {
  const auto refused = users_->create(
      root_, {.name = "No Name", .display_name = "a\nb", .email = "none", .password = "short"});
  EXPECT_EQ(code(refused), ErrorCode::kInvalid);
  EXPECT_THAT(paths(refused), ElementsAre("name", "display_name", "email", "password"));
  EXPECT_THAT(paths(users_->update(root_, "ada", {.email = "none"}, {})), ElementsAre("email"));
}

TEST_F(UsersTest, change_under_their_generation) {
  const auto changed =
      value(users_->update(root_, "ada", {.display_name = "Ada", .admin = true}, 1));
  EXPECT_EQ(changed.generation, 2);
  EXPECT_TRUE(changed.admin);
  EXPECT_EQ(code(users_->update(root_, "ada", {.admin = false}, 1)), ErrorCode::kPrecondition);
  EXPECT_EQ(code(users_->remove(root_, "ada", 1)), ErrorCode::kPrecondition);
  // Nothing new: no new generation, no record.
  EXPECT_EQ(value(users_->update(root_, "ada", {.admin = true}, 2)).generation, 2);
  ASSERT_EQ(audit().size(), 1U);
  EXPECT_THAT(audit()[0].before, HasSubstr("\"admin\":false"));
  EXPECT_THAT(audit()[0].after, HasSubstr("\"admin\":true"));
}

TEST_F(UsersTest, who_are_disabled_lose_their_sessions) {
  begin_session("ada");
  begin_session("eve");
  EXPECT_TRUE(value(users_->update(root_, "ada", {.disabled = true}, {})).disabled);
  EXPECT_FALSE(has_session("ada"));
  EXPECT_TRUE(has_session("eve"));
  EXPECT_FALSE(value(users_->update(root_, "ada", {.disabled = false}, {})).disabled);
}

TEST_F(UsersTest, whose_password_is_reset_get_a_new_one_once_and_lose_their_sessions) {
  begin_session("ada");
  const auto reset = value(users_->reset_password(root_, "ada"));
  EXPECT_TRUE(reset.user.must_change_password);
  EXPECT_TRUE(identity::verify_password(row_of("ada").password_hash, *reset.generated_password));
  EXPECT_FALSE(has_session("ada"));
  EXPECT_EQ(audit().back().action, "user.reset_password");
  EXPECT_EQ(code(users_->reset_password(root_, "nobody")), ErrorCode::kNotFound);
}

TEST_F(UsersTest, of_an_identity_provider_have_no_password_to_reset) {
  write([](WriteTransaction& tx) {
    return store::users::insert(tx, {.name = "oidc", .password_hash = "", .external_id = "i s"});
  });
  EXPECT_EQ(code(users_->reset_password(root_, "oidc")), ErrorCode::kConflict);
  EXPECT_TRUE(value(users_->get(root_, "oidc")).external);
}

TEST_F(UsersTest, leave_a_record_and_their_groups) {
  EXPECT_TRUE(users_->remove(root_, "ada", {}));
  EXPECT_EQ(code(users_->get(root_, "ada")), ErrorCode::kNotFound);
  EXPECT_EQ(value(groups_->get(root_, "default")).members.size(), 1U);
  EXPECT_EQ(audit().back().action, "user.delete");
  EXPECT_EQ(audit().back().after, "");
}

TEST_F(UsersTest, the_last_enabled_platform_admin_stays_one) {
  // A disabled admin does not count.
  write([](WriteTransaction& tx) {
    return store::users::insert(
        tx, {.name = "asleep", .password_hash = "x", .admin = true, .disabled = true});
  });
  EXPECT_EQ(code(users_->update(root_, "root", {.admin = false}, {})), ErrorCode::kConflict);
  EXPECT_EQ(code(users_->update(root_, "root", {.disabled = true}, {})), ErrorCode::kConflict);
  EXPECT_EQ(code(users_->remove(root_, "root", {})), ErrorCode::kConflict);
  EXPECT_TRUE(users_->remove(root_, "asleep", {}));
  EXPECT_TRUE(users_->update(root_, "ada", {.admin = true}, {}));
  EXPECT_TRUE(users_->remove(root_, "root", {}));
}

}  // namespace
}  // namespace slipway::control
