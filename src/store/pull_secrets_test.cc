#include "store/pull_secrets.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::store {
namespace {

class PullSecretsTable : public testing::Test {
 protected:
  void SetUp() override {
    ASSERT_TRUE(store_->write([](WriteTransaction& tx) { return furnish_for_test(tx); }));
  }
  static PullSecretRow row(const std::string& group, const std::string& name) {
    return {.group = group,
            .name = name,
            .registry = "ghcr.io",
            .sealed = std::string("\0\xff sealed", 9),
            .created_by = "ada",
            .created_at = from_unix_micros(1),
            .updated_by = "ada",
            .updated_at = from_unix_micros(2)};
  }
  Result<void> insert(const PullSecretRow& one) {
    return store_->write([&](WriteTransaction& tx) { return pull_secrets::insert(tx, one); });
  }
  std::vector<std::string> users_of(const std::string& group, const std::string& name) {
    return store_
        ->read([&](ReadTransaction& tx) { return pull_secrets::users_of(tx, group, name); })
        .value();
  }
  void deploy(const std::string& id, const std::string& secret) {
    const auto done = store_->write([&](WriteTransaction& tx) -> Result<void> {
      TRY(deployments::insert(tx, sample_deployment(id)));
      domain::Revision revision;
      revision.deployment_id = id;
      revision.number = 1;
      revision.spec.image = "iris:1";
      revision.spec.instance_type = "cpu-1";
      revision.spec.pull_secret = secret;
      return revisions::insert(tx, revision);
    });
    ASSERT_TRUE(done) << done.error().message;
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_ = open_test_store(folder_);
};

TEST_F(PullSecretsTable, gives_back_what_was_put_in) {
  ASSERT_TRUE(insert(row("default", "hub")));
  EXPECT_EQ(insert(row("default", "hub")).error().code, ErrorCode::kConflict);
  PullSecretRow changed = row("default", "hub");
  changed.registry = "docker.io";
  changed.sealed = "other";
  changed.updated_by = "bob";
  changed.generation = 2;
  const auto seen = store_->write([&](WriteTransaction& tx) -> Result<PullSecretRow> {
    TRY(pull_secrets::update(tx, changed));
    TRY_ASSIGN(const auto found, pull_secrets::find(tx, "default", "hub"));
    return found.value();
  });
  ASSERT_TRUE(seen);
  EXPECT_EQ(*seen, changed);
  const auto missing = store_->write(
      [&](WriteTransaction& tx) { return pull_secrets::update(tx, row("default", "x")); });
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST_F(PullSecretsTable, the_groups_own_secret_goes_before_the_one_for_all) {
  ASSERT_TRUE(insert(row("", "hub")));
  const auto meant = [&](const std::string& group) {
    const auto found =
        store_->read([&](ReadTransaction& tx) { return pull_secrets::resolve(tx, group, "hub"); });
    return found && *found ? (*found)->group : "none";
  };
  EXPECT_EQ(meant("default"), "");
  ASSERT_TRUE(insert(row("default", "hub")));
  EXPECT_EQ(meant("default"), "default");
  EXPECT_EQ(meant("other"), "");
}

TEST_F(PullSecretsTable, knows_who_means_which_secret) {
  ASSERT_TRUE(insert(row("", "hub")));
  deploy("one", "hub");
  deploy("two", "hub");
  deploy("three", "");
  using Ids = std::vector<std::string>;
  EXPECT_EQ(users_of("", "hub"), (Ids{"one", "two"}));
  ASSERT_TRUE(insert(row("default", "hub")));
  EXPECT_EQ(users_of("", "hub"), Ids{});
  EXPECT_EQ(users_of("default", "hub"), (Ids{"one", "two"}));
  EXPECT_EQ(users_of("default", "other"), Ids{});
}

TEST_F(PullSecretsTable, resealing_is_no_change_by_anybody) {
  ASSERT_TRUE(insert(row("", "hub")));
  PullSecretRow again = row("", "hub");
  again.sealed = "anew";
  again.generation = 9;
  const auto seen = store_->write([&](WriteTransaction& tx) -> Result<PullSecretRow> {
    TRY(pull_secrets::reseal(tx, again));
    TRY_ASSIGN(const auto found, pull_secrets::find(tx, "", "hub"));
    return found.value();
  });
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->sealed, "anew");
  EXPECT_EQ(seen->generation, 1);
  EXPECT_EQ(seen->updated_at, from_unix_micros(2));
}

}  // namespace
}  // namespace slipway::store
