// Databases of earlier releases, opened by this one; also when the upgrade is killed half-way.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "store/api_tokens.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/database_copy.h"
#include "store/events.h"
#include "store/first_schema_test.h"
#include "store/history.h"
#include "store/idempotency_keys.h"
#include "store/migrations.h"
#include "store/settings.h"
#include "store/statuses.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

namespace fs = std::filesystem;
using std::chrono::microseconds;
using std::chrono::steady_clock;

Timestamp at(int64_t micros) { return from_unix_micros(micros); }

std::unique_ptr<Database> open_file(const fs::path& path) {
  auto opened = Database::open(path, Database::Mode::kReadWrite, std::chrono::milliseconds(5'000));
  if (!opened || !(*opened)->use_write_ahead_log()) throw std::runtime_error("cannot open");
  return std::move(*opened);
}

void must(const Result<void>& done) {
  if (!done) throw std::runtime_error(done.error().message);
}

void make_first_schema(const fs::path& path) {
  const auto database = open_file(path);
  must(migrate(*database, {{"first", kFirstSchemaAsReleased}}));
  must(database->execute(std::string(kRowsOfTheFirstSchema)));
}

class Upgrade : public ::testing::Test {
 protected:
  Upgrade() { make_first_schema(folder_.database()); }

  template <typename Fn>
  auto read(Fn&& fn) {
    if (!store_) store_ = open_test_store(folder_);
    auto answer = store_->read(std::forward<Fn>(fn));
    if (!answer) throw std::runtime_error(answer.error().message);
    return std::move(*answer);
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(Upgrade, a_released_migration_was_not_edited) {
  ASSERT_GE(migrations().size(), 2U);
  EXPECT_EQ(migrations()[0].sql, kFirstSchemaAsReleased);
}

TEST_F(Upgrade, brings_the_first_schema_to_the_newest_and_stays_there) {
  EXPECT_EQ(inspect_database(folder_.database())->schema, 1);
  store_ = open_test_store(folder_);
  store_.reset();
  const auto facts = inspect_database(folder_.database());
  ASSERT_TRUE(facts) << facts.error().message;
  EXPECT_EQ(facts->schema, static_cast<int64_t>(migrations().size()));
  EXPECT_EQ(facts->installation, "abcdef123456");
}

TEST_F(Upgrade, keeps_people_and_their_tokens) {
  const auto ada = read([](ReadTransaction& tx) { return users::find(tx, "ada"); });
  ASSERT_TRUE(ada);
  EXPECT_EQ(*ada, (UserRow{"ada", "$argon2id$y", false, false, at(2'000'000)}));
  EXPECT_TRUE(read([](ReadTransaction& tx) { return users::find(tx, "admin"); })->admin);
  const auto tokens = read([](ReadTransaction& tx) { return api_tokens::of_user(tx, "ada"); });
  ASSERT_EQ(tokens.size(), 1U);
  EXPECT_EQ(tokens[0].digest, "\x01\x02");
  EXPECT_EQ(tokens[0].expires_at, at(9'000'000));
  EXPECT_EQ(tokens[0].last_used_at, std::nullopt);
}

TEST_F(Upgrade, switches_groups_on_without_limits_and_makes_nobody_their_admin) {
  const auto all = read([](ReadTransaction& tx) { return groups::all(tx); });
  ASSERT_EQ(all.size(), 2U);
  for (const domain::Group& group : all) {
    EXPECT_TRUE(group.deployment_enabled) << group.name;
    EXPECT_EQ(group.quota, domain::Quota{}) << group.name;
  }
  EXPECT_EQ(all[1].display_name, "Bilderkennung äöü 圖像");
  const auto members = read([](ReadTransaction& tx) { return groups::members(tx, "vision"); });
  ASSERT_EQ(members.size(), 1U);
  EXPECT_EQ(members[0], (domain::Member{.user = "ada", .admin = false}));
  const auto type = read([](ReadTransaction& tx) { return instance_types::find(tx, "cpu-1"); });
  ASSERT_TRUE(type);
  EXPECT_TRUE(type->global);
}

TEST_F(Upgrade, keeps_deployments_with_every_revision_and_status) {
  const auto iris = read([](ReadTransaction& tx) { return deployments::find(tx, "iris-abc12"); });
  ASSERT_TRUE(iris);
  EXPECT_EQ(iris->name, "Iris");
  EXPECT_EQ(iris->desire, domain::Desire::kRunning);
  EXPECT_EQ(iris->revision, 3);
  EXPECT_EQ(iris->proven_revision, 2);
  EXPECT_EQ(iris->generation, 5);
  const auto all = read([](ReadTransaction& tx) { return revisions::all(tx, "iris-abc12"); });
  ASSERT_EQ(all.size(), 3U);
  const auto third = read([](ReadTransaction& tx) { return revisions::find(tx, "iris-abc12", 3); });
  ASSERT_TRUE(third);
  EXPECT_EQ(third->spec.image, "iris:3");
  EXPECT_EQ(third->spec.replicas, 2);
  EXPECT_EQ(third->message, "三");
  const auto status = read([](ReadTransaction& tx) { return statuses::find(tx, "iris-abc12"); });
  ASSERT_TRUE(status);
  EXPECT_EQ(status->phase, domain::Phase::kDeployed);
  EXPECT_EQ(read([](ReadTransaction& tx) { return events::after(tx, "iris-abc12", 0, 10); }).size(),
            2U);
}

TEST_F(Upgrade, fills_the_history_from_the_revisions) {
  const auto story =
      read([](ReadTransaction& tx) { return history::before(tx, "iris-abc12", 0, 10); });
  ASSERT_EQ(story.size(), 3U);
  EXPECT_EQ(story[0].kind, "update");
  EXPECT_EQ(story[0].revision, 3);
  EXPECT_EQ(story[0].actor, "admin");
  EXPECT_EQ(story[0].message, "三");
  EXPECT_EQ(story[0].time, at(50));
  EXPECT_EQ(story[2].kind, "create");
  EXPECT_EQ(story[2].revision, 1);
  // One sequence over all deployments, oldest first.
  const auto faces = read([](ReadTransaction& tx) { return history::before(tx, "faces", 0, 10); });
  ASSERT_EQ(faces.size(), 1U);
  EXPECT_GT(faces[0].sequence, story[2].sequence);
  EXPECT_LT(faces[0].sequence, story[1].sequence);
}

TEST_F(Upgrade, keeps_the_audit_trail_and_idempotency_keys) {
  const auto rows = read([](ReadTransaction& tx) { return audit::after(tx, 0, 10); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].actor, "ada");
  EXPECT_EQ(rows[0].group, "");
  const auto key =
      read([](ReadTransaction& tx) { return idempotency_keys::find(tx, "ada", "k-1", at(20)); });
  ASSERT_TRUE(key);
  EXPECT_EQ(key->subject, "iris-abc12");
}

TEST_F(Upgrade, can_be_written_to_afterwards) {
  store_ = open_test_store(folder_);
  const auto done = store_->write([](WriteTransaction& tx) -> Result<void> {
    TRY(insert_sample(tx, "fresh"));
    return history::append(tx, {.deployment_id = "fresh", .kind = "create", .revision = 1})
        .map([](int64_t) {});
  });
  EXPECT_TRUE(done) << done.error().message;
}

// In a child, so that it can be killed. 0: the upgrade came to its end.
pid_t upgrade_in_child(const fs::path& path) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  const auto database = open_file(path);
  ::_exit(migrate(*database, migrations()) ? 0 : 1);
}

// Many rows make the upgrade long enough to be hit in its middle.
void grow(const fs::path& path) {
  must(open_file(path)->execute(R"sql(
    WITH RECURSIVE n(i) AS (SELECT 4 UNION ALL SELECT i + 1 FROM n WHERE i < 8000)
    INSERT INTO revisions SELECT 'iris-abc12', i, '{"image":"iris:1"}', 'ada', 100 + i, '' FROM n
  )sql"));
}

TEST_F(Upgrade, that_is_killed_leaves_a_whole_schema_and_goes_on_at_the_next_start) {
  grow(folder_.database());
  const fs::path original = folder_.path() / "original.db";
  must(copy_database(folder_.database(), original));
  const fs::path path = folder_.path() / "victim.db";
  const auto renew = [&] {
    for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(path.string() + suffix);
    fs::copy_file(original, path);
  };
  renew();
  const auto began = steady_clock::now();
  int status = 0;
  ::waitpid(upgrade_in_child(path), &status, 0);
  ASSERT_EQ(status, 0);
  const auto whole = std::chrono::duration_cast<microseconds>(steady_clock::now() - began);

  constexpr int kKills = 16;
  const auto newest = static_cast<int64_t>(migrations().size());
  for (int i = 0; i < kKills; ++i) {
    renew();
    const pid_t child = upgrade_in_child(path);
    std::this_thread::sleep_for(whole * i / kKills);
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    const auto database = open_file(path);
    const int64_t version = database->integer("PRAGMA user_version").value_or(-1);
    ASSERT_GE(version, 1);
    ASSERT_LE(version, newest);
    const int64_t has_history =
        *database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'history'");
    EXPECT_EQ(has_history, version >= 2 ? 1 : 0) << "killed in round " << i;
    must(migrate(*database, migrations()));
    EXPECT_EQ(database->integer("PRAGMA user_version"), newest);
    EXPECT_EQ(database->integer("SELECT count(*) FROM history"), 8001);
    EXPECT_EQ(*database->text("PRAGMA integrity_check"), "ok");
  }
}

}  // namespace
}  // namespace slipway::store
