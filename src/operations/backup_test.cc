#include "operations/backup.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "operations/restore.h"
#include "operations/state_files.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "store/audit.h"
#include "store/database.h"
#include "store/database_copy.h"
#include "store/settings.h"
#include "store/test_store.h"

namespace slipway::operations {
namespace {

namespace fs = std::filesystem;

class Backup : public ::testing::Test {
 protected:
  Backup() {
    EXPECT_TRUE(os::make_directory(state(), 0700));
    auto opened = store::Store::open(state() / kDatabaseFile);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    const auto furnished = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      TRY(store::settings::installation_id(tx, random_));
      TRY(store::settings::control_id(tx, random_));
      return store::insert_sample(tx, "kept");
    });
    EXPECT_TRUE(furnished);
    write(state() / kInstallationFile, "abc\n");
    write(state() / "secrets.key", "key material");
  }

  fs::path state() const { return folder_.path() / "state"; }
  fs::path file() const { return folder_.path() / "backup.tar"; }

  static void write(const fs::path& path, const std::string& content) {
    ASSERT_TRUE(os::replace_file(path, content, 0600));
  }
  static std::string content_of(const fs::path& path) {
    return os::read_file(path, size_t{1} << 30U).value_or("(unreadable)");
  }

  Result<Manifest> back_up(bool with_keys = true) {
    return make_backup(
        {.state_dir = state(), .to = file(), .with_keys = with_keys, .slipway_version = "1.2.3"},
        clock_);
  }
  Result<RestoreReport> restore(const fs::path& into, bool force = false) {
    return restore_backup({.from = file(), .state_dir = into, .force = force}, clock_);
  }
  // Folders that a failure would have left behind.
  size_t leftovers() const {
    size_t count = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
      if (entry.path().filename().string().starts_with(".slipway-")) ++count;
    }
    return count;
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_;
};

store::AuditRow note_by(const std::string& actor) {
  store::AuditRow row;
  row.actor = actor;
  return row;
}

int64_t audit_rows(store::Database& database) {
  return database.integer("SELECT count(*) FROM audit").value_or(-1);
}

std::unique_ptr<store::Database> open_database(const fs::path& path) {
  auto opened = store::Database::open(path, store::Database::Mode::kReadOnly,
                                      std::chrono::milliseconds(1000));
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

TEST_F(Backup, comes_back_equal_after_a_restore) {
  const auto made = back_up();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->slipway_version, "1.2.3");
  EXPECT_TRUE(made->keys);
  EXPECT_EQ(made->files.size(), 3U);
  struct stat info {};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0600U);

  const fs::path target = folder_.path() / "deep" / "restored";
  const auto done = restore(target);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(done->manifest, *made);
  EXPECT_FALSE(done->lacks_keys);
  EXPECT_TRUE(done->moved_to.empty());
  EXPECT_EQ(content_of(target / "secrets.key"), "key material");
  EXPECT_EQ(content_of(target / kInstallationFile), "abc\n");
  for (const auto& entry : fs::directory_iterator(target)) {
    ASSERT_EQ(::stat(entry.path().c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0077U, 0U) << entry.path();
  }
  ASSERT_EQ(::stat(target.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777U, 0700U);
  EXPECT_EQ(leftovers(), 0U);

  auto restored = store::Store::open(target / kDatabaseFile);
  ASSERT_TRUE(restored) << restored.error().message;
  const auto row = (*restored)->read(
      [](store::ReadTransaction& tx) { return store::deployments::find(tx, "kept"); });
  ASSERT_TRUE(row && *row);
  EXPECT_EQ((*row)->name, "Name of kept");
}

TEST_F(Backup, keeps_the_installation_and_takes_a_new_control_id) {
  ASSERT_TRUE(back_up());
  const fs::path target = folder_.path() / "restored";
  ASSERT_TRUE(restore(target));
  const auto ids = [&](store::Store& store) {
    return *store.write(
        [&](store::WriteTransaction& tx) -> Result<std::pair<std::string, std::string>> {
          TRY_ASSIGN(std::string installation, store::settings::installation_id(tx, random_));
          TRY_ASSIGN(std::string control, store::settings::control_id(tx, random_));
          return std::pair(installation, control);
        });
  };
  auto restored = store::Store::open(target / kDatabaseFile);
  ASSERT_TRUE(restored);
  const auto before = ids(*store_);
  const auto after = ids(**restored);
  EXPECT_EQ(before.first, after.first);
  EXPECT_NE(before.second, after.second);
}

// Each write adds two rows: a copy that is not one consistent state would hold an odd number.
TEST_F(Backup, is_one_consistent_state_while_others_write) {
  std::atomic<bool> stop{false};
  std::atomic<int> written{0};
  std::thread writer([&] {
    while (!stop) {
      const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
        TRY(store::audit::append(tx, note_by("one")));
        return store::audit::append(tx, note_by("two"));
      });
      if (done) ++written;
    }
  });
  int64_t last = 0;
  for (int i = 0; i < 10; ++i) {
    const int acknowledged = written;
    const auto made = back_up();
    EXPECT_TRUE(made) << made.error().message;
    const fs::path target = folder_.path() / ("r" + std::to_string(i));
    const auto done = restore(target);
    EXPECT_TRUE(done) << done.error().message;
    if (!made || !done) break;
    const auto database = open_database(target / kDatabaseFile);
    const int64_t rows = audit_rows(*database);
    EXPECT_EQ(rows % 2, 0);
    EXPECT_GE(rows, 2 * acknowledged);
    EXPECT_GE(rows, last);
    last = rows;
  }
  stop = true;
  writer.join();
}

TEST_F(Backup, is_made_of_a_stopped_one_and_of_one_that_was_killed_too) {
  // Copied while open: a log beside the file and nobody who owns them, as after kill -9.
  const fs::path killed = folder_.path() / "killed";
  fs::create_directories(killed);
  for (const char* name : {"slipway.db", "slipway.db-wal"}) {
    fs::copy_file(state() / name, killed / name);
  }
  const auto of_killed = make_backup({.state_dir = killed, .to = file()}, clock_);
  ASSERT_TRUE(of_killed) << of_killed.error().message;
  const fs::path first = folder_.path() / "first";
  ASSERT_TRUE(restore(first));
  EXPECT_EQ(open_database(first / kDatabaseFile)->integer("SELECT count(*) FROM deployments"), 1);
  store_.reset();
  ASSERT_TRUE(back_up());
  ASSERT_TRUE(restore(folder_.path() / "second"));
}

TEST_F(Backup, leaves_keys_out_when_told_so) {
  ASSERT_TRUE(back_up(/*with_keys=*/false));
  EXPECT_EQ(content_of(file()).find("key material"), std::string::npos);
  const auto done = restore(folder_.path() / "restored");
  ASSERT_TRUE(done);
  EXPECT_TRUE(done->lacks_keys);
  EXPECT_FALSE(fs::exists(folder_.path() / "restored" / "secrets.key"));
}

TEST_F(Backup, refuses_a_state_directory_without_a_database_and_leaves_no_file) {
  const auto made = make_backup({.state_dir = folder_.path() / "nowhere", .to = file()}, clock_);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().message.find("there is no database"), std::string::npos);
  EXPECT_FALSE(fs::exists(file()));
  EXPECT_FALSE(make_backup({.state_dir = state(), .to = folder_.path() / "no" / "f"}, clock_));
  EXPECT_FALSE(make_backup({.state_dir = state(), .to = folder_.path()}, clock_));
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(Backup, of_a_damaged_database_keeps_the_file_that_was_there) {
  ASSERT_TRUE(back_up());
  const std::string good = content_of(file());
  store_.reset();
  std::string bytes = content_of(state() / kDatabaseFile);
  bytes.replace(5000, 4000, std::string(4000, '\xa5'));
  write(state() / kDatabaseFile, bytes);
  EXPECT_FALSE(back_up());
  EXPECT_EQ(content_of(file()), good);
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(Backup, is_refused_with_any_byte_changed_or_missing_and_then_changes_nothing) {
  ASSERT_TRUE(back_up());
  const std::string good = content_of(file());
  const fs::path target = folder_.path() / "restored";
  const auto refused = [&](const std::string& bytes, const std::string& how) {
    write(file(), bytes);
    const auto done = restore(target);
    EXPECT_FALSE(done) << how;
    EXPECT_FALSE(fs::exists(target)) << how;
  };
  for (size_t at = 0; at < good.size(); at += 1 + good.size() / 64) {
    refused(good.substr(0, at), "cut at " + std::to_string(at));
  }
  // Not the unused bytes between a file's end and the next block, which mean nothing.
  const size_t database = good.find("SQLite format 3");
  const size_t manifest = good.find("\"slipway_version\"");
  ASSERT_NE(database, std::string::npos);
  ASSERT_NE(manifest, std::string::npos);
  for (const size_t at : {size_t{0}, size_t{120}, manifest + 22, database, database + 4096,
                          good.rfind("manifest.blake2b") + 512}) {
    std::string bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 1);
    refused(bytes, "changed at " + std::to_string(at));
  }
  refused("no tar at all", "text");
  refused("", "empty");
  EXPECT_EQ(leftovers(), 0U);
  write(file(), good);
  EXPECT_TRUE(restore(target));
}

TEST_F(Backup, does_not_replace_a_state_directory_unless_forced_and_then_moves_it_aside) {
  ASSERT_TRUE(back_up());
  const fs::path target = folder_.path() / "restored";
  fs::create_directories(target / kModelDirectory / "iris");
  fs::create_directories(target / kReplicaDirectory / "r1");
  fs::create_directories(target / kSocketDirectory / "r1");
  write(target / "old", "precious");
  const auto refused = restore(target);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_NE(refused.error().message.find("--force"), std::string::npos);
  EXPECT_EQ(content_of(target / "old"), "precious");

  const auto done = restore(target, /*force=*/true);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(content_of(done->moved_to / "old"), "precious");
  EXPECT_FALSE(fs::exists(target / "old"));
  EXPECT_TRUE(fs::exists(target / kDatabaseFile));
  EXPECT_TRUE(fs::exists(target / kModelDirectory / "iris"));
  EXPECT_TRUE(fs::exists(target / kReplicaDirectory / "r1"));
  EXPECT_TRUE(fs::exists(target / kSocketDirectory / "r1"));
  // Again within the same second: another name.
  const auto again = restore(target, /*force=*/true);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_NE(again->moved_to, done->moved_to);
  EXPECT_EQ(leftovers(), 0U);
}

TEST_F(Backup, is_not_restored_over_a_slipwayd_that_runs) {
  ASSERT_TRUE(back_up());
  const auto running = os::LockFile::acquire(state());
  ASSERT_TRUE(running);
  const auto done = restore(state(), /*force=*/true);
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("in use"), std::string::npos);
  EXPECT_TRUE(fs::exists(state() / kDatabaseFile));
}

TEST_F(Backup, of_a_newer_slipway_is_refused) {
  store_.reset();
  {
    auto database = store::Database::open(
        state() / kDatabaseFile, store::Database::Mode::kReadWrite, std::chrono::milliseconds(100));
    ASSERT_TRUE(database && (*database)->execute("PRAGMA user_version=1000"));
  }
  const auto made = back_up();
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kConflict);
  const auto newer_format = read_manifest(R"({"format": 2, "anything": true})");
  ASSERT_FALSE(newer_format);
  EXPECT_EQ(newer_format.error().code, ErrorCode::kConflict);
}

TEST_F(Backup, names_of_files_cannot_lead_out_of_the_state_directory) {
  Manifest manifest{.slipway_version = "1",
                    .schema = 1,
                    .created_at = clock_.now(),
                    .installation = "x",
                    .keys = true,
                    .files = {{kDatabaseFile, 1, "00"}}};
  EXPECT_TRUE(read_manifest(write_manifest(manifest)));
  for (const char* name : {"../x.key", "/etc/x.key", ".key", "a/b.key", "lock", "url", ""}) {
    manifest.files = {{kDatabaseFile, 1, "00"}, {name, 1, "00"}};
    EXPECT_FALSE(read_manifest(write_manifest(manifest))) << name;
  }
  manifest.files = {{"a.key", 1, "00"}};
  EXPECT_FALSE(read_manifest(write_manifest(manifest)));
}

}  // namespace
}  // namespace slipway::operations
