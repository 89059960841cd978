#include "control/instance_types.h"

#include "control/people_fixture_test.h"

namespace slipway::control {
namespace {

using domain::InstanceType;
using testing::ElementsAre;
using testing::HasSubstr;

class InstanceTypesTest : public PeopleTest {
 protected:
  InstanceTypesTest() {
    value(types_->create(root_, gpu()));
    GroupPatch patch;
    patch.instance_types = {"gpu"};
    value(groups_->update(root_, "other", patch, {}));
  }
  static InstanceType gpu() {
    return {.name = "gpu",
            .cpu_millis = 4000,
            .memory_bytes = int64_t{8} << 30,
            .gpus = 1,
            .gpu_resource = "nvidia.com/gpu",
            .global = false};
  }
  std::vector<std::string> names(const Caller& caller,
                                 const std::optional<std::string>& group = {}) {
    std::vector<std::string> out;
    for (const InstanceType& type : value(types_->list(caller, group))) out.push_back(type.name);
    return out;
  }
};

TEST_F(InstanceTypesTest, are_shown_to_those_who_may_use_them) {
  EXPECT_THAT(names(ada_), ElementsAre("cpu-1"));
  EXPECT_THAT(names(eve_), ElementsAre("cpu-1", "gpu"));
  EXPECT_THAT(names(root_), ElementsAre("cpu-1", "gpu"));
  EXPECT_EQ(code(types_->get(ada_, "gpu")), ErrorCode::kNotFound);
  EXPECT_EQ(value(types_->get(eve_, "gpu")), gpu());
  EXPECT_EQ(code(types_->get(root_, "none")), ErrorCode::kNotFound);
}

TEST_F(InstanceTypesTest, are_listed_by_group) {
  EXPECT_THAT(names(root_, "default"), ElementsAre("cpu-1"));
  EXPECT_THAT(names(root_, "other"), ElementsAre("cpu-1", "gpu"));
  EXPECT_EQ(code(types_->list(ada_, "other")), ErrorCode::kNotFound);
}

TEST_F(InstanceTypesTest, are_changed_by_platform_admins_only) {
  EXPECT_EQ(code(types_->create(grace_, gpu())), ErrorCode::kDenied);
  EXPECT_EQ(code(types_->update(grace_, "cpu-1", {.cpu_millis = 1}, {})), ErrorCode::kDenied);
  EXPECT_EQ(code(types_->remove(root_reader_, "gpu", {})), ErrorCode::kDenied);
}

TEST_F(InstanceTypesTest, change_under_their_generation_with_a_record) {
  EXPECT_EQ(value(types_->update(root_, "gpu", {.gpus = 2}, 1)).generation, 2);
  EXPECT_EQ(code(types_->update(root_, "gpu", {.gpus = 3}, 1)), ErrorCode::kPrecondition);
  EXPECT_EQ(code(types_->update(root_, "none", {.gpus = 3}, {})), ErrorCode::kNotFound);
  EXPECT_THAT(audit().back().before, HasSubstr("\"gpus\":1"));
  EXPECT_THAT(audit().back().after, HasSubstr("\"gpus\":2"));
  EXPECT_EQ(code(types_->create(root_, gpu())), ErrorCode::kConflict);
}

TEST_F(InstanceTypesTest, are_refused_with_every_wrong_field) {
  EXPECT_THAT(paths(types_->create(root_, {.name = "A", .cpu_millis = 0, .memory_bytes = 0})),
              ElementsAre("name", "cpu_millis", "memory_bytes"));
  EXPECT_THAT(paths(types_->update(root_, "gpu", {.gpus = 0}, {})), ElementsAre("gpu_resource"));
}

TEST_F(InstanceTypesTest, in_use_are_not_deleted) {
  write([](WriteTransaction& tx) { return store::insert_sample(tx, "iris"); });
  const auto used = types_->remove(root_, "cpu-1", {});
  EXPECT_EQ(code(used), ErrorCode::kConflict);
  EXPECT_THAT(used.error().message, HasSubstr("iris"));
  GroupPatch patch;
  patch.default_instance_type = "gpu";
  value(groups_->update(root_, "other", patch, {}));
  EXPECT_EQ(code(types_->remove(root_, "gpu", {})), ErrorCode::kConflict);
  patch.default_instance_type = "";
  value(groups_->update(root_, "other", patch, {}));
  EXPECT_EQ(code(types_->remove(root_, "gpu", 7)), ErrorCode::kPrecondition);
  EXPECT_TRUE(types_->remove(root_, "gpu", 1));
  EXPECT_THAT(names(eve_), ElementsAre("cpu-1"));
}

}  // namespace
}  // namespace slipway::control
