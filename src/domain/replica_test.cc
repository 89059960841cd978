#include "domain/replica.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway::domain {
namespace {

TEST(ReplicaKey, comes_back_from_its_id_even_when_the_deployment_looks_like_one) {
  for (const ReplicaKey& key :
       {ReplicaKey{"iris", 1, 0}, ReplicaKey{"a-r1-0", 12, 7}, ReplicaKey{"my-r-model", 3, 99}}) {
    EXPECT_EQ(parse_replica_id(key.id()), key) << key.id();
  }
  EXPECT_EQ((ReplicaKey{"iris", 12, 3}).id(), "iris-r12-3");
}

TEST(ReplicaKey, comes_back_from_its_id_for_any_numbers) {
  EXPECT_TRUE(rc::check("round trip", [] {
    const ReplicaKey key{"some-model", *rc::gen::inRange<int64_t>(1, INT64_MAX),
                         *rc::gen::inRange(0, INT32_MAX)};
    RC_ASSERT(parse_replica_id(key.id()) == key);
  }));
}

TEST(ReplicaKey, refuses_what_no_key_writes) {
  for (const char* bad :
       {"", "-", "iris", "iris-r1", "iris-r1-", "iris-r0-0", "iris-r-1-0", "iris-r1--1",
        "iris-r01-0", "iris-r1-00", "iris-r1-0x", "-r1-0", "I-r1-0", "iris-r99999999999999999999-0",
        "iris-r1-9999999999", "iris-1-0", "r1-0"}) {
    EXPECT_EQ(parse_replica_id(bad), std::nullopt) << bad;
  }
}

TEST(ReplicaState, follows_the_table) {
  using enum ReplicaState;
  const ReplicaState all[] = {kStarting, kReady, kUnready, kDraining, kExited};
  const bool legal[5][5] = {
      // to: starting, ready, unready, draining, exited
      {false, true, false, false, true},   // from starting
      {false, false, true, true, true},    // from ready
      {false, true, false, true, true},    // from unready
      {false, false, false, false, true},  // from draining
      {false, false, false, false, false}  // from exited
  };
  for (int from = 0; from < 5; ++from) {
    for (int to = 0; to < 5; ++to) {
      EXPECT_EQ(may_follow(all[from], all[to]), legal[from][to])
          << to_string(all[from]) << " -> " << to_string(all[to]);
    }
  }
}

}  // namespace
}  // namespace slipway::domain
