#include "store/usage.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::store {
namespace {

class UsageTest : public testing::Test {
 protected:
  UsageTest() : store_(open_test_store(folder_)) {
    write([](WriteTransaction& tx) -> Result<void> {
      TRY(furnish_for_test(tx));
      TRY(instance_types::insert(tx, {"gpu-1", "", "", 4000, int64_t{8} << 30, 1}));
      return groups::insert(tx, {.name = "other"});
    });
  }
  template <typename Fn>
  void write(Fn&& fn) {
    const auto done = store_->write(fn);
    ASSERT_TRUE(done) << done.error().message;
  }
  void add(const std::string& id, const std::string& group, const std::string& type, int replicas,
           domain::Desire desire = domain::Desire::kRunning) {
    write([&](WriteTransaction& tx) -> Result<void> {
      domain::Deployment deployment = sample_deployment(id);
      deployment.group = group;
      deployment.desire = desire;
      deployment.revision = 2;
      TRY(deployments::insert(tx, deployment));
      domain::Revision revision;
      revision.deployment_id = id;
      revision.spec.instance_type = "cpu-1";
      revision.spec.replicas = 50;  // an older revision does not count
      revision.number = 1;
      TRY(revisions::insert(tx, revision));
      revision.number = 2;
      revision.spec.instance_type = type;
      revision.spec.replicas = replicas;
      return revisions::insert(tx, revision);
    });
  }
  domain::Usage usage(const std::string& group, const std::string& except = "") {
    const auto found =
        store_->read([&](ReadTransaction& tx) { return usage::of_group(tx, group, except); });
    if (!found) throw std::runtime_error(found.error().message);
    return *found;
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(UsageTest, a_group_without_deployments_uses_nothing) {
  EXPECT_EQ(usage("default"), domain::Usage{});
}

TEST_F(UsageTest, replicas_of_the_newest_revision_count_times_their_instance_type) {
  add("a", "default", "cpu-1", 3);
  add("b", "default", "gpu-1", 2);
  EXPECT_EQ(
      usage("default"),
      (domain::Usage{
          .cpu_millis = 11'000, .memory_bytes = int64_t{22} << 30, .gpus = 2, .deployments = 2}));
}

TEST_F(UsageTest, what_is_stopped_deleted_foreign_or_excepted_does_not_count) {
  add("a", "default", "cpu-1", 1);
  add("stopped", "default", "cpu-1", 1, domain::Desire::kStopped);
  add("deleted", "default", "cpu-1", 1, domain::Desire::kDeleted);
  add("foreign", "other", "cpu-1", 1);
  add("b", "default", "cpu-1", 2);
  EXPECT_EQ(usage("default").deployments, 2);
  EXPECT_EQ(usage("default").cpu_millis, 3000);
  EXPECT_EQ(usage("default", "b").deployments, 1);
  EXPECT_EQ(usage("default", "b").cpu_millis, 1000);
}

}  // namespace
}  // namespace slipway::store
