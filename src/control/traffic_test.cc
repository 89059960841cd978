#include "control/traffic.h"

#include <gtest/gtest.h>

#include "store/clients.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;
using store::WriteTransaction;

class TrafficTest : public testing::Test {
 protected:
  TrafficTest() {
    const auto furnished = store_->write([](WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      TRY(store::insert_sample(tx, "iris"));
      return store::clients::insert(
          tx, {.deployment_id = "iris", .name = "bot", .digest = "d", .previous_digest = {}});
    });
    if (!furnished) throw std::runtime_error(furnished.error().message);
  }

  Result<void> tell(const std::string& run, uint64_t sequence,
                    std::vector<snapshot::ClientTraffic> clients) {
    snapshot::TrafficReport report{.gateway = "gw-1", .run = run, .sequence = sequence};
    report.clients = std::move(clients);
    return traffic_->add(report, std::chrono::milliseconds(0));
  }
  store::ClientRow bot() {
    return store_->read([](ReadTransaction& tx) { return store::clients::find(tx, "iris", "bot"); })
        .value()
        .value();
  }

  store::TestFolder folder_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  std::unique_ptr<Traffic> traffic_ = make_traffic(*store_);
};

TEST_F(TrafficTest, adds_up_what_gateways_report_and_passes_over_who_is_gone) {
  ASSERT_TRUE(tell("a", 1, {{"iris", "bot", 3, 17}, {"iris", "gone", 1, 17}}));
  ASSERT_TRUE(tell("a", 2, {{"iris", "bot", 2, 16}, {"nowhere", "bot", 1, 18}}));
  EXPECT_EQ(bot().requests, 5);
  EXPECT_EQ(bot().last_used_at, from_unix_micros(17));
}

TEST_F(TrafficTest, counts_a_report_that_comes_again_once_and_another_run_apart) {
  const std::vector<snapshot::ClientTraffic> rows = {{"iris", "bot", 3, 17}};
  ASSERT_TRUE(tell("a", 1, rows));
  ASSERT_TRUE(tell("a", 1, rows));
  EXPECT_EQ(bot().requests, 3);
  ASSERT_TRUE(tell("b", 1, rows));
  ASSERT_TRUE(tell("a", 2, rows));
  ASSERT_TRUE(tell("a", 1, rows));
  EXPECT_EQ(bot().requests, 9);
  // After our own restart, too.
  traffic_.reset();
  store_.reset();
  store_ = store::open_test_store(folder_);
  traffic_ = make_traffic(*store_);
  ASSERT_TRUE(tell("a", 2, rows));
  EXPECT_EQ(bot().requests, 9);
}

}  // namespace
}  // namespace slipway::control
