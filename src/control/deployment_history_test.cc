#include "control/deployment_history.h"

#include <gmock/gmock.h>

#include "control/revision_retention.h"
#include "control/use_cases_fixture_test.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

using testing::ElementsAre;

class History : public UseCasesFixture {
 protected:
  void set_replicas(const std::string& id, int replicas) {
    SpecPatch patch;
    patch.replicas = replicas;
    value(deployments_->update(ada_, id, patch, "", {}));
  }
  void set_image(const std::string& id, const std::string& image) {
    SpecPatch patch;
    patch.image = image;
    value(deployments_->update(ada_, id, patch, "", {}));
  }
  std::vector<int64_t> numbers(const std::string& id) {
    std::vector<int64_t> out;
    for (const auto& revision : value(deployments_->revisions(ada_, id))) {
      out.push_back(revision.number);
    }
    return out;
  }
};

TEST_F(History, a_rollback_is_a_new_revision_that_says_what_the_old_one_said) {
  const DeploymentView first = create();
  const std::string id = first.deployment.id;
  set_image(id, "iris:2");
  EXPECT_EQ(code(deployments_->rollback(ada_, id, 1, "", 1)), ErrorCode::kPrecondition);
  const DeploymentView back = value(deployments_->rollback(ada_, id, 1, "", 2));
  EXPECT_EQ(back.deployment.revision, 3);
  EXPECT_EQ(back.revision.spec, first.revision.spec);
  EXPECT_EQ(back.revision.rollback_of, 1);
  EXPECT_EQ(back.revision.message, "rollback to #1");
  EXPECT_EQ(code(deployments_->rollback(ada_, id, 1, "", {})), ErrorCode::kConflict);
  EXPECT_EQ(code(deployments_->rollback(ada_, id, 9, "", {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->rollback(reader_, id, 2, "", {})), ErrorCode::kDenied);
  EXPECT_EQ(code(deployments_->rollback(stranger_, id, 2, "", {})), ErrorCode::kNotFound);
  const auto entries = value(deployments_->history(ada_, id, 0, 10));
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].kind, "rollback");
  EXPECT_EQ(entries[0].changes, (std::vector<domain::SpecChange>{{"image", "iris:2", "iris:1"}}));
}

TEST_F(History, shows_what_changed_between_any_two_revisions) {
  const std::string id = create().deployment.id;
  set_image(id, "iris:2");
  set_replicas(id, 5);
  EXPECT_EQ(
      value(deployments_->diff(ada_, id, 1, 3)),
      (std::vector<domain::SpecChange>{{"image", "iris:1", "iris:2"}, {"replicas", "2", "5"}}));
  EXPECT_EQ(value(deployments_->diff(ada_, id, 3, 2)),
            (std::vector<domain::SpecChange>{{"replicas", "5", "2"}}));
  EXPECT_EQ(code(deployments_->diff(stranger_, id, 1, 2)), ErrorCode::kNotFound);
}

TEST_F(History, a_tag_belongs_to_one_revision_and_is_recorded) {
  const std::string id = create().deployment.id;
  set_image(id, "iris:2");
  EXPECT_EQ(value(deployments_->tag(ada_, id, 1, " golden ")).tag, "golden");
  EXPECT_EQ(code(deployments_->tag(ada_, id, 2, "golden")), ErrorCode::kConflict);
  EXPECT_EQ(code(deployments_->tag(reader_, id, 2, "x")), ErrorCode::kDenied);
  EXPECT_EQ(code(deployments_->tag(ada_, id, 2, std::string(65, 'x'))), ErrorCode::kInvalid);
  EXPECT_EQ(value(deployments_->get(ada_, id)).deployment.generation, 2);
  EXPECT_EQ(value(deployments_->tag(ada_, id, 1, "")).tag, "");
  EXPECT_EQ(value(deployments_->tag(ada_, id, 2, "golden")).tag, "golden");
  const auto entries = value(deployments_->history(ada_, id, 0, 3));
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[2].kind, "tag");
  EXPECT_EQ(entries[2].changes,
            (std::vector<domain::SpecChange>{{"revisions.1.tag", "", "golden"}}));
}

TEST_F(History, retention_keeps_the_newest_the_tagged_and_what_runs) {
  const std::string id = create().deployment.id;
  for (int n = 2; n <= 6; ++n) set_image(id, "iris:" + std::to_string(n));
  value(deployments_->tag(ada_, id, 2, "golden"));
  EXPECT_EQ(value(remove_expired_revisions(*store_, {.newest = 2}, clock_.now())), 3);
  EXPECT_THAT(numbers(id), ElementsAre(6, 5, 2));
  EXPECT_EQ(value(remove_expired_revisions(*store_, {.newest = 2}, clock_.now())), 0);
  clock_.advance(std::chrono::hours(3));
  const domain::RetentionRule aged{.newest = 200, .oldest = std::chrono::hours(2)};
  EXPECT_EQ(value(remove_expired_revisions(*store_, aged, clock_.now())), 1);
  EXPECT_THAT(numbers(id), ElementsAre(6, 2));
}

TEST_F(History, retention_keeps_the_revision_that_the_running_replicas_are_named_after) {
  const std::string id = create().deployment.id;
  set_image(id, "iris:2");
  for (int n = 3; n <= 6; ++n) set_replicas(id, n);
  EXPECT_EQ(value(remove_expired_revisions(*store_, {.newest = 1}, clock_.now())), 1);
  EXPECT_THAT(numbers(id), ElementsAre(6, 5, 4, 3, 2));
}

}  // namespace
}  // namespace slipway::control
