#include "control/deployment_dry_run.h"

#include <gmock/gmock.h>

#include "control/use_cases_fixture_test.h"

namespace slipway::control {
namespace {

using testing::HasSubstr;

class DryRuns : public UseCasesFixture {
 protected:
  void set_quota(const domain::Quota& quota) {
    const auto done = store_->write([&](WriteTransaction& tx) -> Result<void> {
      TRY_ASSIGN(auto group, store::groups::find(tx, "default"));
      group->quota = quota;
      return store::groups::update(tx, *group);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  DryRun update(const std::string& id, const SpecPatch& patch) {
    return value(deployments_->dry_run_update(ada_, id, patch, ""));
  }
};

TEST_F(DryRuns, a_create_is_judged_and_nothing_is_written) {
  set_quota({.cpu_millis = 3000});
  create();
  const size_t rows = audit_rows();
  NewDeployment wanted = iris("Second");
  wanted.spec.replicas = 1;
  DryRun run = value(deployments_->dry_run_create(ada_, wanted));
  EXPECT_TRUE(run.is_accepted());
  EXPECT_EQ(run.before.cpu_millis, 2000);
  EXPECT_EQ(run.after.cpu_millis, 3000);
  EXPECT_EQ(run.image->where, engine::ImageSight::Where::kHere);
  EXPECT_EQ(run.strategy, "start");
  EXPECT_EQ(engine_.asked.group, "default");
  wanted.spec.replicas = 2;
  wanted.spec.image = "gone:1";
  wanted.spec.pull_secret = "nowhere";
  run = value(deployments_->dry_run_create(ada_, wanted));
  EXPECT_FALSE(run.is_accepted());
  ASSERT_EQ(run.exceeded.size(), 1U);
  EXPECT_EQ(run.exceeded[0].asked, 2000);
  EXPECT_EQ(run.image->where, engine::ImageSight::Where::kMissing);
  EXPECT_EQ(engine_.asked.pull_secret, "nowhere");
  EXPECT_EQ(audit_rows(), rows);
}

TEST_F(DryRuns, every_wrong_field_and_a_taken_id_are_told_at_once) {
  NewDeployment wanted = iris();
  wanted.id = create().deployment.id;
  wanted.spec.replicas = 0;
  wanted.spec.instance_type = "huge";
  const DryRun run = value(deployments_->dry_run_create(ada_, wanted));
  std::vector<std::string> paths;
  for (const FieldError& problem : run.problems) paths.push_back(problem.path);
  EXPECT_THAT(paths, testing::UnorderedElementsAre("replicas", "instance_type", "id"));
}

TEST_F(DryRuns, an_update_says_what_changes_and_how_it_would_roll) {
  const std::string id = create().deployment.id;
  SpecPatch patch;
  patch.image = "iris:2";
  DryRun run = update(id, patch);
  EXPECT_TRUE(run.is_accepted());
  EXPECT_EQ(run.changes, (std::vector<domain::SpecChange>{{"image", "iris:1", "iris:2"}}));
  EXPECT_EQ(run.strategy, "surge");
  EXPECT_EQ(run.before, run.after);

  set_quota({.cpu_millis = 2000});
  run = update(id, patch);
  EXPECT_EQ(run.strategy, "one at a time");
  EXPECT_THAT(run.strategy_reason, HasSubstr("the quota of group 'default'"));
  set_quota({});
  engine_.room = 0;
  run = update(id, patch);
  EXPECT_EQ(run.strategy, "one at a time");
  EXPECT_THAT(run.strategy_reason, HasSubstr("this node"));

  SpecPatch more;
  more.replicas = 3;
  EXPECT_EQ(update(id, more).strategy, "keep");
  EXPECT_THAT(update(id, {}).refusal, HasSubstr("nothing would change"));
  EXPECT_EQ(value(deployments_->get(ada_, id)).deployment.revision, 1);
  EXPECT_EQ(code(deployments_->dry_run_update(stranger_, id, patch, "")), ErrorCode::kNotFound);
}

TEST_F(DryRuns, ids_are_proposed_and_taken_ones_are_told) {
  const std::string taken = create().deployment.id;
  EXPECT_FALSE(value(deployments_->propose_id(ada_, taken, {})).available);
  EXPECT_TRUE(value(deployments_->propose_id(ada_, "free-one", {})).available);
  EXPECT_FALSE(value(deployments_->propose_id(ada_, "No!", {})).available);
  EXPECT_FALSE(value(deployments_->propose_id(ada_, "dry-run", {})).available);
  const IdProposal named = value(deployments_->propose_id(ada_, {}, "My Model"));
  EXPECT_TRUE(named.available);
  EXPECT_TRUE(named.id.starts_with("my-model-"));
  EXPECT_EQ(code(deployments_->propose_id(ada_, {}, {})), ErrorCode::kInvalid);
}

}  // namespace
}  // namespace slipway::control
