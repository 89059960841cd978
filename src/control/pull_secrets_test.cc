#include "control/pull_secrets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "store/audit.h"
#include "store/pull_secrets.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using domain::RegistryLogin;
using testing::HasSubstr;

constexpr const char* kPassword = "correct-horse-battery-staple";

class PullSecretsTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto done = store_->write([](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      return store::groups::insert(tx, {.name = "other"});
    });
    ASSERT_TRUE(done);
  }
  static Caller member() {
    Caller out;
    out.user = "bob";
    out.groups = {"default"};
    out.source_address = "192.0.2.1";
    return out;
  }
  static Caller group_admin() {
    Caller out = member();
    out.user = "ada";
    out.admin_of = {"default"};
    return out;
  }
  static Caller platform_admin() {
    Caller out;
    out.user = "root";
    out.platform_admin = true;
    return out;
  }
  static std::vector<RegistryLogin> login(const std::string& registry = "ghcr.io") {
    return {{registry, "puller", kPassword}};
  }
  void deploy(const std::string& id, const std::string& secret) {
    const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::deployments::insert(tx, store::sample_deployment(id)));
      domain::Revision revision;
      revision.deployment_id = id;
      revision.number = 1;
      revision.spec.image = "iris:1";
      revision.spec.instance_type = "cpu-1";
      revision.spec.pull_secret = secret;
      return store::revisions::insert(tx, revision);
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<store::AuditRow> audit() {
    return store_->read([](store::ReadTransaction& tx) { return store::audit::after(tx, 0, 100); })
        .value();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  identity::SecretBox box_{{identity::make_secret_key(random_)}, random_};
  std::unique_ptr<PullSecrets> secrets_ = make_pull_secrets(*store_, box_, clock_);
  std::unique_ptr<engine::CredentialSource> credentials_ = make_credential_source(*store_, box_);
};

TEST_F(PullSecretsTest, an_engine_gets_what_was_put_in_for_its_registry_only) {
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub",
                               {{"ghcr.io", "ada", "one"}, {"docker.io", "bob", "two"}}));
  const auto found = credentials_->find("default", "hub", "docker.io");
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->user, "bob");
  EXPECT_EQ((*found)->password, "two");
  EXPECT_EQ((*found)->secret, "hub");
  EXPECT_FALSE(credentials_->find("default", "hub", "quay.io").value());
  EXPECT_FALSE(credentials_->find("default", "", "ghcr.io").value());
  EXPECT_EQ(credentials_->find("other", "hub", "ghcr.io").error().code, ErrorCode::kNotFound);
}

TEST_F(PullSecretsTest, the_groups_own_goes_before_the_one_for_every_group) {
  ASSERT_TRUE(secrets_->create(platform_admin(), "", "hub", {{"ghcr.io", "all", "x"}}));
  EXPECT_EQ(credentials_->find("default", "hub", "ghcr.io").value()->user, "all");
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub", {{"ghcr.io", "own", "x"}}));
  EXPECT_EQ(credentials_->find("default", "hub", "ghcr.io").value()->user, "own");
  EXPECT_EQ(credentials_->find("other", "hub", "ghcr.io").value()->user, "all");
}

TEST_F(PullSecretsTest, members_see_that_it_is_there_and_admins_whose_login_it_is) {
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "own", login()));
  ASSERT_TRUE(secrets_->create(platform_admin(), "", "hub", login("docker.io")));
  ASSERT_TRUE(secrets_->create(platform_admin(), "other", "theirs", login()));
  const auto seen = secrets_->list(member());
  ASSERT_TRUE(seen);
  ASSERT_EQ(seen->size(), 2U);
  EXPECT_EQ(seen->at(0).name, "hub");
  EXPECT_EQ(seen->at(1).name, "own");
  using Registry = PullSecretView::Registry;
  EXPECT_EQ(seen->at(1).registries, std::vector<Registry>({{"ghcr.io", ""}}));
  EXPECT_EQ(secrets_->get(group_admin(), "default", "own")->registries,
            std::vector<Registry>({{"ghcr.io", "puller"}}));
  EXPECT_EQ(secrets_->get(group_admin(), "", "hub")->registries,
            std::vector<Registry>({{"docker.io", ""}}));
  EXPECT_EQ(secrets_->list(platform_admin())->size(), 3U);
  EXPECT_EQ(secrets_->get(member(), "other", "theirs").error().code, ErrorCode::kNotFound);
}

TEST_F(PullSecretsTest, only_admins_change_it_and_for_strangers_it_is_not_there) {
  ASSERT_TRUE(secrets_->create(platform_admin(), "other", "theirs", login()));
  ASSERT_TRUE(secrets_->create(platform_admin(), "", "hub", login()));
  ASSERT_TRUE(secrets_->create(platform_admin(), "default", "own", login()));
  const auto code = [](const auto& result) {
    return result ? std::string("done") : std::string(to_string(result.error().code));
  };
  EXPECT_EQ(code(secrets_->create(member(), "default", "x", login())), "denied");
  EXPECT_EQ(code(secrets_->create(group_admin(), "other", "x", login())), "invalid");
  EXPECT_EQ(code(secrets_->create(platform_admin(), "nowhere", "x", login())), "invalid");
  EXPECT_EQ(code(secrets_->create(group_admin(), "", "x", login())), "denied");
  EXPECT_EQ(code(secrets_->replace(member(), "default", "own", login(), {})), "denied");
  EXPECT_EQ(code(secrets_->replace(group_admin(), "other", "theirs", login(), {})), "not_found");
  EXPECT_EQ(code(secrets_->remove(group_admin(), "", "hub", {})), "denied");
  EXPECT_EQ(code(secrets_->remove(member(), "default", "own", {})), "denied");
  Caller reader = group_admin();
  reader.may_write = false;
  EXPECT_EQ(code(secrets_->remove(reader, "default", "own", {})), "denied");
  EXPECT_EQ(code(secrets_->remove(group_admin(), "default", "own", {})), "done");
}

TEST_F(PullSecretsTest, refuses_what_is_wrong_by_field) {
  const auto made = secrets_->create(group_admin(), "default", "Bad Name", {{"ghcr.io", "", "x"}});
  ASSERT_FALSE(made);
  ASSERT_EQ(made.error().fields.size(), 2U);
  EXPECT_EQ(made.error().fields[0].path, "name");
  EXPECT_EQ(made.error().fields[1].path, "user");
  EXPECT_FALSE(secrets_->create(group_admin(), "default", "empty", {}));
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub", login()));
  EXPECT_EQ(secrets_->create(group_admin(), "default", "hub", login()).error().code,
            ErrorCode::kConflict);
}

TEST_F(PullSecretsTest, a_change_over_somebody_elses_is_refused) {
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub", login()));
  const auto changed = secrets_->replace(group_admin(), "default", "hub", login("quay.io"), 1);
  ASSERT_TRUE(changed);
  EXPECT_EQ(changed->generation, 2);
  EXPECT_EQ(changed->registries.at(0).registry, "quay.io");
  EXPECT_EQ(secrets_->replace(group_admin(), "default", "hub", login(), 1).error().code,
            ErrorCode::kPrecondition);
  EXPECT_EQ(secrets_->remove(group_admin(), "default", "hub", 1).error().code,
            ErrorCode::kPrecondition);
}

TEST_F(PullSecretsTest, one_that_a_newest_revision_names_is_not_removed) {
  ASSERT_TRUE(secrets_->create(platform_admin(), "", "hub", login()));
  deploy("iris", "hub");
  const auto refused = secrets_->remove(platform_admin(), "", "hub", {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  EXPECT_THAT(refused.error().message, HasSubstr("iris"));
  // The group's own takes its place, and then it is free.
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub", login()));
  EXPECT_TRUE(secrets_->remove(platform_admin(), "", "hub", {}));
  EXPECT_EQ(secrets_->remove(group_admin(), "default", "hub", {}).error().code,
            ErrorCode::kConflict);
}

TEST_F(PullSecretsTest, every_write_is_in_the_audit_with_its_password_masked) {
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub", login()));
  ASSERT_TRUE(secrets_->replace(group_admin(), "default", "hub", login("quay.io"), {}));
  ASSERT_TRUE(secrets_->remove(group_admin(), "default", "hub", {}));
  const auto rows = audit();
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].action, "secret.create");
  EXPECT_EQ(rows[0].before, "");
  EXPECT_EQ(rows[0].group, "default");
  EXPECT_EQ(rows[0].source, "192.0.2.1");
  EXPECT_EQ(rows[1].before,
            R"({"registries":[{"registry":"ghcr.io","user":"puller","password":"***"}]})");
  EXPECT_THAT(rows[1].after, HasSubstr("quay.io"));
  EXPECT_EQ(rows[2].after, "");
}

TEST_F(PullSecretsTest, no_file_of_the_store_ever_holds_the_password) {
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "hub", login()));
  ASSERT_TRUE(secrets_->replace(group_admin(), "default", "hub", login("quay.io"), {}));
  const auto expect_clean = [&] {
    size_t bytes = 0;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      std::ifstream file(entry.path(), std::ios::binary);
      const std::string content((std::istreambuf_iterator<char>(file)), {});
      bytes += content.size();
      EXPECT_EQ(content.find(kPassword), std::string::npos) << entry.path();
    }
    // The user's group stands in the same rows in clear: we did look at the right files.
    EXPECT_GT(bytes, 4096U);
  };
  expect_clean();
  secrets_.reset();
  credentials_.reset();
  store_.reset();
  expect_clean();
}

TEST_F(PullSecretsTest, one_that_was_tampered_with_fails_by_name_and_can_be_given_anew) {
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "one", login()));
  ASSERT_TRUE(secrets_->create(group_admin(), "default", "two", login("quay.io")));
  // Somebody moves the sealed bytes of one row into another.
  const auto moved = store_->write([](store::WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const auto one, store::pull_secrets::find(tx, "default", "one"));
    TRY_ASSIGN(auto two, store::pull_secrets::find(tx, "default", "two"));
    two->sealed = one->sealed;
    return store::pull_secrets::reseal(tx, *two);
  });
  ASSERT_TRUE(moved);
  const auto found = credentials_->find("default", "two", "ghcr.io");
  ASSERT_FALSE(found);
  EXPECT_THAT(found.error().message, HasSubstr("'two'"));
  EXPECT_EQ(secrets_->list(group_admin())->size(), 2U);
  ASSERT_TRUE(secrets_->replace(group_admin(), "default", "two", login("quay.io"), {}));
  EXPECT_TRUE(credentials_->find("default", "two", "quay.io").value());
}

}  // namespace
}  // namespace slipway::control
