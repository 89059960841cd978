#include "snapshot/usage.h"

#include <gtest/gtest.h>

#include <vector>

namespace slipway::snapshot {
namespace {

TEST(Usage, is_exactly_this_json) {
  EXPECT_EQ(usage_json({}), R"({"uses":[]})");
  const std::vector<ClientUse> uses = {{"iris", "bot", 3, 17}, {"iris", "cron", 1, 18}};
  EXPECT_EQ(usage_json(uses),
            R"({"uses":[{"deployment":"iris","client":"bot","requests":3,"last_used_at_us":17},)"
            R"({"deployment":"iris","client":"cron","requests":1,"last_used_at_us":18}]})");
}

}  // namespace
}  // namespace slipway::snapshot
