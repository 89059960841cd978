// What a group allows, through the use cases and a real store.
#include "control/group_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "control/use_cases_fixture_test.h"
#include "store/usage.h"

namespace slipway::control {
namespace {

using testing::HasSubstr;

class GroupRules : public UseCasesFixture {
 protected:
  void set_group(const std::function<void(domain::Group&)>& change) {
    const auto done = store_->write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(domain::Group group, find_group(tx, "default"));
      change(group);
      return store::groups::update(tx, group);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  void set_quota(const domain::Quota& quota) {
    set_group([&](domain::Group& group) { group.quota = quota; });
  }
  domain::Usage used() {
    return value(
        store_->read([](ReadTransaction& tx) { return store::usage::of_group(tx, "default"); }));
  }
};

TEST_F(GroupRules, a_create_over_the_quota_is_refused_with_limit_used_and_asked) {
  set_quota({.cpu_millis = 3000});
  create();  // 2 x cpu-1
  const auto refused = deployments_->create(ada_, iris("Second"));
  ASSERT_EQ(code(refused), ErrorCode::kQuota);
  EXPECT_THAT(refused.error().message,
              HasSubstr("group 'default' may use 3 CPU, 2 CPU are used, this asks for 2 CPU more"));
  ASSERT_EQ(refused.error().limits.size(), 1U);
  EXPECT_EQ(refused.error().limits[0].used, 2000);
  EXPECT_EQ(used().deployments, 1);
}

TEST_F(GroupRules, an_update_asks_only_for_the_difference) {
  set_quota({.cpu_millis = 3000});
  const std::string id = create().deployment.id;
  SpecPatch patch;
  patch.replicas = 3;
  EXPECT_EQ(value(deployments_->update(ada_, id, patch, "", {})).revision.spec.replicas, 3);
  patch.replicas = 4;
  const auto refused = deployments_->update(ada_, id, patch, "", {});
  ASSERT_EQ(code(refused), ErrorCode::kQuota);
  EXPECT_EQ(refused.error().limits[0].asked, 1000);
  set_quota({.cpu_millis = 1000});
  patch.replicas = 2;  // still over the lowered quota, but less than before
  EXPECT_TRUE(deployments_->update(ada_, id, patch, "", {}));
}

TEST_F(GroupRules, a_stopped_deployment_frees_its_share_and_needs_it_again_to_start) {
  set_quota({.deployments = 1});
  const std::string first = create().deployment.id;
  EXPECT_EQ(code(deployments_->create(ada_, iris("Second"))), ErrorCode::kQuota);
  value(deployments_->stop(ada_, first, {}));
  const std::string second = value(deployments_->create(ada_, iris("Second"))).deployment.id;
  EXPECT_EQ(code(deployments_->start(ada_, first, {})), ErrorCode::kQuota);
  SpecPatch patch;
  patch.image = "iris:2";
  EXPECT_EQ(code(deployments_->update(ada_, first, patch, "", {})), ErrorCode::kQuota);
  ASSERT_TRUE(deployments_->remove(ada_, second, "Second", {}));
  EXPECT_TRUE(deployments_->start(ada_, first, {}));
}

TEST_F(GroupRules, nothing_starts_in_a_group_that_is_switched_off_but_stop_and_delete_work) {
  const std::string id = create().deployment.id;
  const std::string stopped = create(iris("Stopped")).deployment.id;
  value(deployments_->stop(ada_, stopped, {}));
  set_group([](domain::Group& group) { group.deployment_enabled = false; });
  const auto refused = deployments_->create(ada_, iris("New"));
  ASSERT_EQ(code(refused), ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message,
              HasSubstr("Model Deployment is not enabled for group 'default'; a platform admin"));
  SpecPatch patch;
  patch.image = "iris:2";
  EXPECT_EQ(code(deployments_->update(ada_, id, patch, "", {})), ErrorCode::kConflict);
  EXPECT_EQ(code(deployments_->start(ada_, stopped, {})), ErrorCode::kConflict);
  EXPECT_TRUE(deployments_->stop(ada_, id, {}));
  EXPECT_TRUE(deployments_->remove(ada_, id, "Iris model", {}));
}

TEST_F(GroupRules, an_instance_type_must_be_for_all_or_named_by_the_group) {
  const auto made = store_->write([](WriteTransaction& tx) {
    domain::InstanceType big{"big", "", "", 8000, 1 << 30, 0};
    big.global = false;
    return store::instance_types::insert(tx, big);
  });
  ASSERT_TRUE(made);
  NewDeployment wanted = iris();
  wanted.spec.instance_type = "big";
  const auto refused = deployments_->create(ada_, wanted);
  ASSERT_EQ(code(refused), ErrorCode::kInvalid);
  EXPECT_EQ(refused.error().fields,
            (std::vector<FieldError>{
                {"instance_type", "'big' is not for group 'default'; it may use: cpu-1, cpu-2"}}));
  set_group([](domain::Group& group) { group.instance_types = {"big"}; });
  const std::string id = value(deployments_->create(ada_, wanted)).deployment.id;

  set_group([](domain::Group& group) { group.instance_types = {}; });
  SpecPatch patch;
  patch.replicas = 1;
  EXPECT_TRUE(deployments_->update(ada_, id, patch, "", {}));  // what runs may go on
  value(deployments_->stop(ada_, id, {}));
  EXPECT_EQ(code(deployments_->start(ada_, id, {})), ErrorCode::kInvalid);
}

TEST_F(GroupRules, no_instance_type_means_the_groups_default) {
  NewDeployment wanted = iris();
  wanted.spec.instance_type = "";
  EXPECT_EQ(value(deployments_->create(ada_, wanted)).instance_type.name, "cpu-1");
  set_group([](domain::Group& group) { group.default_instance_type = "cpu-2"; });
  wanted.name = "Second";
  EXPECT_EQ(value(deployments_->create(ada_, wanted)).instance_type.name, "cpu-2");
}

TEST_F(GroupRules, an_unknown_pull_secret_is_a_wrong_field) {
  NewDeployment wanted = iris();
  wanted.spec.pull_secret = "hub";
  const auto refused = deployments_->create(ada_, wanted);
  ASSERT_EQ(code(refused), ErrorCode::kInvalid);
  EXPECT_EQ(paths(refused.error()), std::vector<std::string>{"pull_secret"});
}

TEST_F(GroupRules, writers_that_race_for_one_quota_never_win_more_than_it_allows) {
  constexpr int kWriters = 8, kRounds = 20;
  set_quota({.cpu_millis = 4000, .deployments = 3});
  std::atomic<int> over{0}, won{0}, odd{0};
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int round = 0; round < kRounds; ++round) {
        NewDeployment wanted = iris("Writer " + std::to_string(w));
        wanted.spec.replicas = 1 + (w + round) % 3;
        const auto made = deployments_->create(ada_, wanted);
        const domain::Usage now = used();
        if (now.cpu_millis > 4000 || now.deployments > 3) ++over;
        if (!made) {
          if (made.error().code != ErrorCode::kQuota) ++odd;
          continue;
        }
        ++won;
        if (!deployments_->remove(ada_, made->deployment.id, wanted.name, {})) ++odd;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(over, 0);
  EXPECT_EQ(odd, 0);
  EXPECT_GT(won, 0);
  EXPECT_EQ(used(), domain::Usage{});
}

}  // namespace
}  // namespace slipway::control
