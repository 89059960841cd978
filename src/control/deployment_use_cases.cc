#include "control/deployment_use_cases.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_create.h"
#include "control/deployment_dry_run.h"
#include "control/deployment_history.h"
#include "control/deployment_lifecycle.h"
#include "control/deployment_list.h"
#include "control/deployment_update.h"
#include "control/deployment_view.h"
#include "control/deployment_watch.h"
#include "domain/text_rules.h"
#include "store/deployments.h"
#include "store/events.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

using store::ReadTransaction;

constexpr int kMostEvents = 1000;

class StoredDeployments final : public Deployments {
 public:
  explicit StoredDeployments(const DeploymentParts& parts) : parts_(parts) {}

  Result<DeploymentView> create(const Caller& caller, const NewDeployment& wanted) override {
    auto made = create_deployment(parts_, caller, wanted);
    if (!made) {
      const bool is_only = wanted.group.empty() && caller.groups.size() == 1;
      tell_refusal(made.error(), is_only ? caller.groups[0] : wanted.group,
                   wanted.id.value_or(wanted.name));
    }
    return made;
  }

  Result<DeploymentPage> list(const Caller& caller, const DeploymentFilter& filter) override {
    return list_deployments(parts_, caller, filter);
  }

  Result<DeploymentView> get(const Caller& caller, const std::string& id) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<DeploymentView> {
      TRY_ASSIGN(domain::Deployment deployment, find_visible(tx, caller, id));
      return load_view(tx, std::move(deployment));
    });
  }

  Result<DeploymentView> update(const Caller& caller, const std::string& id, const SpecPatch& patch,
                                const std::string& message, ExpectedGeneration expected) override {
    return told(id, update_deployment(parts_, caller, id, patch, message, expected));
  }

  Result<DeploymentView> start(const Caller& caller, const std::string& id,
                               ExpectedGeneration expected) override {
    return told(id, set_desire(parts_, caller, id, domain::Desire::kRunning, expected));
  }

  Result<DeploymentView> stop(const Caller& caller, const std::string& id,
                              ExpectedGeneration expected) override {
    return set_desire(parts_, caller, id, domain::Desire::kStopped, expected);
  }

  Result<void> remove(const Caller& caller, const std::string& id, const std::string& confirm,
                      ExpectedGeneration expected) override {
    return remove_deployment(parts_, caller, id, confirm, expected);
  }

  Result<DeploymentView> rollback(const Caller& caller, const std::string& id, int64_t number,
                                  const std::string& message,
                                  ExpectedGeneration expected) override {
    return told(id, rollback_deployment(parts_, caller, id, number, message, expected));
  }

  Result<IdProposal> propose_id(const Caller&, const std::optional<std::string>& id,
                                const std::optional<std::string>& name) override {
    return control::propose_id(parts_, id, name);
  }

  Result<DryRun> dry_run_create(const Caller& caller, const NewDeployment& wanted) override {
    return control::dry_run_create(parts_, caller, wanted);
  }

  Result<DryRun> dry_run_update(const Caller& caller, const std::string& id, const SpecPatch& patch,
                                const std::string& message) override {
    return control::dry_run_update(parts_, caller, id, patch, message);
  }

  Result<std::vector<domain::SpecChange>> diff(const Caller& caller, const std::string& id,
                                               int64_t from, int64_t to) override {
    return diff_revisions(parts_, caller, id, from, to);
  }

  Result<domain::Revision> tag(const Caller& caller, const std::string& id, int64_t number,
                               const std::string& tag) override {
    return tag_revision(parts_, caller, id, number, tag);
  }

  Result<std::vector<domain::HistoryEntry>> history(const Caller& caller, const std::string& id,
                                                    int64_t before_sequence, int limit) override {
    return read_history(parts_, caller, id, before_sequence, limit);
  }

  Result<std::vector<domain::Revision>> revisions(const Caller& caller,
                                                  const std::string& id) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<std::vector<domain::Revision>> {
      TRY(find_visible(tx, caller, id));
      return store::revisions::all(tx, id);
    });
  }

  Result<domain::Revision> revision(const Caller& caller, const std::string& id,
                                    int64_t number) override {
    return parts_.store.read([&](ReadTransaction& tx) -> Result<domain::Revision> {
      TRY_ASSIGN(const domain::Deployment deployment, find_visible(tx, caller, id));
      return find_revision(tx, deployment, number);
    });
  }

  Result<std::vector<engine::WorkloadReplica>> replicas(const Caller& caller,
                                                        const std::string& id) override {
    TRY(get(caller, id));
    return parts_.views.replicas(id);
  }

  Result<std::vector<Event>> events(const Caller& caller, const std::string& id,
                                    int64_t after_sequence, int limit) override {
    if (limit < 1 || limit > kMostEvents) {
      return fail(
          refuse_if_any("the events cannot be read",
                        {{"limit", fmt::format("must be 1 to {}; it is {}", kMostEvents, limit)}})
              .error());
    }
    return parts_.store.read([&](ReadTransaction& tx) -> Result<std::vector<Event>> {
      TRY(find_visible(tx, caller, id));
      return store::events::after(tx, id, after_sequence, limit);
    });
  }

  bool wait_for_change(const std::string& id, int64_t after_sequence,
                       std::chrono::milliseconds timeout) override {
    return wait_for_deployment_change(parts_.store, id, after_sequence, timeout);
  }

  Result<LogPlace> find_logs(const Caller& caller, const std::string& id,
                             const std::string& replica_id) override {
    return control::find_logs(log_parts(), caller, id, replica_id);
  }

  Result<void> read_logs(const LogPlace& place, const LogRequest& request,
                         const StoredLineSink& sink) override {
    return control::read_logs(log_parts(), place, request, sink);
  }

 private:
  Result<DeploymentView> told(const std::string& id, Result<DeploymentView> done) const {
    if (!done && done.error().code == ErrorCode::kQuota && parts_.outbox != nullptr) {
      const auto deployment =
          parts_.store.read([&](ReadTransaction& tx) { return store::deployments::find(tx, id); });
      if (deployment && *deployment) tell_refusal(done.error(), (*deployment)->group, id);
    }
    return done;
  }

  // What was refused has left nothing behind, so the notice is a write of its own. When it cannot
  // be made, the caller is told all the same.
  void tell_refusal(const Error& error, const std::string& group,
                    const std::string& deployment) const {
    if (error.code != ErrorCode::kQuota || parts_.outbox == nullptr) return;
    (void)parts_.store.write([&](store::WriteTransaction& tx) {
      return parts_.outbox->tell_quota(tx, group, deployment, error.message, parts_.clock.now());
    });
  }

  LogReadingParts log_parts() const {
    return {parts_.store, parts_.views, parts_.logs, parts_.clock};
  }

  const DeploymentParts parts_;
};

}  // namespace

std::unique_ptr<Deployments> make_deployments(const DeploymentParts& parts) {
  return std::make_unique<StoredDeployments>(parts);
}

}  // namespace slipway::control
