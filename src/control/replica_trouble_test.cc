#include "control/replica_trouble.h"

#include <gtest/gtest.h>

namespace slipway::control {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;

engine::ObservedReplica ended(int code) {
  engine::ObservedReplica replica;
  replica.state = engine::RunState::kExited;
  replica.exit_code = code;
  return replica;
}
engine::LogLine line(std::string text, bool is_stderr) {
  engine::LogLine out;
  out.text = std::move(text);
  out.is_stderr = is_stderr;
  return out;
}

TEST(ReplicaTrouble, quotes_the_last_words_on_stderr) {
  EXPECT_EQ(
      cause_of_exit(ended(1), kGiB,
                    {line("ValueError: no model", true), line("bye", false), line("  ", true)}),
      "exits with code 1: ValueError: no model");
}

TEST(ReplicaTrouble, quotes_stdout_when_stderr_is_silent) {
  EXPECT_EQ(cause_of_exit(ended(3), kGiB, {line("cannot open model.bin", false)}),
            "exits with code 3: cannot open model.bin");
}

TEST(ReplicaTrouble, falls_back_to_the_engines_words) {
  auto replica = ended(127);
  EXPECT_EQ(cause_of_exit(replica, 0, {}), "exits with code 127");
  replica.detail = "exec: \"serve\": not found\n";
  EXPECT_EQ(cause_of_exit(replica, 0, {}), "exits with code 127: exec: \"serve\": not found");
  replica.exit_code.reset();
  EXPECT_EQ(cause_of_exit(replica, 0, {}), "ended: exec: \"serve\": not found");
}

TEST(ReplicaTrouble, names_the_signal_and_the_memory_limit) {
  EXPECT_EQ(cause_of_exit(ended(139), kGiB, {}), "exits with code 139 (signal 11)");
  auto replica = ended(137);
  replica.out_of_memory = true;
  EXPECT_EQ(cause_of_exit(replica, kGiB, {}), "was killed: out of memory (limit 1 GiB)");
  EXPECT_EQ(cause_of_exit(replica, kGiB / 2, {}), "was killed: out of memory (limit 512 MiB)");
  EXPECT_EQ(cause_of_exit(replica, 0, {}), "was killed: out of memory");
}

TEST(ReplicaTrouble, keeps_to_one_line_of_bounded_length) {
  const std::string cause = cause_of_exit(ended(1), 0, {line(std::string(9999, 'x'), true)});
  EXPECT_LT(cause.size(), 300u);
  EXPECT_EQ(cause.substr(cause.size() - 3), "...");
}

}  // namespace
}  // namespace slipway::control
