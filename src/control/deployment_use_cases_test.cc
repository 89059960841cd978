// The use cases over a real store, with a scripted view of replicas and logs.
#include "control/deployment_use_cases.h"

#include <gtest/gtest.h>

#include <future>

#include "control/use_cases_fixture_test.h"
#include "domain/deployment_id.h"
#include "store/audit.h"
#include "store/history.h"

namespace slipway::control {
namespace {

using UseCases = UseCasesFixture;

TEST_F(UseCases, every_change_stands_in_the_history_and_in_the_audit_trail_with_before_and_after) {
  NewDeployment wanted = iris();
  wanted.spec.environment = {{"TOKEN", "old-secret"}};
  const std::string id = create(wanted).deployment.id;
  SpecPatch patch;
  patch.replicas = 3;
  patch.environment = std::vector<domain::EnvironmentVariable>{{"TOKEN", "new-secret"}};
  value(deployments_->update(ada_, id, patch, "more", {}));
  value(deployments_->stop(ada_, id, {}));
  const auto entries = value(
      store_->read([&](ReadTransaction& tx) { return store::history::before(tx, id, 0, 10); }));
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].kind, "stop");
  EXPECT_EQ(entries[1].kind, "update");
  EXPECT_EQ(entries[1].message, "more");
  EXPECT_EQ(entries[1].actor, "ada");
  EXPECT_EQ(entries[1].revision, 2);
  EXPECT_EQ(entries[1].changes,
            (std::vector<domain::SpecChange>{{"replicas", "2", "3"},
                                             {"environment.TOKEN", "(hidden)", "(hidden)"}}));
  EXPECT_EQ(entries[2].kind, "create");
  const auto rows =
      value(store_->read([](ReadTransaction& tx) { return store::audit::after(tx, 0, 1000); }));
  ASSERT_EQ(rows.size(), 3U);
  EXPECT_EQ(rows[0].before, "");
  EXPECT_NE(rows[1].before.find("\"replicas\":2"), std::string::npos);
  EXPECT_NE(rows[1].after.find("\"replicas\":3"), std::string::npos);
  EXPECT_NE(rows[2].after.find("\"desire\":\"stopped\""), std::string::npos);
  for (const auto& row : rows) {
    EXPECT_EQ(row.group, "default");
    EXPECT_EQ((row.before + row.after + row.detail).find("-secret"), std::string::npos);
  }
}

TEST_F(UseCases, create_writes_deployment_revision_event_and_audit_row) {
  NewDeployment wanted = iris("  Iris model ");
  wanted.message = "first try";
  const DeploymentView view = create(wanted);
  EXPECT_TRUE(domain::is_deployment_id(view.deployment.id));
  EXPECT_TRUE(view.deployment.id.starts_with("iris-model-"));
  EXPECT_EQ(view.deployment.name, "Iris model");
  EXPECT_EQ(view.deployment.group, "default");
  EXPECT_EQ(view.deployment.generation, 1);
  EXPECT_EQ(view.revision.number, 1);
  EXPECT_EQ(view.revision.spec, wanted.spec);
  EXPECT_EQ(view.revision.message, "first try");
  EXPECT_EQ(view.revision.author, "ada");
  EXPECT_EQ(view.status.phase, domain::Phase::kDeploying);
  EXPECT_EQ(view.instance_type.cpu_millis, 1000);
  const auto told = events(view.deployment.id);
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].kind, "accepted");
  EXPECT_EQ(told[0].actor, "ada");
  EXPECT_EQ(audit_rows(), 1U);
}

TEST_F(UseCases, create_names_every_bad_field_and_writes_nothing) {
  NewDeployment wanted = iris(" ");
  wanted.id = "Bad Id";
  wanted.group = "nowhere";
  wanted.message = std::string(2001, 'm');
  wanted.spec.replicas = 0;
  wanted.spec.instance_type = "huge";
  wanted.spec.environment = {{"SELDON_X", "1"}};
  const auto refused = deployments_->create(ada_, wanted);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
  EXPECT_EQ(paths(refused.error()),
            (std::vector<std::string>{"name", "id", "message", "group", "replicas",
                                      "environment[0].name", "instance_type"}));
  EXPECT_NE(refused.error().fields.back().message.find("cpu-1, cpu-2"), std::string::npos);
  EXPECT_TRUE(value(deployments_->list(admin_, {})).items.empty());
  EXPECT_EQ(audit_rows(), 0U);
}

TEST_F(UseCases, create_takes_only_groups_of_the_caller) {
  NewDeployment wanted = iris();
  wanted.group = "other";
  EXPECT_EQ(code(deployments_->create(ada_, wanted)), ErrorCode::kInvalid);
  EXPECT_TRUE(deployments_->create(admin_, wanted));
  EXPECT_EQ(code(deployments_->create(admin_, iris())), ErrorCode::kInvalid);  // which one?
  Caller both = ada_;
  both.groups = {"default", "other"};
  EXPECT_EQ(code(deployments_->create(both, iris())), ErrorCode::kInvalid);
}

TEST_F(UseCases, create_refuses_a_taken_id_also_of_another_group_and_while_it_is_deleted) {
  NewDeployment wanted = iris();
  wanted.id = "my-iris";
  create(wanted);
  EXPECT_EQ(code(deployments_->create(ada_, wanted)), ErrorCode::kConflict);
  EXPECT_EQ(code(deployments_->create(stranger_, wanted)), ErrorCode::kConflict);
  ASSERT_TRUE(deployments_->remove(ada_, "my-iris", "Iris model", std::nullopt));
  EXPECT_EQ(code(deployments_->create(ada_, wanted)), ErrorCode::kConflict);
  ASSERT_TRUE(store_->write(
      [](WriteTransaction& tx) { return store::deployments::forget(tx, "my-iris"); }));
  EXPECT_TRUE(deployments_->create(ada_, wanted));
}

TEST_F(UseCases, create_with_a_repeated_idempotency_key_makes_one_deployment) {
  NewDeployment wanted = iris();
  wanted.idempotency_key = "key-1";
  const auto first = create(wanted);
  const auto again = create(wanted);
  EXPECT_EQ(first.deployment, again.deployment);
  EXPECT_EQ(value(deployments_->list(ada_, {})).items.size(), 1U);
  NewDeployment another = wanted;
  another.spec.replicas = 3;
  EXPECT_EQ(code(deployments_->create(ada_, another)), ErrorCode::kConflict);
  wanted.idempotency_key = "key-2";
  EXPECT_NE(create(wanted).deployment.id, first.deployment.id);
  wanted.idempotency_key = "";
  EXPECT_EQ(code(deployments_->create(ada_, wanted)), ErrorCode::kInvalid);
}

TEST_F(UseCases, a_stranger_sees_nothing_and_cannot_tell_whether_it_is_there) {
  const std::string id = create().deployment.id;
  const auto hidden = deployments_->get(stranger_, id);
  const auto absent = deployments_->get(stranger_, id + "x");
  ASSERT_FALSE(hidden);
  EXPECT_EQ(hidden.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(hidden.error().message.size() + 1, absent.error().message.size());
  EXPECT_TRUE(value(deployments_->list(stranger_, {})).items.empty());
  DeploymentFilter asked;
  asked.groups = {"default"};
  EXPECT_TRUE(value(deployments_->list(stranger_, asked)).items.empty());
  EXPECT_EQ(code(deployments_->update(stranger_, id, {}, "", {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->start(stranger_, id, {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->stop(stranger_, id, {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->remove(stranger_, id, "Iris model", {})), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->revisions(stranger_, id)), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->revision(stranger_, id, 1)), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->replicas(stranger_, id)), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->events(stranger_, id, 0, 10)), ErrorCode::kNotFound);
  EXPECT_EQ(code(deployments_->find_logs(stranger_, id, id + "-r1-0")), ErrorCode::kNotFound);
  EXPECT_TRUE(deployments_->get(admin_, id));
}

TEST_F(UseCases, a_read_only_token_reads_and_changes_nothing) {
  EXPECT_EQ(code(deployments_->create(reader_, iris())), ErrorCode::kDenied);
  const std::string id = create().deployment.id;
  EXPECT_TRUE(deployments_->get(reader_, id));
  EXPECT_EQ(code(deployments_->update(reader_, id, {}, "", {})), ErrorCode::kDenied);
  EXPECT_EQ(code(deployments_->start(reader_, id, {})), ErrorCode::kDenied);
  EXPECT_EQ(code(deployments_->stop(reader_, id, {})), ErrorCode::kDenied);
  EXPECT_EQ(code(deployments_->remove(reader_, id, "Iris model", {})), ErrorCode::kDenied);
  EXPECT_EQ(value(deployments_->get(ada_, id)).deployment.generation, 1);
}

TEST_F(UseCases, update_makes_a_revision_and_keeps_what_was_not_named) {
  const std::string id = create().deployment.id;
  SpecPatch patch;
  patch.image = "iris:2";
  patch.health_path = std::optional<std::string>("/ok");
  const auto view = value(deployments_->update(ada_, id, patch, "better", 1));
  EXPECT_EQ(view.deployment.generation, 2);
  EXPECT_EQ(view.revision.number, 2);
  EXPECT_EQ(view.revision.spec.image, "iris:2");
  EXPECT_EQ(view.revision.spec.health_path, "/ok");
  EXPECT_EQ(view.revision.spec.replicas, 2);
  EXPECT_EQ(view.revision.message, "better");
  EXPECT_NE(events(id).back().message.find("image iris:1 -> iris:2"), std::string::npos);
  SpecPatch back;
  back.health_path = std::optional<std::string>();
  EXPECT_EQ(value(deployments_->update(ada_, id, back, "", {})).revision.spec.health_path,
            std::nullopt);
  EXPECT_EQ(value(deployments_->revisions(ada_, id)).size(), 3U);
  EXPECT_EQ(value(deployments_->revision(ada_, id, 1)).spec.image, "iris:1");
  EXPECT_EQ(code(deployments_->revision(ada_, id, 9)), ErrorCode::kNotFound);
}

TEST_F(UseCases, update_refuses_bad_fields_an_equal_spec_and_an_old_generation) {
  const std::string id = create().deployment.id;
  SpecPatch bad;
  bad.replicas = 101;
  const auto refused = deployments_->update(ada_, id, bad, std::string(2001, 'm'), {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(paths(refused.error()), (std::vector<std::string>{"replicas", "message"}));
  SpecPatch equal;
  equal.replicas = 2;
  EXPECT_EQ(code(deployments_->update(ada_, id, equal, "", {})), ErrorCode::kConflict);
  SpecPatch good;
  good.replicas = 3;
  const auto stale = deployments_->update(ada_, id, good, "", 7);
  ASSERT_FALSE(stale);
  EXPECT_EQ(stale.error().code, ErrorCode::kPrecondition);
  EXPECT_NE(stale.error().message.find("7"), std::string::npos);
  EXPECT_NE(stale.error().message.find("1"), std::string::npos);
  EXPECT_EQ(value(deployments_->get(ada_, id)).deployment.generation, 1);
  EXPECT_EQ(events(id).size(), 1U);
}

TEST_F(UseCases, stop_and_start_change_the_wish_once) {
  const std::string id = create().deployment.id;
  EXPECT_EQ(value(deployments_->start(ada_, id, {})).deployment.generation, 1);
  const auto stopped = value(deployments_->stop(ada_, id, 1));
  EXPECT_EQ(stopped.deployment.desire, domain::Desire::kStopped);
  EXPECT_EQ(stopped.deployment.generation, 2);
  EXPECT_EQ(stopped.deployment.revision, 1);
  EXPECT_EQ(stopped.status.phase, domain::Phase::kStopping);
  EXPECT_EQ(value(deployments_->stop(ada_, id, {})).deployment.generation, 2);
  EXPECT_EQ(code(deployments_->start(ada_, id, 1)), ErrorCode::kPrecondition);
  EXPECT_EQ(value(deployments_->start(ada_, id, 2)).deployment.generation, 3);
  EXPECT_EQ(events(id).size(), 3U);
  EXPECT_EQ(audit_rows(), 3U);
}

TEST_F(UseCases, update_of_a_stopped_deployment_starts_it_also_with_an_equal_spec) {
  const std::string id = create().deployment.id;
  ASSERT_TRUE(deployments_->stop(ada_, id, {}));
  const auto same = value(deployments_->update(ada_, id, {}, "", {}));
  EXPECT_EQ(same.deployment.desire, domain::Desire::kRunning);
  EXPECT_EQ(same.deployment.revision, 1);
  EXPECT_EQ(same.deployment.generation, 3);
  ASSERT_TRUE(deployments_->stop(ada_, id, {}));
  SpecPatch patch;
  patch.image = "iris:2";
  const auto newer = value(deployments_->update(ada_, id, patch, "", {}));
  EXPECT_EQ(newer.deployment.desire, domain::Desire::kRunning);
  EXPECT_EQ(newer.deployment.revision, 2);
}

TEST_F(UseCases, delete_asks_for_the_name_and_ends_all_changes) {
  const std::string id = create().deployment.id;
  const auto unsure = deployments_->remove(ada_, id, "iris", {});
  ASSERT_FALSE(unsure);
  EXPECT_EQ(paths(unsure.error()), std::vector<std::string>{"confirm"});
  EXPECT_EQ(code(deployments_->remove(ada_, id, "Iris model", 9)), ErrorCode::kPrecondition);
  ASSERT_TRUE(deployments_->remove(ada_, id, "Iris model", 1));
  EXPECT_TRUE(deployments_->remove(ada_, id, "Iris model", {}));
  const auto view = value(deployments_->get(ada_, id));
  EXPECT_EQ(view.deployment.desire, domain::Desire::kDeleted);
  EXPECT_EQ(view.deployment.generation, 2);
  EXPECT_EQ(code(deployments_->start(ada_, id, {})), ErrorCode::kConflict);
  EXPECT_EQ(code(deployments_->stop(ada_, id, {})), ErrorCode::kConflict);
  EXPECT_EQ(code(deployments_->update(ada_, id, {}, "", {})), ErrorCode::kConflict);
  ASSERT_TRUE(
      store_->write([&](WriteTransaction& tx) { return store::deployments::forget(tx, id); }));
  EXPECT_EQ(code(deployments_->get(ada_, id)), ErrorCode::kNotFound);
}

TEST_F(UseCases, a_status_of_an_older_generation_is_never_shown_as_deployed) {
  const std::string id = create().deployment.id;
  put_status(id, domain::Phase::kDeployed, 1);
  EXPECT_EQ(value(deployments_->get(ada_, id)).status.phase, domain::Phase::kDeployed);
  SpecPatch patch;
  patch.replicas = 3;
  EXPECT_EQ(value(deployments_->update(ada_, id, patch, "", {})).status.phase,
            domain::Phase::kDeploying);
  EXPECT_EQ(value(deployments_->list(ada_, {})).items.at(0).status.phase,
            domain::Phase::kDeploying);
}

TEST_F(UseCases, list_filters_and_pages_without_losing_or_doubling) {
  std::vector<std::string> ids;
  for (int i = 0; i < 7; ++i) {
    NewDeployment wanted = iris("model " + std::to_string(i));
    wanted.id = "m-" + std::to_string(i);
    create(wanted);
    if (i % 2 == 0) put_status(*wanted.id, domain::Phase::kFailed, 1);
  }
  DeploymentFilter filter;
  filter.limit = 2;
  filter.phase = domain::Phase::kFailed;
  do {
    const auto page = value(deployments_->list(ada_, filter));
    EXPECT_LE(page.items.size(), 2U);
    for (const auto& item : page.items) ids.push_back(item.deployment.id);
    filter.cursor = page.next_cursor;
  } while (!filter.cursor.empty());
  EXPECT_EQ(ids, (std::vector<std::string>{"m-0", "m-2", "m-4", "m-6"}));
  DeploymentFilter search;
  search.search = "MODEL 3";
  EXPECT_EQ(value(deployments_->list(ada_, search)).items.size(), 1U);
  DeploymentFilter mine;
  mine.mine = true;
  EXPECT_EQ(value(deployments_->list(ada_, mine)).items.size(), 7U);
  EXPECT_EQ(value(deployments_->list(admin_, mine)).items.size(), 0U);
  DeploymentFilter wrong;
  wrong.limit = 0;
  wrong.cursor = "../";
  EXPECT_EQ(paths(deployments_->list(ada_, wrong).error()),
            (std::vector<std::string>{"limit", "cursor"}));
}

TEST_F(UseCases, waiting_ends_with_an_event_a_status_or_the_end_of_the_deployment) {
  using std::chrono::milliseconds;
  const std::string id = create().deployment.id;
  const std::string other = create().deployment.id;
  EXPECT_TRUE(deployments_->wait_for_change(id, 0, milliseconds(0)));
  const int64_t seen = events(id).back().sequence;
  EXPECT_FALSE(deployments_->wait_for_change(id, seen, milliseconds(1)));
  EXPECT_TRUE(deployments_->wait_for_change("no-such", seen, milliseconds(0)));

  auto waiting = std::async(std::launch::async, [&] {
    return deployments_->wait_for_change(id, seen, std::chrono::minutes(1));
  });
  put_status(other, domain::Phase::kFailed, 1);  // another's news wake nobody
  put_status(id, domain::Phase::kFailed, 1);
  EXPECT_TRUE(waiting.get());
}

TEST_F(UseCases, replicas_come_from_what_runs) {
  const std::string id = create().deployment.id;
  ASSERT_EQ(value(deployments_->replicas(ada_, id)).size(), 1U);
}

TEST_F(UseCases, two_at_once_with_the_same_generation_end_with_one_winner) {
  const std::string id = create().deployment.id;
  const auto attempt = [&](const std::string& image) {
    return std::async(std::launch::async, [&, image] {
      SpecPatch patch;
      patch.image = image;
      return code(deployments_->update(ada_, id, patch, "", 1));
    });
  };
  auto one = attempt("iris:2");
  auto two = attempt("iris:3");
  const ErrorCode first = one.get();
  const ErrorCode second = two.get();
  EXPECT_NE(first, second);
  EXPECT_TRUE(first == ErrorCode::kPrecondition || second == ErrorCode::kPrecondition);
  EXPECT_EQ(value(deployments_->get(ada_, id)).deployment.revision, 2);
}

}  // namespace
}  // namespace slipway::control
