#include "snapshot/model_name.h"

#include <gtest/gtest.h>

namespace slipway::snapshot {
namespace {

TEST(ModelName, an_image_is_split_where_its_version_begins) {
  EXPECT_EQ(split_image("iris"), (ModelName{"iris", ""}));
  EXPECT_EQ(split_image("team/iris:3"), (ModelName{"team/iris", "3"}));
  EXPECT_EQ(split_image("registry:5000/team/iris"), (ModelName{"registry:5000/team/iris", ""}));
  EXPECT_EQ(split_image("registry:5000/team/iris:1.2"),
            (ModelName{"registry:5000/team/iris", "1.2"}));
  EXPECT_EQ(split_image("iris@sha256:aa"), (ModelName{"iris", "sha256:aa"}));
  EXPECT_EQ(split_image("iris:3@sha256:aa"), (ModelName{"iris", "3"}));
  EXPECT_EQ(split_image(""), (ModelName{"", ""}));
}

}  // namespace
}  // namespace slipway::snapshot
