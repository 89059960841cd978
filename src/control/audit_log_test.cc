#include "control/audit_log.h"

#include <set>

#include "control/clients.h"
#include "control/deployment_use_cases.h"
#include "control/people_fixture_test.h"
#include "control/pull_secrets.h"
#include "control/use_cases_fixture_test.h"
#include "identity/accounts.h"

namespace slipway::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class AuditLogTest : public PeopleTest {
 protected:
  AuditLogTest() {
    ada_.source_address = "192.0.2.1";
    grace_.source_address = "192.0.2.2";
  }

  void note(const std::string& actor, const std::string& action, const std::string& object,
            const std::string& group, Timestamp time = {}) {
    write([&](WriteTransaction& tx) {
      store::AuditRow row;
      row.time = time;
      row.actor = actor;
      row.action = action;
      row.object = object;
      row.group = group;
      return store::audit::append(tx, row);
    });
  }
  static Timestamp minute(int number) { return Timestamp{std::chrono::minutes(number)}; }

  std::vector<std::string> objects(const Caller& caller, AuditFilter filter) {
    std::vector<std::string> out;
    do {
      const AuditPage page = value(log_->list(caller, filter));
      EXPECT_LE(page.items.size(), static_cast<size_t>(filter.limit));
      for (const AuditEntry& entry : page.items) out.push_back(entry.object);
      filter.cursor = page.next_cursor;
    } while (!filter.cursor.empty());
    return out;
  }

  std::unique_ptr<AuditLog> log_ = make_audit_log(*store_);
};

TEST_F(AuditLogTest, shows_platform_admins_every_row_newest_first) {
  note("ada", "session.sign_in", "first", "");
  note("ada", "deployment.create", "second", "default");
  note("eve", "deployment.create", "third", "other");
  EXPECT_THAT(objects(root_, {}), ElementsAre("third", "second", "first"));
  EXPECT_THAT(objects(root_reader_, {.limit = 1}), ElementsAre("third", "second", "first"));
}

TEST_F(AuditLogTest, shows_group_admins_the_rows_of_their_groups_and_strangers_nothing) {
  note("ada", "session.sign_in", "first", "");
  note("ada", "deployment.create", "second", "default");
  note("eve", "deployment.create", "third", "other");
  EXPECT_THAT(objects(grace_, {}), ElementsAre("second"));
  EXPECT_THAT(objects(grace_, {.group = "default"}), ElementsAre("second"));
  EXPECT_THAT(objects(grace_, {.object = "third"}), ElementsAre());
  EXPECT_THAT(objects(grace_, {.actor = "eve"}), ElementsAre());
  EXPECT_EQ(code(log_->list(grace_, {.group = "other"})), ErrorCode::kNotFound);
  EXPECT_EQ(code(log_->list(ada_, {})), ErrorCode::kDenied);
  EXPECT_EQ(code(log_->list(ada_, {.group = "default"})), ErrorCode::kDenied);
  EXPECT_EQ(code(log_->list(eve_, {.group = "default"})), ErrorCode::kNotFound);
  EXPECT_EQ(code(log_->list(Caller{}, {})), ErrorCode::kDenied);
}

TEST_F(AuditLogTest, merges_the_groups_of_an_admin_in_order_over_pages) {
  grace_.groups = grace_.admin_of = {"default", "other", "third"};
  for (int i = 0; i < 23; ++i) {
    note("ada", "x", std::to_string(i), i % 4 == 0 ? "default" : i % 4 == 1 ? "other" : "hidden");
  }
  const std::vector<std::string> wanted = {"21", "20", "17", "16", "13", "12",
                                           "9",  "8",  "5",  "4",  "1",  "0"};
  EXPECT_EQ(objects(grace_, {.limit = 5}), wanted);
  EXPECT_EQ(objects(grace_, {.limit = 1}), wanted);
  EXPECT_EQ(objects(grace_, {.action = "x", .limit = 3}), wanted);
  EXPECT_EQ(objects(grace_, {.actor = "ada", .limit = 3}), wanted);
}

TEST_F(AuditLogTest, filters_by_actor_action_object_group_and_time_together) {
  note("ada", "deployment.update", "a", "default", minute(1));
  note("ada", "deployment.update", "b", "default", minute(2));
  note("ada", "deployment.stop", "b", "default", minute(3));
  note("eve", "deployment.update", "b", "other", minute(4));
  EXPECT_THAT(objects(root_, {.actor = "ada"}), ElementsAre("b", "b", "a"));
  EXPECT_THAT(objects(root_, {.action = "deployment.update"}), ElementsAre("b", "b", "a"));
  EXPECT_THAT(objects(root_, {.group = "other"}), ElementsAre("b"));
  EXPECT_THAT(objects(root_, {.object = "a"}), ElementsAre("a"));
  EXPECT_THAT(objects(root_, {.actor = "ada", .action = "deployment.update", .object = "b"}),
              ElementsAre("b"));
  EXPECT_THAT(objects(root_, {.since = minute(2), .until = minute(4)}), ElementsAre("b", "b"));
  EXPECT_THAT(objects(root_, {.since = minute(5)}), ElementsAre());
  EXPECT_THAT(objects(root_, {.until = minute(1)}), ElementsAre());
  EXPECT_THAT(objects(root_, {.actor = "' OR 1 --"}), ElementsAre());
}

TEST_F(AuditLogTest, finds_rows_since_a_time_also_after_a_clock_went_back) {
  note("ada", "x", "late", "", minute(10));
  note("ada", "x", "early", "", minute(2));
  note("ada", "x", "later", "", minute(11));
  EXPECT_THAT(objects(root_, {.since = minute(5), .limit = 1}), ElementsAre("later", "late"));
}

TEST_F(AuditLogTest, stays_where_it_is_while_rows_are_added) {
  for (int i = 0; i < 4; ++i) note("ada", "x", std::to_string(i), "");
  AuditFilter filter{.limit = 2};
  filter.cursor = value(log_->list(root_, filter)).next_cursor;
  note("ada", "x", "new", "");
  EXPECT_THAT(objects(root_, filter), ElementsAre("1", "0"));
}

TEST_F(AuditLogTest, refuses_filters_by_field) {
  EXPECT_THAT(paths(log_->list(root_, {.limit = 0})), ElementsAre("limit"));
  EXPECT_THAT(paths(log_->list(root_, {.since = minute(2), .until = minute(2)})),
              ElementsAre("until"));
  for (const char* cursor : {"x", "1", "1.", ".1", "-1.0", "1.2x", "99999999999999999999.0"}) {
    EXPECT_THAT(paths(log_->list(root_, {.cursor = cursor})), ElementsAre("cursor")) << cursor;
  }
}

// One of every change that people can make, each by somebody at an address of their own.
TEST_F(AuditLogTest, every_change_and_sign_in_leaves_a_row_with_actor_and_source_and_no_secret) {
  const std::string secret = "correct-horse-battery-staple";
  const identity::SecretBox box({identity::make_secret_key(random_)}, random_);
  const auto secrets = make_pull_secrets(*store_, box, clock_);
  const auto clients = make_clients({*store_, clock_, random_});
  FixedViews views;
  DryRunsOnly engine;
  logs::LogStore logs({.root = folder_.path() / "logs", .keep = {}, .free_floor = 0});
  const auto deployments = make_deployments({*store_, clock_, random_, views, engine, logs});
  const auto accounts = value(identity::Accounts::open(*store_, clock_, random_));

  value(types_->create(root_, {"big", "Big", "", 4000, 1 << 30, 0}));
  value(types_->update(root_, "big", {.description = "Bigger"}, {}));
  value(groups_->create(root_, {.name = "vision", .deployment_enabled = true}));
  value(groups_->update(root_, "vision", {.display_name = "Vision"}, {}));
  NewUser user;
  user.name = "kim";
  user.password = secret;
  user.must_change_password = false;
  value(users_->create(root_, user));
  value(users_->update(root_, "kim", {.email = "kim@x.org"}, {}));
  value(groups_->put_member(root_, "vision", {.user = "kim"}));
  value(groups_->put_member(root_, "vision", {.user = "kim", .admin = true}));
  value(secrets->create(root_, "vision", "hub", {{"ghcr.io", "puller", secret}}));
  value(secrets->replace(root_, "vision", "hub", {{"ghcr.io", "other", secret}}, {}));

  NewDeployment wanted;
  wanted.group = "vision";
  wanted.name = "Iris";
  wanted.id = "iris";
  wanted.spec.image = "iris:1";
  wanted.spec.instance_type = "cpu-1";
  wanted.spec.environment = {{"API_KEY", secret}};
  value(deployments->create(root_, wanted));
  SpecPatch patch;
  patch.image = "iris:2";
  patch.environment = {{"API_KEY", secret + "2"}};
  value(deployments->update(root_, "iris", patch, "new data", {}));
  value(deployments->rollback(root_, "iris", 1, "", {}));
  value(deployments->tag(root_, "iris", 1, "golden"));
  value(deployments->tag(root_, "iris", 1, ""));
  std::vector<std::string> shown_once;
  shown_once.push_back(value(clients->add(root_, "iris", {.name = "bot"})).token);
  value(clients->update(root_, "iris", "bot", {.requests_per_minute = 5}));
  shown_once.push_back(
      value(clients->rotate(root_, "iris", "bot", std::chrono::seconds(60))).token);
  ASSERT_TRUE(clients->remove(root_, "iris", "bot"));
  value(deployments->stop(root_, "iris", {}));
  value(deployments->start(root_, "iris", {}));
  ASSERT_TRUE(deployments->remove(root_, "iris", "Iris", {}));

  const auto signed_in = value(accounts->sign_in("kim", secret, "10.0.0.9", "cli"));
  shown_once.push_back(signed_in.secret);
  ASSERT_TRUE(accounts->tokens().revoke("kim", signed_in.token.id, "kim", "10.0.0.9"));
  const auto session = value(accounts->begin_session("kim", secret, "10.0.0.9"));
  shown_once.push_back(session.secret);
  ASSERT_TRUE(accounts->sessions().end(session.secret, "10.0.0.9"));
  ASSERT_FALSE(accounts->sign_in("kim", "wrong-horse", "10.0.0.9", "cli"));
  ASSERT_FALSE(accounts->begin_session("nobody-here", secret, "10.0.0.9"));
  value(accounts->change_password("kim", secret, secret + "3", "10.0.0.9"));

  shown_once.push_back(*value(users_->reset_password(root_, "kim")).generated_password);
  ASSERT_TRUE(secrets->remove(root_, "vision", "hub", {}));
  ASSERT_TRUE(groups_->remove_member(root_, "vision", "kim"));
  ASSERT_TRUE(users_->remove(root_, "kim", {}));
  ASSERT_TRUE(types_->remove(root_, "big", {}));

  std::set<std::string> actions;
  for (const AuditEntry& entry : value(log_->list(root_, {.limit = 1000})).items) {
    actions.insert(entry.action);
    EXPECT_EQ(entry.source, "10.0.0.9") << entry.action;
    EXPECT_EQ(entry.actor.empty(), entry.action == "session.refused") << entry.action;
    EXPECT_NE(entry.time, Timestamp{}) << entry.action;
    const std::string all = entry.object + entry.detail + entry.before + entry.after;
    EXPECT_THAT(all, Not(HasSubstr(secret))) << entry.action;
    for (const std::string& once : shown_once) EXPECT_THAT(all, Not(HasSubstr(once)));
    EXPECT_THAT(all, Not(HasSubstr("nobody-here")));
  }
  EXPECT_THAT(
      actions,
      ElementsAre("deployment.client_added", "deployment.client_changed",
                  "deployment.client_removed", "deployment.client_rotated", "deployment.create",
                  "deployment.delete", "deployment.rollback", "deployment.start", "deployment.stop",
                  "deployment.tag", "deployment.update", "group.create", "group.update",
                  "instance_type.create", "instance_type.delete", "instance_type.update",
                  "member.put", "member.remove", "secret.create", "secret.remove", "secret.replace",
                  "session.refused", "session.sign_in", "session.sign_out", "token.create",
                  "token.revoke", "user.change_password", "user.create", "user.delete",
                  "user.reset_password", "user.update"));
}

}  // namespace
}  // namespace slipway::control
