#include "control/snapshot_feed.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>

#include "os/system_clock.h"
#include "snapshot/encoding.h"

namespace slipway::control {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Encoded = std::shared_ptr<const std::string>;

constexpr milliseconds kLong{60'000};
const snapshot::DigestKey kKey = {1, 2, 3};

// A gateway that has nothing to wait for says what it has.
void acknowledge(SnapshotFeed& feed, const snapshot::Ack& ack) {
  feed.poll(ack, ack.adopted_version, kLong, [](const Encoded&) {});
}

// The real one, moved ahead: periods pass without waiting for them.
class ShiftedClock final : public Clock {
 public:
  Timestamp now() const override { return real_.now(); }
  Monotonic monotonic() const override { return real_.monotonic() + seconds(ahead_.load()); }
  void pass(seconds time) { ahead_ += time.count(); }

 private:
  os::SystemClock real_;
  std::atomic<int64_t> ahead_{0};
};

class SnapshotFeedTest : public testing::Test {
 protected:
  std::unique_ptr<SnapshotFeed> make_feed() {
    VersionSource versions([this](uint64_t size) -> Result<uint64_t> {
      const uint64_t first = reserved_ + 1;
      reserved_ += size;
      return first;
    });
    EXPECT_TRUE(versions.open());
    return std::make_unique<SnapshotFeed>("store-1", kKey, std::move(versions), clock_,
                                          Logger::silent());
  }
  static std::vector<snapshot::Route> routes(std::vector<std::string> replicas) {
    snapshot::Route route;
    route.deployment = "iris";
    route.state = snapshot::RouteState::kServing;
    route.revision = 1;
    for (auto& id : replicas) route.replicas.push_back({id, "127.0.0.1", 9000});
    if (replicas.empty()) {
      route.state = snapshot::RouteState::kNotReady;
      route.reason = "nothing is ready";
    }
    return {route};
  }
  snapshot::Ack ack(uint64_t adopted, uint64_t in_use, std::string id = "gw-1") const {
    return {.gateway_id = std::move(id),
            .control_id = "store-1",
            .adopted_version = adopted,
            .oldest_in_use_version = in_use};
  }
  static std::future<Encoded> poll(SnapshotFeed& feed, const snapshot::Ack& ack,
                                   milliseconds timeout = kLong) {
    auto promise = std::make_shared<std::promise<Encoded>>();
    auto future = promise->get_future();
    feed.poll(ack, ack.adopted_version, timeout,
              [promise](Encoded encoded) { promise->set_value(std::move(encoded)); });
    return future;
  }

  ShiftedClock clock_;
  uint64_t reserved_ = 0;
};

TEST_F(SnapshotFeedTest, publishes_the_key_of_the_digests_and_a_change_of_clients_alone) {
  const auto feed = make_feed();
  auto private_routes = routes({"iris-r1-0"});
  private_routes[0].access = snapshot::Access::kPrivate;
  feed->publish(private_routes);
  const uint64_t without = feed->current()->version;
  EXPECT_EQ(feed->current()->digest_key, kKey);
  snapshot::Client bot;
  bot.name = "bot";
  bot.digest.fill(1);
  private_routes[0].clients = {bot};
  feed->publish(private_routes);
  EXPECT_GT(feed->current()->version, without);
  EXPECT_EQ(feed->current()->find("iris")->clients.size(), 1u);
}

TEST_F(SnapshotFeedTest, answers_a_poll_as_soon_as_there_is_something_newer) {
  const auto feed = make_feed();
  auto first = poll(*feed, ack(0, 0));
  EXPECT_EQ(first.wait_for(seconds(0)), std::future_status::timeout);
  feed->publish(routes({"iris-r1-0"}));
  const Encoded encoded = first.get();
  ASSERT_NE(encoded, nullptr);
  const auto decoded = snapshot::decode(*encoded);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->control_id, "store-1");
  EXPECT_EQ(decoded->version, feed->current()->version);
  EXPECT_EQ(poll(*feed, ack(decoded->version - 1, 0)).get(), encoded) << "who is behind gets it";
}

TEST_F(SnapshotFeedTest, publishes_nothing_when_the_routes_are_the_same) {
  const auto feed = make_feed();
  feed->publish(routes({"iris-r1-0"}));
  const uint64_t version = feed->current()->version;
  feed->publish(routes({"iris-r1-0"}));
  EXPECT_EQ(feed->current()->version, version);
  feed->publish(routes({}));
  EXPECT_GT(feed->current()->version, version);
}

TEST_F(SnapshotFeedTest, keeps_the_last_snapshot_when_routes_cannot_be_encoded) {
  const auto feed = make_feed();
  feed->publish(routes({"iris-r1-0"}));
  const auto before = feed->current();
  auto broken = routes({"iris-r1-0"});
  broken[0].replicas[0].host = "not an address";
  feed->publish(broken);
  EXPECT_EQ(feed->current(), before);
}

TEST_F(SnapshotFeedTest, answers_nothing_new_at_the_timeout) {
  const auto feed = make_feed();
  feed->publish(routes({}));
  EXPECT_EQ(poll(*feed, ack(feed->current()->version, 0), milliseconds(1)).get(), nullptr);
}

TEST_F(SnapshotFeedTest, answers_an_older_poll_of_the_same_gateway_when_a_new_one_comes) {
  const auto feed = make_feed();
  auto old = poll(*feed, ack(0, 0));
  auto young = poll(*feed, ack(0, 0));
  EXPECT_EQ(old.get(), nullptr);
  EXPECT_EQ(young.wait_for(seconds(0)), std::future_status::timeout);
}

TEST_F(SnapshotFeedTest, gives_a_gateway_of_another_store_the_present_snapshot) {
  const auto feed = make_feed();
  feed->publish(routes({}));
  auto foreign = ack(feed->current()->version, 0);
  foreign.control_id = "store-2";
  EXPECT_NE(poll(*feed, foreign).get(), nullptr);
}

TEST_F(SnapshotFeedTest, tells_when_a_replica_is_routed_everywhere_and_when_nobody_uses_it) {
  const domain::ReplicaKey key{"iris", 1, 0};
  const auto feed = make_feed();
  feed->publish(routes({key.id()}));
  const uint64_t with = feed->current()->version;
  acknowledge(*feed, ack(0, 0));
  EXPECT_TRUE(feed->in_use(key)) << "it may be fetched at any moment";
  EXPECT_FALSE(feed->everywhere(key));

  acknowledge(*feed, ack(with, with));
  EXPECT_TRUE(feed->everywhere(key));
  acknowledge(*feed, ack(0, 0, "gw-2"));
  EXPECT_FALSE(feed->everywhere(key)) << "a new gateway counts at once";
  acknowledge(*feed, ack(with, with, "gw-2"));

  feed->publish(routes({}));
  const uint64_t without = feed->current()->version;
  acknowledge(*feed, ack(without, with));
  acknowledge(*feed, ack(without, without, "gw-2"));
  EXPECT_TRUE(feed->in_use(key)) << "a request of the first gateway still uses it";
  EXPECT_FALSE(feed->everywhere(key));
  acknowledge(*feed, ack(without, without));
  EXPECT_FALSE(feed->in_use(key));
}

TEST_F(SnapshotFeedTest, takes_everything_for_used_until_gateways_left_the_last_run_behind) {
  const domain::ReplicaKey key{"iris", 1, 0};
  uint64_t before = 0;
  {
    const auto feed = make_feed();
    feed->publish(routes({key.id()}));
    before = feed->current()->version;
  }
  const auto feed = make_feed();
  feed->publish(routes({}));
  EXPECT_GT(feed->current()->version, before);
  EXPECT_TRUE(feed->in_use(key)) << "no gateway has come yet";
  acknowledge(*feed, ack(before, before));
  EXPECT_TRUE(feed->in_use(key)) << "one came with a snapshot of the last run";
  acknowledge(*feed, ack(feed->current()->version, feed->current()->version));
  EXPECT_FALSE(feed->in_use(key));
}

TEST_F(SnapshotFeedTest, waits_for_gateways_after_a_start_only_so_long) {
  const auto feed = make_feed();
  feed->publish(routes({}));
  EXPECT_TRUE(feed->in_use({"iris", 1, 0}));
  clock_.pass(SnapshotFeed::kArrivalGrace);
  EXPECT_FALSE(feed->in_use({"iris", 1, 0}));
}

TEST_F(SnapshotFeedTest, forgets_a_silent_gateway_and_says_so) {
  const auto feed = make_feed();
  std::atomic<int> progress{0};
  feed->on_progress([&] { ++progress; });
  feed->publish(routes({}));
  acknowledge(*feed, ack(0, 0, "dead"));
  EXPECT_GE(progress.load(), 1);
  const int before = progress.load();
  clock_.pass(GatewayFeed::kForgetAfter);
  const uint64_t version = feed->current()->version;
  auto waiting = poll(*feed, ack(version, version));  // also makes the timer look at the clock
  const auto give_up = std::chrono::steady_clock::now() + seconds(30);
  while (feed->gateways().size() != 1 && std::chrono::steady_clock::now() < give_up) {
    std::this_thread::yield();
  }
  ASSERT_EQ(feed->gateways().size(), 1u);
  EXPECT_EQ(feed->gateways()[0].id, "gw-1");
  EXPECT_EQ(feed->adopted_everywhere(), version);
  EXPECT_GT(progress.load(), before);
  feed->on_progress({});
}

TEST_F(SnapshotFeedTest, answers_who_waits_when_it_ends) {
  auto feed = make_feed();
  auto waiting = poll(*feed, ack(0, 0));
  feed.reset();
  EXPECT_EQ(waiting.get(), nullptr);
}

}  // namespace
}  // namespace slipway::control
