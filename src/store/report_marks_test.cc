#include "store/report_marks.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::store {
namespace {

TEST(ReportMarks, of_the_runs_that_were_heard_of_last_stay) {
  const TestFolder folder;
  const auto store = open_test_store(folder);
  const auto advance = [&](const std::string& run, uint64_t sequence) {
    return store
        ->write([&](WriteTransaction& tx) {
          return report_marks::advance(tx, {"gw", run, sequence});
        })
        .value();
  };
  EXPECT_TRUE(advance("lasting", 1));
  EXPECT_TRUE(advance("gone", 1));
  for (int64_t i = 0; i < report_marks::kMost; ++i) {
    ASSERT_TRUE(advance(std::to_string(i), 1));
    ASSERT_TRUE(advance("lasting", static_cast<uint64_t>(i) + 2));
  }
  EXPECT_FALSE(advance("lasting", 1));
  EXPECT_FALSE(advance(std::to_string(report_marks::kMost - 1), 1));
  EXPECT_TRUE(advance("gone", 1));  // forgotten
}

}  // namespace
}  // namespace slipway::store
