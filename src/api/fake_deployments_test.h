#pragma once
// control::Deployments in memory, for the tests of this room: enough rules to answer like the real
// one (ids, generations, permissions of groups), no engine and no store.

#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "control/deployments.h"

namespace slipway::api {

class FakeDeployments : public control::Deployments {
 public:
  Result<control::DeploymentView> create(const control::Caller& caller,
                                         const control::NewDeployment& wanted) override {
    ++creates;
    last_new = wanted;
    last_caller = caller;
    const std::string id = wanted.id.value_or(wanted.name + "-x7k2p");
    if (wanted.idempotency_key) {
      const auto known = keys.find(*wanted.idempotency_key);
      if (known != keys.end()) {
        if (known->second.name == wanted.name && known->second.spec == wanted.spec) {
          return views.at(known->second.id.value());
        }
        return fail(ErrorCode::kConflict, "the Idempotency-Key stands for another request");
      }
      keys[*wanted.idempotency_key] = wanted;
      keys[*wanted.idempotency_key].id = id;
    }
    if (views.count(id) != 0) {
      return fail(ErrorCode::kConflict, "the id '" + id + "' is taken");
    }
    control::DeploymentView view;
    view.deployment.id = id;
    view.deployment.name = wanted.name;
    view.deployment.group = wanted.group.empty() ? "default" : wanted.group;
    view.deployment.revision = 1;
    view.deployment.generation = 1;
    view.deployment.created_by = view.deployment.updated_by = caller.user;
    view.deployment.created_at = view.deployment.updated_at = from_unix_micros(1'000'000);
    view.revision = {id, 1, wanted.spec, caller.user, from_unix_micros(1'000'000), wanted.message};
    view.status.reason = "accepted";
    view.status.wanted_replicas = wanted.spec.replicas;
    view.instance_type = {wanted.spec.instance_type, "", "", 500, 1 << 30, 0};
    views[id] = view;
    return view;
  }
  Result<control::DeploymentPage> list(const control::Caller&,
                                       const control::DeploymentFilter& filter) override {
    last_filter = filter;
    control::DeploymentPage page;
    for (const auto& [id, view] : views) {
      if (id <= filter.cursor) continue;
      if (page.items.size() == static_cast<size_t>(filter.limit)) {
        page.next_cursor = page.items.back().deployment.id;
        break;
      }
      page.items.push_back(view);
    }
    return page;
  }
  Result<control::DeploymentView> get(const control::Caller&, const std::string& id) override {
    const std::lock_guard lock(mutex);
    const auto found = views.find(id);
    if (found == views.end()) {
      return fail(ErrorCode::kNotFound, "there is no deployment '" + id + "'");
    }
    return found->second;
  }
  Result<control::DeploymentView> update(const control::Caller&, const std::string& id,
                                         const control::SpecPatch& patch,
                                         const std::string& message,
                                         control::ExpectedGeneration expected) override {
    TRY(expect(id, expected));
    last_patch = patch;
    last_message = message;
    return bump(id);
  }
  Result<control::DeploymentView> start(const control::Caller&, const std::string& id,
                                        control::ExpectedGeneration expected) override {
    TRY(expect(id, expected));
    return bump(id);
  }
  Result<control::DeploymentView> stop(const control::Caller&, const std::string& id,
                                       control::ExpectedGeneration expected) override {
    TRY(expect(id, expected));
    views[id].status.phase = domain::Phase::kStopping;
    return bump(id);
  }
  Result<void> remove(const control::Caller&, const std::string& id, const std::string& confirm,
                      control::ExpectedGeneration expected) override {
    TRY(expect(id, expected));
    if (confirm != views[id].deployment.name) {
      return fail(ErrorCode::kInvalid, "confirm must be the name");
    }
    if (!lingers) views.erase(id);
    return {};
  }
  Result<control::DeploymentView> rollback(const control::Caller&, const std::string& id,
                                           int64_t number, const std::string& message,
                                           control::ExpectedGeneration expected) override {
    TRY(expect(id, expected));
    last_rollback = number;
    last_message = message;
    return bump(id);
  }
  Result<control::IdProposal> propose_id(const control::Caller&,
                                         const std::optional<std::string>& id,
                                         const std::optional<std::string>& name) override {
    if (id) return control::IdProposal{*id, views.count(*id) == 0, ""};
    return control::IdProposal{name.value_or("") + "-x7k2p", true, ""};
  }
  Result<control::DryRun> dry_run_create(const control::Caller&,
                                         const control::NewDeployment& wanted) override {
    last_new = wanted;
    return dry_run;
  }
  Result<control::DryRun> dry_run_update(const control::Caller& caller, const std::string& id,
                                         const control::SpecPatch& patch,
                                         const std::string& message) override {
    TRY(get(caller, id));
    last_patch = patch;
    last_message = message;
    return dry_run;
  }
  Result<std::vector<domain::SpecChange>> diff(const control::Caller& caller, const std::string& id,
                                               int64_t from, int64_t to) override {
    TRY(get(caller, id));
    return std::vector<domain::SpecChange>{
        {"drain_time", std::to_string(from), std::to_string(to)}};
  }
  Result<domain::Revision> tag(const control::Caller& caller, const std::string& id, int64_t number,
                               const std::string& tag) override {
    TRY_ASSIGN(domain::Revision found, revision(caller, id, number));
    found.tag = tag;
    return found;
  }
  Result<std::vector<domain::HistoryEntry>> history(const control::Caller& caller,
                                                    const std::string& id, int64_t before,
                                                    int limit) override {
    TRY(get(caller, id));
    std::vector<domain::HistoryEntry> out;
    for (const auto& entry : entries) {
      const bool is_next = before == 0 || entry.sequence < before;
      if (is_next && out.size() < static_cast<size_t>(limit)) out.push_back(entry);
    }
    return out;
  }
  Result<std::vector<domain::Revision>> revisions(const control::Caller& caller,
                                                  const std::string& id) override {
    TRY(get(caller, id));
    return past;
  }
  Result<domain::Revision> revision(const control::Caller& caller, const std::string& id,
                                    int64_t number) override {
    TRY(get(caller, id));
    for (const auto& revision : past) {
      if (revision.number == number) return revision;
    }
    return fail(ErrorCode::kNotFound, "there is no such revision");
  }
  Result<std::vector<engine::WorkloadReplica>> replicas(const control::Caller& caller,
                                                        const std::string& id) override {
    TRY(get(caller, id));
    return running;
  }
  Result<std::vector<control::Event>> events(const control::Caller& caller, const std::string& id,
                                             int64_t after, int limit) override {
    TRY(get(caller, id));
    std::vector<control::Event> out;
    for (const auto& event : timeline) {
      if (event.sequence > after && out.size() < static_cast<size_t>(limit)) out.push_back(event);
    }
    return out;
  }
  bool wait_for_change(const std::string& id, int64_t, std::chrono::milliseconds) override {
    if (on_wait.empty()) return false;
    auto next = std::move(on_wait.front());
    on_wait.pop_front();
    next(id);
    return true;
  }
  Result<control::LogPlace> find_logs(const control::Caller& caller, const std::string& id,
                                      const std::string& replica) override {
    TRY(get(caller, id));
    if (!replica.empty() && replica != "iris-r1-0") {
      return fail(ErrorCode::kNotFound,
                  "no logs of '" + replica + "'; there are those of iris-r1-0");
    }
    last_replica = replica;
    return control::LogPlace{
        .folder = {}, .owner = {}, .replica = replica, .paused = logs_are_paused};
  }
  Result<void> read_logs(const control::LogPlace&, const control::LogRequest& request,
                         const control::StoredLineSink& sink) override {
    last_log_request = request;
    for (const auto& line : log) {
      if (!sink("iris-r1-0", &line) || !sink("", nullptr)) return {};
    }
    return {};
  }
  std::map<std::string, control::DeploymentView> views;
  std::map<std::string, control::NewDeployment> keys;
  std::vector<domain::Revision> past;
  std::vector<domain::HistoryEntry> entries;  // newest first
  control::DryRun dry_run;
  int64_t last_rollback = 0;
  std::vector<engine::WorkloadReplica> running;
  std::vector<control::Event> timeline;
  std::vector<logs::NumberedLine> log;
  std::deque<std::function<void(const std::string& id)>> on_wait;  // what happens at each wait
  bool logs_are_paused = false;
  bool lingers = false;  // a removed deployment stays visible
  int creates = 0;
  control::NewDeployment last_new;
  control::Caller last_caller;
  control::DeploymentFilter last_filter;
  control::SpecPatch last_patch;
  std::string last_message;
  control::LogRequest last_log_request;
  std::string last_replica;
  std::mutex mutex;

 private:
  Result<void> expect(const std::string& id, control::ExpectedGeneration expected) {
    const auto found = views.find(id);
    if (found == views.end()) {
      return fail(ErrorCode::kNotFound, "there is no deployment '" + id + "'");
    }
    if (expected && *expected != found->second.deployment.generation) {
      return fail(ErrorCode::kPrecondition, "it is at another generation");
    }
    return {};
  }
  Result<control::DeploymentView> bump(const std::string& id) {
    ++views[id].deployment.generation;
    return views[id];
  }
};

}  // namespace slipway::api
