// kill -9 at random instants: what was acknowledged is there, and nothing half-done is.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "store/database.h"
#include "store/settings.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

constexpr int kRounds = 20;
constexpr int kWriters = 3;

// Runs in a child: writes two rows at a time and tells the parent after each acknowledgement.
[[noreturn]] void write_for_ever(const TestFolder& folder, int told, int round) {
  auto opened = Store::open(folder.database(), {.checkpoint_bytes = 64 * 1024});
  if (!opened) ::_exit(3);
  std::vector<std::thread> threads;
  for (int t = 0; t < kWriters; ++t) {
    threads.emplace_back([&, t] {
      for (uint32_t i = 0;; ++i) {
        const std::string name =
            std::to_string(round) + "." + std::to_string(t) + "." + std::to_string(i);
        const auto done = (*opened)->write([&](WriteTransaction& tx) -> Result<void> {
          TRY(settings::put(tx, name + ".first", std::string(500, 'x')));
          return settings::put(tx, name + ".second", name);
        });
        if (!done) ::_exit(4);
        const std::string line = name + "\n";  // under PIPE_BUF: one piece
        if (::write(told, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
          ::_exit(5);
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  ::_exit(6);
}

// Everything the child told until it was killed, cut at the last whole line.
std::vector<std::string> read_acknowledged(int from) {
  std::string all;
  char buffer[4096];
  ssize_t size = 0;
  while ((size = ::read(from, buffer, sizeof buffer)) > 0) {
    all.append(buffer, static_cast<size_t>(size));
  }
  std::vector<std::string> out;
  size_t begin = 0;
  for (size_t end = all.find('\n'); end != std::string::npos; end = all.find('\n', begin)) {
    out.push_back(all.substr(begin, end - begin));
    begin = end + 1;
  }
  return out;
}

TEST(Durability, every_acknowledged_write_survives_kill_9_and_none_is_half_there) {
  const TestFolder folder;
  { const auto store = open_test_store(folder); }
  TestRandom random;
  size_t acknowledged_in_all = 0;
  std::vector<std::string> all;
  for (int round = 0; round < kRounds; ++round) {
    int told[2];
    ASSERT_EQ(::pipe(told), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(told[0]);
      write_for_ever(folder, told[1], round);
    }
    ::close(told[1]);
    // The instant is what varies; a child that is slow to begin only makes a round cheaper.
    std::thread killer([&] {
      std::this_thread::sleep_for(std::chrono::milliseconds(5 + random.below(120)));
      ::kill(child, SIGKILL);
    });
    const auto acknowledged = read_acknowledged(told[0]);
    killer.join();
    ::close(told[0]);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << WEXITSTATUS(status);
    acknowledged_in_all += acknowledged.size();
    all.insert(all.end(), acknowledged.begin(), acknowledged.end());

    const auto store = open_test_store(folder);
    const auto checked = store->read([&](ReadTransaction& tx) -> Result<bool> {
      for (const std::string& name : all) {
        TRY_ASSIGN(const auto second, settings::find(tx, name + ".second"));
        EXPECT_EQ(second, name) << "acknowledged, and lost";
      }
      TRY_ASSIGN(
          const int64_t halves,
          tx.database().integer(
              "SELECT count(*) FROM settings a WHERE name LIKE '%.first' AND NOT EXISTS (SELECT 1 "
              "FROM settings b WHERE b.name = replace(a.name, '.first', '.second'))"));
      EXPECT_EQ(halves, 0);
      return true;
    });
    ASSERT_TRUE(checked) << checked.error().message;
  }
  EXPECT_GT(acknowledged_in_all, 0U);
}

}  // namespace
}  // namespace slipway::store
