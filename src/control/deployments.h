#pragma once
// The use cases around deployments, one method an operation: REST, CLI, UI and later GraphQL all
// end here. Each checks who may, validates, and writes in one transaction (the commit is the
// acceptance); what has to happen next is the reconciler's work, woken by the store's change feed.
//
// Made once by main; any thread. Never talks to an engine except to ask what a dry run wants to
// know.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "control/caller.h"
#include "control/log_reading.h"
#include "domain/deployment.h"
#include "domain/event.h"
#include "domain/history.h"
#include "domain/instance_type.h"
#include "domain/quota.h"
#include "domain/status.h"
#include "engine/workload_engine.h"

namespace slipway::store {
class Store;
}

namespace slipway::control {

struct DeploymentView {
  domain::Deployment deployment;
  domain::Revision revision;  // the newest
  domain::Status status;
  domain::InstanceType instance_type;
};

struct NewDeployment {
  std::string group;  // empty: the caller's only group
  std::string name;
  std::optional<std::string> id;  // empty: made from the name (design.md §3)
  domain::Spec spec;              // an empty instance type: the group's default
  std::string message;
  // The caller's Idempotency-Key: a repeat within 24 h answers with the deployment that the first
  // one made; the same key for another request is refused (kConflict).
  std::optional<std::string> idempotency_key;
};

// Changes to a spec; what is not set stays. `replace_*` semantics: lists are replaced as a whole.
struct SpecPatch {
  std::optional<std::string> image;
  std::optional<std::string> instance_type;
  std::optional<int> replicas;
  std::optional<std::vector<domain::EnvironmentVariable>> environment;
  std::optional<std::vector<domain::MetadataEntry>> metadata;
  std::optional<std::string> description;
  std::optional<int> port;
  std::optional<std::optional<std::string>> health_path;  // inner none: back to the default
  std::optional<std::chrono::seconds> progress_deadline;
  std::optional<std::chrono::milliseconds> request_timeout;
  std::optional<int64_t> body_limit;
  std::optional<std::chrono::seconds> drain_time;
  std::optional<int64_t> replica_concurrency = {};
  std::optional<int64_t> requests_per_minute = {};
  std::optional<bool> allow_websocket = {};
  std::optional<std::string> pull_secret = {};
  std::optional<bool> private_access = {};
};

// What the patch does not name stays. Pure.
domain::Spec apply_patch(domain::Spec spec, const SpecPatch& patch);

enum class SortBy { kId, kName, kUpdated, kCreated, kStatus, kGroup };

struct DeploymentFilter {
  std::vector<std::string> groups;
  std::string search;  // in name and id, case-insensitive
  bool mine = false;   // created or last updated by the caller
  std::optional<domain::Phase> phase;
  SortBy sort = SortBy::kId;  // what is equal, by id
  bool descending = false;
  int limit = 100;     // 1 .. 1000
  std::string cursor;  // opaque; from the previous page
};

struct DeploymentPage {
  std::vector<DeploymentView> items;
  std::string next_cursor;  // empty: the last page
};

using Event = domain::Event;

// May a new deployment have this id? With a name instead: the id that it could get.
struct IdProposal {
  std::string id;
  bool available = false;
  std::string reason = {};  // why not
};

// What a create or an update would do; nothing is written.
struct DryRun {
  std::vector<FieldError> problems = {};
  std::string refusal = {};  // what else stands against it; "": nothing
  std::optional<engine::ImageSight> image = {};
  domain::Quota quota = {};
  domain::Usage before = {};
  domain::Usage after = {};
  std::vector<ExceededLimit> exceeded = {};
  // "start": nothing serves now. "keep": the replicas that run stay. "surge", "one at a time".
  std::string strategy = {};
  std::string strategy_reason = {};
  std::vector<domain::SpecChange> changes = {};  // against the newest revision
  bool is_accepted() const { return problems.empty() && refusal.empty() && exceeded.empty(); }
};

class Deployments {
 public:
  virtual ~Deployments() = default;

  virtual Result<DeploymentView> create(const Caller&, const NewDeployment&) = 0;
  virtual Result<DeploymentPage> list(const Caller&, const DeploymentFilter&) = 0;
  virtual Result<DeploymentView> get(const Caller&, const std::string& id) = 0;
  // A new revision; one with an equal spec is refused (kConflict) unless the deployment is stopped.
  // Starts a stopped one.
  virtual Result<DeploymentView> update(const Caller&, const std::string& id, const SpecPatch&,
                                        const std::string& message, ExpectedGeneration) = 0;
  virtual Result<DeploymentView> start(const Caller&, const std::string& id,
                                       ExpectedGeneration) = 0;
  virtual Result<DeploymentView> stop(const Caller&, const std::string& id, ExpectedGeneration) = 0;
  // `confirm` must be the deployment's name (design.md §3).
  virtual Result<void> remove(const Caller&, const std::string& id, const std::string& confirm,
                              ExpectedGeneration) = 0;

  // A new revision that says what revision `number` said; as update() otherwise.
  virtual Result<DeploymentView> rollback(const Caller&, const std::string& id, int64_t number,
                                          const std::string& message, ExpectedGeneration) = 0;

  // One of the two is given; wrong ones are kInvalid.
  virtual Result<IdProposal> propose_id(const Caller&, const std::optional<std::string>& id,
                                        const std::optional<std::string>& name) = 0;
  // Asks the engine for the image, so they may take seconds.
  virtual Result<DryRun> dry_run_create(const Caller&, const NewDeployment&) = 0;
  virtual Result<DryRun> dry_run_update(const Caller&, const std::string& id, const SpecPatch&,
                                        const std::string& message) = 0;

  // What changed from revision `from` to revision `to`.
  virtual Result<std::vector<domain::SpecChange>> diff(const Caller&, const std::string& id,
                                                       int64_t from, int64_t to) = 0;
  // A tag keeps the revision from retention; at most one revision of a deployment has it
  // (kConflict). "": takes the tag away.
  virtual Result<domain::Revision> tag(const Caller&, const std::string& id, int64_t number,
                                       const std::string& tag) = 0;
  // Newest first, those before `before_sequence` (0: from the newest); 1 .. 1000 at once.
  virtual Result<std::vector<domain::HistoryEntry>> history(const Caller&, const std::string& id,
                                                            int64_t before_sequence, int limit) = 0;

  virtual Result<std::vector<domain::Revision>> revisions(const Caller&, const std::string& id) = 0;
  virtual Result<domain::Revision> revision(const Caller&, const std::string& id,
                                            int64_t number) = 0;
  virtual Result<std::vector<engine::WorkloadReplica>> replicas(const Caller&,
                                                                const std::string& id) = 0;
  virtual Result<std::vector<Event>> events(const Caller&, const std::string& id,
                                            int64_t after_sequence, int limit) = 0;
  // Blocks until something about the deployment changed after `sequence` (an event or status), or
  // the timeout; true: look again.
  virtual bool wait_for_change(const std::string& id, int64_t after_sequence,
                               std::chrono::milliseconds timeout) = 0;
  // Where the stored lines of a replica ("": of all) are, for read_logs(); also of deployments that
  // were deleted. kNotFound says which logs there are.
  virtual Result<LogPlace> find_logs(const Caller&, const std::string& id,
                                     const std::string& replica_id) = 0;
  virtual Result<void> read_logs(const LogPlace&, const LogRequest&, const StoredLineSink&) = 0;
};

}  // namespace slipway::control
