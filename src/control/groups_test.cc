#include "control/groups.h"

#include "control/people_fixture_test.h"

namespace slipway::control {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class GroupsTest : public PeopleTest {};

TEST_F(GroupsTest, are_seen_by_their_members_and_by_platform_admins) {
  EXPECT_EQ(value(groups_->list(ada_)).size(), 1U);
  EXPECT_EQ(value(groups_->list(root_)).size(), 2U);
  EXPECT_TRUE(groups_->get(ada_, "default"));
  EXPECT_EQ(code(groups_->get(eve_, "default")), ErrorCode::kNotFound);
  EXPECT_EQ(code(groups_->get(root_, "nowhere")), ErrorCode::kNotFound);
}

TEST_F(GroupsTest, show_members_and_what_they_use) {
  write([](WriteTransaction& tx) { return store::insert_sample(tx, "iris"); });
  const GroupView view = value(groups_->get(ada_, "default"));
  EXPECT_EQ(view.usage.cpu_millis, 1000);
  EXPECT_EQ(view.usage.deployments, 1);
  EXPECT_THAT(view.members,
              ElementsAre(domain::Member{"ada", false}, domain::Member{"grace", true}));
}

TEST_F(GroupsTest, are_made_and_set_by_platform_admins_only) {
  EXPECT_EQ(code(groups_->create(grace_, {.name = "new"})), ErrorCode::kDenied);
  EXPECT_EQ(code(groups_->update(grace_, "default", {.deployment_enabled = false}, {})),
            ErrorCode::kDenied);
  EXPECT_EQ(code(groups_->remove(ada_, "default", {})), ErrorCode::kDenied);
  EXPECT_EQ(code(groups_->update(eve_, "default", {}, {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(groups_->remove(eve_, "default", {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(groups_->create(root_reader_, {.name = "new"})), ErrorCode::kDenied);
}

TEST_F(GroupsTest, begin_switched_off_and_unlimited) {
  const GroupView made = value(groups_->create(root_, {.name = "new", .display_name = "數據"}));
  EXPECT_FALSE(made.group.deployment_enabled);
  EXPECT_EQ(made.group.quota, domain::Quota{});
  EXPECT_EQ(value(groups_->get(root_, "new")).group, made.group);
  EXPECT_EQ(code(groups_->create(root_, {.name = "new"})), ErrorCode::kConflict);
  ASSERT_EQ(audit().size(), 1U);
  EXPECT_EQ(audit()[0].group, "new");
}

TEST_F(GroupsTest, take_limits_and_lose_them_again_one_by_one) {
  GroupPatch patch;
  patch.cpu_millis = 4000;
  patch.gpus = 0;
  EXPECT_EQ(value(groups_->update(root_, "default", patch, 1)).group.quota,
            (domain::Quota{.cpu_millis = 4000, .gpus = 0}));
  GroupPatch back;
  back.cpu_millis = std::optional<int64_t>();
  const GroupView changed = value(groups_->update(root_, "default", back, 2));
  EXPECT_EQ(changed.group.quota, (domain::Quota{.gpus = 0}));
  EXPECT_EQ(changed.group.generation, 3);
  EXPECT_EQ(code(groups_->update(root_, "default", back, 2)), ErrorCode::kPrecondition);
  EXPECT_THAT(audit().back().before, HasSubstr("\"cpu_millis\":4000"));
  EXPECT_THAT(audit().back().after, HasSubstr("\"cpu_millis\":null"));
}

TEST_F(GroupsTest, wake_the_reconciler_of_their_deployments) {
  write([](WriteTransaction& tx) { return store::insert_sample(tx, "iris"); });
  std::set<std::string> woken;
  const auto listening = store_->change_feed().subscribe([&](const store::Change& change) {
    woken.insert(change.desired.begin(), change.desired.end());
  });
  ASSERT_TRUE(groups_->update(root_, "default", {.deployment_enabled = false}, {}));
  EXPECT_EQ(woken.count("iris"), 1U);
}

TEST_F(GroupsTest, name_instance_types_that_exist_and_a_default_that_they_may_use) {
  ASSERT_TRUE(types_->create(
      root_,
      {.name = "gpu", .cpu_millis = 1000, .memory_bytes = 1 << 30, .gpus = 1, .global = false}));
  GroupPatch patch;
  patch.instance_types = {"gpu", "none"};
  patch.default_instance_type = "gone";
  EXPECT_THAT(paths(groups_->update(root_, "default", patch, {})),
              ElementsAre("instance_types[1]", "default_instance_type"));
  GroupPatch only_default;
  only_default.default_instance_type = "gpu";
  EXPECT_THAT(paths(groups_->update(root_, "default", only_default, {})),
              ElementsAre("default_instance_type"));
  patch.instance_types = {"gpu", "cpu-1", "gpu"};
  patch.default_instance_type = "gpu";
  EXPECT_THAT(value(groups_->update(root_, "default", patch, {})).group.instance_types,
              ElementsAre("cpu-1", "gpu"));
}

TEST_F(GroupsTest, with_deployments_are_not_deleted) {
  write([](WriteTransaction& tx) { return store::insert_sample(tx, "iris"); });
  const auto refused = groups_->remove(root_, "default", {});
  EXPECT_EQ(code(refused), ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("iris"));
  EXPECT_TRUE(groups_->remove(root_, "other", {}));
  EXPECT_EQ(code(groups_->get(root_, "other")), ErrorCode::kNotFound);
}

TEST_F(GroupsTest, get_members_from_their_own_admins) {
  EXPECT_TRUE(value(groups_->put_member(grace_, "default", {.user = "eve"})));
  EXPECT_FALSE(value(groups_->put_member(grace_, "default", {.user = "eve", .admin = true})));
  EXPECT_THAT(audit().back().before, HasSubstr("\"admin\":false"));
  EXPECT_EQ(audit().back().group, "default");
  const size_t rows = audit().size();
  EXPECT_FALSE(value(groups_->put_member(grace_, "default", {.user = "eve", .admin = true})));
  EXPECT_EQ(audit().size(), rows);  // nothing changed
  EXPECT_TRUE(groups_->remove_member(grace_, "default", "eve"));
  EXPECT_EQ(code(groups_->remove_member(grace_, "default", "eve")), ErrorCode::kNotFound);
  EXPECT_EQ(code(groups_->put_member(grace_, "default", {.user = "nobody"})), ErrorCode::kNotFound);
}

TEST_F(GroupsTest, keep_their_members_from_everybody_else) {
  EXPECT_EQ(code(groups_->put_member(ada_, "default", {.user = "eve"})), ErrorCode::kDenied);
  EXPECT_EQ(code(groups_->remove_member(ada_, "default", "ada")), ErrorCode::kDenied);
  EXPECT_EQ(code(groups_->put_member(grace_, "other", {.user = "grace"})), ErrorCode::kNotFound);
  EXPECT_EQ(code(groups_->remove_member(eve_, "default", "ada")), ErrorCode::kNotFound);
  EXPECT_EQ(code(groups_->put_member(root_reader_, "other", {.user = "ada"})), ErrorCode::kDenied);
  EXPECT_TRUE(groups_->put_member(root_, "other", {.user = "ada"}));
}

}  // namespace
}  // namespace slipway::control
