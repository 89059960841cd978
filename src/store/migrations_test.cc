#include "store/migrations.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::store {
namespace {

std::unique_ptr<Database> open_file(const TestFolder& folder) {
  auto opened =
      Database::open(folder.database(), Database::Mode::kReadWrite, std::chrono::milliseconds(100));
  if (!opened || !(*opened)->use_write_ahead_log()) throw std::runtime_error("cannot open");
  return std::move(*opened);
}

TEST(Migrations, bring_an_empty_file_to_the_newest_version_and_are_idle_then) {
  const TestFolder folder;
  const auto database = open_file(folder);
  ASSERT_TRUE(check_owner(*database));
  ASSERT_TRUE(migrate(*database, migrations()));
  EXPECT_EQ(database->integer("PRAGMA user_version"), static_cast<int64_t>(migrations().size()));
  EXPECT_EQ(database->integer("PRAGMA application_id"), kApplicationId);
  EXPECT_TRUE(check_owner(*database));
  const auto before = database->integer("PRAGMA schema_version");
  ASSERT_TRUE(migrate(*database, migrations()));
  EXPECT_EQ(database->integer("PRAGMA schema_version"), before);
}

TEST(Migrations, apply_only_what_is_missing) {
  const TestFolder folder;
  const auto database = open_file(folder);
  std::vector<Migration> steps = {{"one", "CREATE TABLE one (x)"}};
  ASSERT_TRUE(migrate(*database, steps));
  steps.push_back({"two", "CREATE TABLE two (x); INSERT INTO one VALUES (7)"});
  ASSERT_TRUE(migrate(*database, steps));
  EXPECT_EQ(database->integer("SELECT x FROM one"), 7);
  EXPECT_EQ(database->integer("PRAGMA user_version"), 2);
}

TEST(Migrations, undo_a_step_that_fails_and_keep_the_version_before) {
  const TestFolder folder;
  const auto database = open_file(folder);
  const std::vector<Migration> steps = {{"good", "CREATE TABLE one (x)"},
                                        {"bad one", "CREATE TABLE two (x); CREATE TABLE two (x)"}};
  const auto done = migrate(*database, steps);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("bad one"), std::string::npos);
  EXPECT_EQ(database->integer("PRAGMA user_version"), 1);
  EXPECT_EQ(database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'two'"), 0);
  EXPECT_TRUE(database->is_idle());
}

}  // namespace
}  // namespace slipway::store
