#pragma once
// The use cases over a real store, with a scripted view of replicas and logs: members ada and
// (reading only) reader_, a stranger of another group, a platform admin.

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "control/deployment_use_cases.h"
#include "store/audit.h"
#include "store/statuses.h"
#include "store/test_store.h"

namespace slipway::control {

using store::ReadTransaction;
using store::WriteTransaction;

class FixedViews final : public ReplicaViews {
 public:
  std::vector<engine::WorkloadReplica> replicas(const std::string& id) override {
    engine::WorkloadReplica one;
    one.observed.key = {id, 1, 0};
    return {one};
  }
};

// Only asked what a dry run wants to know.
class DryRunsOnly final : public engine::WorkloadEngine {
 public:
  int room = 10;
  engine::WantedImage asked;
  engine::Capabilities capabilities() const override { return {}; }
  Result<void> ping() override { return {}; }
  Result<engine::Capacity> capacity() override { return engine::Capacity{}; }
  engine::ImageSight find_image(const engine::WantedImage& wanted) override {
    asked = wanted;
    if (wanted.image == "gone:1") return {engine::ImageSight::Where::kMissing, "no such image"};
    return {engine::ImageSight::Where::kHere, "here"};
  }
  int room_for(const domain::InstanceType&) override { return room; }
  Result<void> apply(const engine::Workload&) override { return {}; }
  Result<void> remove(const std::string&) override { return {}; }
  Result<std::vector<engine::ObservedWorkload>> observe(
      const std::optional<std::set<std::string>>&) override {
    return std::vector<engine::ObservedWorkload>{};
  }
  std::unique_ptr<engine::Watch> watch(std::function<void(const std::string&)>) override {
    return nullptr;
  }
  Result<void> logs(const domain::ReplicaKey&, const engine::LogQuery&,
                    const engine::LogSink&) override {
    return {};
  }
};

class UseCasesFixture : public testing::Test {
 protected:
  UseCasesFixture()
      : store_(store::open_test_store(folder_)),
        deployments_(make_deployments({*store_, clock_, random_, views_, engine_, logs_})) {
    const auto furnished = store_->write([](WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      TRY(store::groups::insert(
          tx, {.name = "other", .display_name = "Other", .deployment_enabled = true}));
      return store::instance_types::insert(tx, {"cpu-2", "", "", 2000, 1 << 30, 0});
    });
    if (!furnished) throw std::runtime_error(furnished.error().message);
    ada_.user = "ada";
    ada_.groups = {"default"};
    ada_.source_address = "10.0.0.1";
    stranger_.user = "eve";
    stranger_.groups = {"other"};
    admin_.user = "root";
    admin_.platform_admin = true;
    reader_ = ada_;
    reader_.may_write = false;
  }

  static NewDeployment iris(const std::string& name = "Iris model") {
    NewDeployment out;
    out.name = name;
    out.spec.image = "iris:1";
    out.spec.instance_type = "cpu-1";
    out.spec.replicas = 2;
    return out;
  }
  DeploymentView create(const NewDeployment& wanted = iris()) {
    return value(deployments_->create(ada_, wanted));
  }
  template <typename T>
  static T value(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }
  template <typename T>
  static ErrorCode code(const Result<T>& result) {
    return result ? ErrorCode::kDeadline : result.error().code;
  }
  static std::vector<std::string> paths(const Error& error) {
    std::vector<std::string> out;
    for (const FieldError& field : error.fields) out.push_back(field.path);
    return out;
  }
  void put_status(const std::string& id, domain::Phase phase, int64_t generation) {
    domain::Status status;
    status.phase = phase;
    status.generation = generation;
    status.reason = "as it is";
    const auto done = store_->write(
        [&](WriteTransaction& tx) { return store::statuses::put(tx, id, status, clock_.now()); });
    ASSERT_TRUE(done);
  }
  std::vector<Event> events(const std::string& id) {
    return value(deployments_->events(ada_, id, 0, 1000));
  }
  size_t audit_rows() {
    return value(store_->read([](ReadTransaction& tx) { return store::audit::after(tx, 0, 1000); }))
        .size();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  FixedViews views_;
  logs::LogStore logs_{{.root = folder_.path() / "logs", .keep = {}, .free_floor = 0}};
  DryRunsOnly engine_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Deployments> deployments_;
  Caller ada_, stranger_, admin_, reader_;
};

}  // namespace slipway::control
