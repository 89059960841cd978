#include "store/store.h"

#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include <fstream>
#include <sstream>
#include <thread>

#include "store/database.h"
#include "store/migrations.h"
#include "store/settings.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

Result<void> put(Store& store, const std::string& name, const std::string& value) {
  return store.write([&](WriteTransaction& tx) { return settings::put(tx, name, value); });
}

std::string get(Store& store, const std::string& name) {
  const auto found = store.read([&](ReadTransaction& tx) { return settings::find(tx, name); });
  return found && *found ? **found : "(none)";
}

// Another program that has the file open and writes to it.
class Intruder {
 public:
  explicit Intruder(const std::filesystem::path& path) { sqlite3_open(path.c_str(), &handle_); }
  ~Intruder() { sqlite3_close(handle_); }
  int run(const std::string& sql) {
    return sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  }

 private:
  sqlite3* handle_ = nullptr;
};

TEST(Store, keeps_what_was_written_over_a_restart) {
  const TestFolder folder;
  {
    const auto store = open_test_store(folder);
    ASSERT_TRUE(put(*store, "a", "1"));
    EXPECT_EQ(get(*store, "a"), "1");
  }
  EXPECT_EQ(get(*open_test_store(folder), "a"), "1");
}

TEST(Store, is_private_to_its_user) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  ASSERT_TRUE(put(*store, "a", "1"));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat info {};
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777U, 0600U) << entry.path();
  }
}

TEST(Store, takes_group_and_world_rights_off_an_existing_file) {
  const TestFolder folder;
  { const auto store = open_test_store(folder); }
  ASSERT_EQ(::chmod(folder.database().c_str(), 0644), 0);
  const auto store = open_test_store(folder);
  struct stat info {};
  ASSERT_EQ(::stat(folder.database().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
}

TEST(Store, undoes_a_write_that_ends_in_an_error_or_an_exception) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  const auto refused = store->write([](WriteTransaction& tx) -> Result<void> {
    TRY(settings::put(tx, "a", "1"));
    return fail(ErrorCode::kQuota, "changed my mind");
  });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error(), (Error{ErrorCode::kQuota, "changed my mind"}));
  const auto thrown = store->write([](WriteTransaction& tx) -> Result<void> {
    TRY(settings::put(tx, "a", "1"));
    throw std::runtime_error("broken");
  });
  ASSERT_FALSE(thrown);
  EXPECT_EQ(thrown.error().code, ErrorCode::kInternal);
  EXPECT_EQ(get(*store, "a"), "(none)");
}

TEST(Store, gives_a_reader_one_consistent_state) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  ASSERT_TRUE(put(*store, "a", "1"));
  const auto seen = store->read([&](ReadTransaction& tx) -> Result<std::string> {
    TRY_ASSIGN(const auto before, settings::find(tx, "a"));
    TRY(put(*store, "a", "2"));  // another thread's commit, as far as this reader goes
    TRY_ASSIGN(const auto after, settings::find(tx, "a"));
    return *before + *after;
  });
  EXPECT_EQ(seen, "11");
  EXPECT_EQ(get(*store, "a"), "2");
}

TEST(Store, reads_with_more_threads_than_kept_connections) {
  const TestFolder folder;
  const auto store = open_test_store(folder, {.readers = 1});
  ASSERT_TRUE(put(*store, "a", "1"));
  const auto nested = store->read([&](ReadTransaction&) -> Result<std::string> {
    return store->read([&](ReadTransaction&) -> Result<std::string> { return get(*store, "a"); });
  });
  EXPECT_EQ(nested, "1");
}

TEST(Store, refuses_a_write_from_within_a_write_instead_of_hanging) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  const auto outer =
      store->write([&](WriteTransaction&) -> Result<void> { return put(*store, "a", "1"); });
  ASSERT_FALSE(outer);
  EXPECT_EQ(outer.error().code, ErrorCode::kInternal);
  EXPECT_TRUE(put(*store, "a", "1"));
}

TEST(Store, is_opened_once_only) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  const auto second = Store::open(folder.database());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_NE(second.error().message.find(std::to_string(::getpid())), std::string::npos);
  EXPECT_TRUE(put(*store, "a", "1"));
}

TEST(Store, says_that_another_program_holds_a_lock_and_works_again_after_it) {
  const TestFolder folder;
  const auto store = open_test_store(folder, {.busy_timeout = std::chrono::milliseconds(20)});
  Intruder intruder(folder.database());
  ASSERT_EQ(intruder.run("BEGIN IMMEDIATE"), SQLITE_OK);
  const auto refused = put(*store, "a", "1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("locked by another program"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(get(*store, "a"), "(none)");  // readers go on
  ASSERT_EQ(intruder.run("ROLLBACK"), SQLITE_OK);
  EXPECT_TRUE(put(*store, "a", "1"));
}

TEST(Store, is_refused_at_the_start_while_another_program_holds_it_exclusively) {
  const TestFolder folder;
  { const auto store = open_test_store(folder); }
  Intruder intruder(folder.database());
  ASSERT_EQ(intruder.run("PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE"), SQLITE_OK);
  const auto refused =
      Store::open(folder.database(), {.busy_timeout = std::chrono::milliseconds(20)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable) << refused.error().message;
}

TEST(Store, says_that_the_disk_is_full_keeps_what_was_there_and_works_again_with_room) {
  const TestFolder folder;
  const auto store = open_test_store(folder, {.max_bytes = 512 * 1024});
  ASSERT_TRUE(put(*store, "small", "1"));
  const std::string big(2 * 1024 * 1024, 'x');
  const auto refused = put(*store, "big", big);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("disk is full"), std::string::npos)
      << refused.error().message;
  EXPECT_EQ(get(*store, "small"), "1");
  EXPECT_EQ(get(*store, "big"), "(none)");
  EXPECT_TRUE(put(*store, "small", "2"));
  EXPECT_EQ(get(*store, "small"), "2");
}

TEST(Store, refuses_a_file_that_is_no_database_and_leaves_it_as_it_is) {
  const TestFolder folder;
  const std::string garbage(10'000, 'g');
  std::ofstream(folder.database(), std::ios::binary) << garbage;
  const auto refused = Store::open(folder.database());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
  EXPECT_NE(refused.error().message.find("backup"), std::string::npos) << refused.error().message;
  EXPECT_EQ(bytes_of(folder.database()), garbage);
}

TEST(Store, refuses_a_damaged_database_and_leaves_it_as_it_is) {
  const TestFolder folder;
  {
    const auto store = open_test_store(folder);
    for (int i = 0; i < 400; ++i) {
      ASSERT_TRUE(put(*store, "name" + std::to_string(i), std::string(100, 'v')));
    }
  }
  std::string bytes = bytes_of(folder.database());
  // The first page stays: the damage is inside.
  for (size_t i = 4096; i < bytes.size(); i += 7) bytes[i] = '\x5a';
  std::ofstream(folder.database(), std::ios::binary | std::ios::trunc) << bytes;
  const auto refused = Store::open(folder.database());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
  EXPECT_NE(refused.error().message.find("damaged"), std::string::npos) << refused.error().message;
  EXPECT_EQ(bytes_of(folder.database()), bytes);
}

TEST(Store, refuses_a_truncated_database) {
  const TestFolder folder;
  {
    const auto store = open_test_store(folder);
    for (int i = 0; i < 400; ++i) {
      ASSERT_TRUE(put(*store, "name" + std::to_string(i), std::string(100, 'v')));
    }
  }
  std::filesystem::resize_file(folder.database(),
                               std::filesystem::file_size(folder.database()) / 2 / 4096 * 4096);
  const auto refused = Store::open(folder.database());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal) << refused.error().message;
}

TEST(Store, refuses_another_programs_database_and_leaves_it_as_it_is) {
  const TestFolder folder;
  {
    Intruder other(folder.database());
    ASSERT_EQ(other.run("CREATE TABLE theirs (x)"), SQLITE_OK);
  }
  const std::string before = bytes_of(folder.database());
  const auto refused = Store::open(folder.database());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInternal);
  EXPECT_NE(refused.error().message.find("another program"), std::string::npos);
  EXPECT_EQ(bytes_of(folder.database()), before);
}

TEST(Store, refuses_the_schema_of_a_newer_slipway) {
  const TestFolder folder;
  { const auto store = open_test_store(folder); }
  {
    Intruder newer(folder.database());
    ASSERT_EQ(newer.run("PRAGMA user_version=999"), SQLITE_OK);
  }
  const auto refused = Store::open(folder.database());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().message.find("newer Slipway"), std::string::npos);
}

TEST(Store, says_which_folder_is_missing) {
  const TestFolder folder;
  const auto refused = Store::open(folder.path() / "missing" / "slipway.db");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("missing"), std::string::npos);
}

TEST(Store, commits_for_many_threads_and_spoils_nobody_with_anothers_error) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  constexpr int kThreads = 8;
  constexpr int kEach = 40;
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string name = std::to_string(t) + "-" + std::to_string(i);
        const bool shall_fail = i % 3 == 0;
        const auto done = store->write([&](WriteTransaction& tx) -> Result<void> {
          TRY(settings::put(tx, name, "here"));
          if (shall_fail) return fail(ErrorCode::kInvalid, name);
          return {};
        });
        if (done.has_value() == shall_fail) ++wrong;
        if (!done && done.error().message != name) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
  for (int t = 0; t < kThreads; ++t) {
    for (int i = 0; i < kEach; ++i) {
      EXPECT_EQ(get(*store, std::to_string(t) + "-" + std::to_string(i)),
                i % 3 == 0 ? "(none)" : "here");
    }
  }
}

TEST(Store, folds_the_log_in_before_it_grows_without_end) {
  const TestFolder folder;
  const int64_t limit = 256 * 1024;
  const auto store = open_test_store(folder, {.checkpoint_bytes = limit});
  for (int i = 0; i < 400; ++i) ASSERT_TRUE(put(*store, "same", std::string(20'000, 'v')));
  EXPECT_LT(std::filesystem::file_size(folder.database().string() + "-wal"), 5 * limit);
}

TEST(Store, check_tells_whether_it_can_write) {
  const TestFolder folder;
  const auto store = open_test_store(folder, {.busy_timeout = std::chrono::milliseconds(20)});
  EXPECT_TRUE(store->check());
  Intruder intruder(folder.database());
  ASSERT_EQ(intruder.run("BEGIN IMMEDIATE"), SQLITE_OK);
  EXPECT_FALSE(store->check());
  ASSERT_EQ(intruder.run("ROLLBACK"), SQLITE_OK);
  EXPECT_TRUE(store->check());
}

}  // namespace
}  // namespace slipway::store
