#include "logs/log_store.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "logs/gzip_stream.h"
#include "logs/log_fixture_test.h"
#include "logs/segment.h"

namespace slipway::logs {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class LogStoreTest : public LogFixture {
 protected:
  LogOwner owner(int64_t created = 1) const {
    return {"iris", from_unix_micros(created), "Iris", "vision"};
  }
  LogStore store(KeepRule keep = {}) const {
    return LogStore({.root = directory.path() / "logs", .keep = keep, .free_floor = 0});
  }
  static void age(const std::filesystem::path& file, int64_t seconds) {
    const timespec times[2] = {{seconds, 0}, {seconds, 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, file.c_str(), times, 0), 0);
  }
  // `runs` runs of `lines` lines each; the newest goes on.
  void fill(const std::filesystem::path& replica, int runs, int lines) {
    for (int run = 1; run <= runs; ++run) {
      auto log = LogWriter::open(replica, "run " + std::to_string(run));
      ASSERT_TRUE(log);
      write_lines(**log, 1, lines);
    }
    int64_t time = 1000;
    for (const SegmentFile& file : list_segments(replica)) age(file.path, time += 10);
  }
};

TEST_F(LogStoreTest, knows_whose_the_logs_of_an_id_are_and_were) {
  LogStore logs(store().options());
  EXPECT_THAT(logs.owners_of("iris"), IsEmpty());
  ASSERT_TRUE(logs.prepare(owner(1)));
  ASSERT_TRUE(logs.prepare(owner(2)));
  ASSERT_TRUE(logs.prepare({"iris-2", from_unix_micros(3), "other", "g"}));
  EXPECT_THAT(logs.owners_of("iris"), ElementsAre(owner(2), owner(1)));
  EXPECT_THAT(logs.owners_of("iri"), IsEmpty());
}

TEST_F(LogStoreTest, keeps_the_newest_of_a_deployment_up_to_a_size) {
  LogStore logs(store().options());
  const auto folder = *logs.prepare(owner());
  fill(folder / "r", 6, 100);
  ASSERT_THAT(list_segments(folder / "r"), SizeIs(6));
  uint64_t newest_two = 0;
  const auto files = list_segments(folder / "r");
  for (size_t i = 4; i < 6; ++i) newest_two += std::filesystem::file_size(files[i].path);
  LogStore bounded({.root = logs.options().root, .keep = {.bytes = newest_two}, .free_floor = 0});
  const Swept swept = bounded.sweep(Timestamp{}, {"iris"});
  EXPECT_EQ(swept.segments, 4);
  EXPECT_THAT(list_segments(folder / "r"), ElementsAre(files[4], files[5]));
  EXPECT_EQ(bounded.sweep(Timestamp{}, {"iris"}), Swept{});
}

TEST_F(LogStoreTest, keeps_none_older_than_an_age_and_forgets_a_gone_deployment_in_the_end) {
  const LogStoreOptions options{.root = directory.path() / "logs",
                                .keep = {.age = std::chrono::seconds(100)},
                                .free_floor = 0};
  LogStore logs(options);
  const auto folder = *logs.prepare(owner());
  fill(folder / "r", 3, 10);
  const auto now = [](int64_t seconds) { return Timestamp{std::chrono::seconds(seconds)}; };
  EXPECT_EQ(logs.sweep(now(1100), {}).segments, 0);
  EXPECT_EQ(logs.sweep(now(1115), {}).segments, 1);
  // The newest is being written, and the one before it says what of its run is stored.
  EXPECT_EQ(logs.sweep(now(9999), {"iris"}).segments, 0);
  EXPECT_EQ(logs.seal_all_but({"r"}).segments, 0);
  EXPECT_EQ(logs.seal_all_but({"other"}).segments, 1);
  for (const SegmentFile& file : list_segments(folder / "r")) age(file.path, 1000);
  EXPECT_EQ(logs.sweep(now(9999), {}).segments, 2);
  EXPECT_FALSE(std::filesystem::exists(folder));
}

TEST_F(LogStoreTest, pauses_below_the_floor_and_says_each_change_once) {
  std::optional<uint64_t> free = 200;
  DiskGuard guard(100, [&] { return free; });
  using Change = DiskGuard::Change;
  EXPECT_EQ(guard.look(), Change::kNone);
  free = 99;
  EXPECT_EQ(guard.look(), Change::kPaused);
  EXPECT_TRUE(guard.paused());
  EXPECT_EQ(guard.look(), Change::kNone);
  EXPECT_FALSE(guard.found_full());
  free = 101;  // not yet enough for more than a moment
  EXPECT_EQ(guard.look(), Change::kNone);
  free = 126;
  EXPECT_EQ(guard.look(), Change::kResumed);
  EXPECT_FALSE(guard.paused());
  // A disk that cannot be asked holds nothing back.
  free = std::nullopt;
  EXPECT_EQ(guard.look(), Change::kNone);
  EXPECT_TRUE(guard.found_full());
  EXPECT_EQ(guard.look(), Change::kResumed);
}

TEST_F(LogStoreTest, a_gzip_stream_begins_like_one_and_is_smaller) {
  GzipStream gzip;
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += gzip.add("the same line again\n");
  bytes += gzip.finish();
  EXPECT_EQ(bytes.substr(0, 3), "\x1f\x8b\x08");
  EXPECT_LT(bytes.size(), 1000u);
}

}  // namespace
}  // namespace slipway::logs
