#include "store/migrations.h"

#include <fmt/format.h>

namespace slipway::store {
namespace {

constexpr std::string_view kFirstSchema = R"sql(
CREATE TABLE settings (
  name TEXT PRIMARY KEY,
  value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE groups (
  name TEXT PRIMARY KEY,
  display_name TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE instance_types (
  name TEXT PRIMARY KEY,
  display_name TEXT NOT NULL,
  description TEXT NOT NULL,
  cpu_millis INTEGER NOT NULL CHECK (cpu_millis > 0),
  memory_bytes INTEGER NOT NULL CHECK (memory_bytes > 0),
  gpus INTEGER NOT NULL CHECK (gpus >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  name TEXT PRIMARY KEY,
  password_hash TEXT NOT NULL,
  admin INTEGER NOT NULL CHECK (admin IN (0, 1)),
  disabled INTEGER NOT NULL CHECK (disabled IN (0, 1)),
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE group_members (
  group_name TEXT NOT NULL REFERENCES groups (name) ON DELETE CASCADE,
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  PRIMARY KEY (group_name, user_name)
) STRICT, WITHOUT ROWID;
CREATE INDEX group_members_by_user ON group_members (user_name);

CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY,
  digest BLOB NOT NULL UNIQUE,
  name TEXT NOT NULL,
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  may_write INTEGER NOT NULL CHECK (may_write IN (0, 1)),
  created_at INTEGER NOT NULL,
  last_used_at INTEGER,
  expires_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX api_tokens_by_user ON api_tokens (user_name);

CREATE TABLE deployments (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  group_name TEXT NOT NULL REFERENCES groups (name),
  desire TEXT NOT NULL CHECK (desire IN ('running', 'stopped', 'deleted')),
  revision INTEGER NOT NULL CHECK (revision > 0),
  proven_revision INTEGER NOT NULL CHECK (proven_revision >= 0),
  generation INTEGER NOT NULL CHECK (generation > 0),
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX deployments_by_group ON deployments (group_name, id);

CREATE TABLE revisions (
  deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  number INTEGER NOT NULL CHECK (number > 0),
  spec TEXT NOT NULL,
  author TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  message TEXT NOT NULL,
  PRIMARY KEY (deployment_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE statuses (
  deployment_id TEXT PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL,
  phase TEXT NOT NULL,
  status TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- AUTOINCREMENT: a sequence number is never given twice, also after rows went.
CREATE TABLE events (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  replica TEXT NOT NULL,
  message TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_deployment ON events (deployment_id, sequence);

-- No foreign keys: a record outlives what it speaks about.
CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  time INTEGER NOT NULL,
  actor TEXT NOT NULL,
  source TEXT NOT NULL,
  action TEXT NOT NULL,
  object TEXT NOT NULL,
  detail TEXT NOT NULL
) STRICT;

CREATE TABLE idempotency_keys (
  user_name TEXT NOT NULL,
  key TEXT NOT NULL,
  request TEXT NOT NULL,
  subject TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_name, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
)sql";

// People, groups, quotas, secrets, clients, history. What was there before keeps working: its group
// is switched on, its revisions become history.
constexpr std::string_view kManyPeople = R"sql(
ALTER TABLE users ADD COLUMN display_name TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN email TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN must_change_password INTEGER NOT NULL DEFAULT 0
  CHECK (must_change_password IN (0, 1));
ALTER TABLE users ADD COLUMN external_id TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
CREATE UNIQUE INDEX users_by_external_id ON users (external_id) WHERE external_id <> '';

ALTER TABLE group_members ADD COLUMN admin INTEGER NOT NULL DEFAULT 0 CHECK (admin IN (0, 1));

ALTER TABLE groups ADD COLUMN deployment_enabled INTEGER NOT NULL DEFAULT 0
  CHECK (deployment_enabled IN (0, 1));
ALTER TABLE groups ADD COLUMN quota_cpu_millis INTEGER CHECK (quota_cpu_millis >= 0);
ALTER TABLE groups ADD COLUMN quota_memory_bytes INTEGER CHECK (quota_memory_bytes >= 0);
ALTER TABLE groups ADD COLUMN quota_gpus INTEGER CHECK (quota_gpus >= 0);
ALTER TABLE groups ADD COLUMN quota_deployments INTEGER CHECK (quota_deployments >= 0);
ALTER TABLE groups ADD COLUMN default_instance_type TEXT NOT NULL DEFAULT '';
ALTER TABLE groups ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
UPDATE groups SET deployment_enabled = 1;

ALTER TABLE instance_types ADD COLUMN gpu_resource TEXT NOT NULL DEFAULT '';
ALTER TABLE instance_types ADD COLUMN global INTEGER NOT NULL DEFAULT 1 CHECK (global IN (0, 1));
ALTER TABLE instance_types ADD COLUMN generation INTEGER NOT NULL DEFAULT 1;
CREATE TABLE group_instance_types (
  group_name TEXT NOT NULL REFERENCES groups (name) ON DELETE CASCADE,
  instance_type TEXT NOT NULL REFERENCES instance_types (name) ON DELETE CASCADE,
  PRIMARY KEY (group_name, instance_type)
) STRICT, WITHOUT ROWID;

CREATE TABLE sessions (
  digest BLOB PRIMARY KEY,
  user_name TEXT NOT NULL REFERENCES users (name) ON DELETE CASCADE,
  source TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_by_user ON sessions (user_name);

-- group_name '' is for all groups; so there is no foreign key, and deleting a group deletes its own.
CREATE TABLE pull_secrets (
  group_name TEXT NOT NULL,
  name TEXT NOT NULL,
  registry TEXT NOT NULL,
  sealed BLOB NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  generation INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (group_name, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE clients (
  deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  digest BLOB NOT NULL,
  previous_digest BLOB,
  previous_until INTEGER,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  requests_per_minute INTEGER CHECK (requests_per_minute > 0),
  last_used_at INTEGER,
  requests INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (deployment_id, name)
) STRICT, WITHOUT ROWID;

ALTER TABLE revisions ADD COLUMN rollback_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE revisions ADD COLUMN tag TEXT NOT NULL DEFAULT '';

-- What people did to a deployment, one row each.
CREATE TABLE history (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  deployment_id TEXT NOT NULL REFERENCES deployments (id) ON DELETE CASCADE,
  time INTEGER NOT NULL,
  kind TEXT NOT NULL,
  revision INTEGER NOT NULL,
  actor TEXT NOT NULL,
  message TEXT NOT NULL,
  changes TEXT NOT NULL
) STRICT;
CREATE INDEX history_by_deployment ON history (deployment_id, sequence);
INSERT INTO history (deployment_id, time, kind, revision, actor, message, changes)
  SELECT deployment_id, created_at, iif(number = 1, 'create', 'update'), number, author, message,
         '[]'
  FROM revisions ORDER BY created_at, deployment_id, number;

-- For lists of ten thousand: the orders that people choose, and the phase without the status.
CREATE INDEX deployments_by_name ON deployments (name COLLATE NOCASE, id);
CREATE INDEX deployments_by_update ON deployments (updated_at, id);
CREATE INDEX deployments_by_creation ON deployments (created_at, id);
CREATE INDEX statuses_by_deployment ON statuses (deployment_id, generation, phase);

ALTER TABLE audit ADD COLUMN group_name TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN before TEXT NOT NULL DEFAULT '';
ALTER TABLE audit ADD COLUMN after TEXT NOT NULL DEFAULT '';
CREATE INDEX audit_by_actor ON audit (actor, sequence);
CREATE INDEX audit_by_object ON audit (object, sequence);
CREATE INDEX audit_by_group ON audit (group_name, sequence);
)sql";

// For reading the audit trail by time and by action.
constexpr std::string_view kAuditIndexes = R"sql(
CREATE INDEX audit_by_action ON audit (action, sequence);
CREATE INDEX audit_by_time ON audit (time);
)sql";

// What a request with an Idempotency-Key was answered, sealed; empty: the use case itself finds
// out.
constexpr std::string_view kKeptAnswers = R"sql(
ALTER TABLE idempotency_keys ADD COLUMN answer BLOB NOT NULL DEFAULT x'';
)sql";

// How far gateways' reports of what clients used have been added.
constexpr std::string_view kReportMarks = R"sql(
CREATE TABLE report_marks (
  gateway TEXT NOT NULL,
  run TEXT NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  turn INTEGER NOT NULL,
  PRIMARY KEY (gateway, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_marks_by_turn ON report_marks (turn);
)sql";

// Nothing here refers to a deployment: what was used stays when it is gone.
constexpr std::string_view kUsage = R"sql(
CREATE TABLE replica_spans (
  replica TEXT NOT NULL,
  run TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  group_name TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  deployment_name TEXT NOT NULL,
  instance_type TEXT NOT NULL,
  cpu_millis INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  gpus INTEGER NOT NULL,
  PRIMARY KEY (replica, run, started_at)
) STRICT, WITHOUT ROWID;
CREATE INDEX replica_spans_open ON replica_spans (replica) WHERE ended_at IS NULL;
CREATE INDEX replica_spans_by_end ON replica_spans (ended_at);

CREATE TABLE replica_spans_seen (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  time INTEGER NOT NULL
) STRICT;

CREATE TABLE usage_months (
  month TEXT NOT NULL,
  group_name TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  deployment_name TEXT NOT NULL,
  instance_type TEXT NOT NULL,
  cpu_millis INTEGER NOT NULL,
  memory_bytes INTEGER NOT NULL,
  gpus INTEGER NOT NULL,
  replica_micros INTEGER NOT NULL,
  PRIMARY KEY (month, group_name, deployment_id, deployment_name, instance_type, cpu_millis,
               memory_bytes, gpus)
) STRICT, WITHOUT ROWID;

CREATE TABLE client_requests (
  month TEXT NOT NULL,
  group_name TEXT NOT NULL,
  deployment_id TEXT NOT NULL,
  client TEXT NOT NULL,
  requests INTEGER NOT NULL,
  PRIMARY KEY (month, group_name, deployment_id, client)
) STRICT, WITHOUT ROWID;
)sql";

// group_name '' is the platform's, so there is no foreign key, and deleting a group deletes its
// own.
constexpr std::string_view kWebhooks = R"sql(
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  group_name TEXT NOT NULL,
  name TEXT NOT NULL,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  enabled INTEGER NOT NULL CHECK (enabled IN (0, 1)),
  disabled_reason TEXT NOT NULL DEFAULT '',
  sealed BLOB NOT NULL,
  created_by TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_by TEXT NOT NULL,
  updated_at INTEGER NOT NULL,
  generation INTEGER NOT NULL DEFAULT 1
) STRICT, WITHOUT ROWID;
CREATE INDEX webhooks_by_group ON webhooks (group_name, name, id);

CREATE TABLE webhook_deliveries (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  webhook_id TEXT NOT NULL REFERENCES webhooks (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  subject TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  planned_at INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'delivered', 'failed')),
  tries INTEGER NOT NULL DEFAULT 0,
  next_at INTEGER NOT NULL,
  done_at INTEGER
) STRICT;
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, next_at)
  WHERE state = 'pending';
CREATE INDEX webhook_deliveries_by_subject
  ON webhook_deliveries (webhook_id, subject, type, planned_at);
CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, sequence);

CREATE TABLE webhook_attempts (
  delivery INTEGER NOT NULL REFERENCES webhook_deliveries (sequence) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  time INTEGER NOT NULL,
  duration_ms INTEGER NOT NULL,
  status INTEGER NOT NULL,
  error TEXT NOT NULL,
  reply TEXT NOT NULL,
  PRIMARY KEY (delivery, number)
) STRICT, WITHOUT ROWID;

-- Deployments whose failure was told and whose recovery was not.
CREATE TABLE told_failures (
  deployment_id TEXT PRIMARY KEY REFERENCES deployments (id) ON DELETE CASCADE,
  generation INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
)sql";

constexpr const char* kCertificateNotices = R"sql(
-- Which ends of certificates were told, and how many days ahead: 14, 3, 0.
CREATE TABLE told_certificates (
  name TEXT NOT NULL,
  ends_at INTEGER NOT NULL,
  days INTEGER NOT NULL,
  PRIMARY KEY (name, ends_at, days)
) STRICT, WITHOUT ROWID;
)sql";

Result<void> apply(Database& database, const Migration& step, int64_t version, int64_t id) {
  TRY(database.execute("BEGIN IMMEDIATE"));
  // One commit for the change and its number: after a crash it is either both or none.
  auto done = database.execute(std::string(step.sql));
  if (done) {
    done = database.execute(
        fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; COMMIT", id, version));
  }
  if (done) return {};
  if (!database.is_idle()) (void)database.execute("ROLLBACK");
  return fail(done.error().within(
      fmt::format("bringing the database to version {} ({})", version, step.name)));
}

}  // namespace

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> steps = {{"the first schema", kFirstSchema},
                                               {"people, groups and history", kManyPeople},
                                               {"reading the audit trail", kAuditIndexes},
                                               {"kept answers", kKeptAnswers},
                                               {"marks of gateways' reports", kReportMarks},
                                               {"usage", kUsage},
                                               {"webhooks", kWebhooks},
                                               {"notices of certificates", kCertificateNotices}};
  return steps;
}

Result<void> check_owner(Database& database, int64_t id) {
  TRY_ASSIGN(const int64_t owner, database.integer("PRAGMA application_id"));
  if (owner == id) return {};
  TRY_ASSIGN(const int64_t objects, database.integer("SELECT count(*) FROM sqlite_schema"));
  if (owner == 0 && objects == 0) return {};
  return fail(ErrorCode::kInternal,
              "the file is a database of another program; Slipway does not touch it. Give "
              "Slipway a state directory of its own");
}

Result<void> check_not_newer(int64_t schema, int64_t newest) {
  if (schema <= newest) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("the database has schema version {}, this program knows up to {}: it "
                          "was written by a newer Slipway. Start that one, or put back the "
                          "backup that was made before the upgrade",
                          schema, newest));
}

Result<void> migrate(Database& database, const std::vector<Migration>& steps, int64_t id) {
  TRY_ASSIGN(const int64_t have, database.integer("PRAGMA user_version"));
  const auto newest = static_cast<int64_t>(steps.size());
  TRY(check_not_newer(have, newest));
  for (int64_t version = have + 1; version <= newest; ++version) {
    TRY(apply(database, steps[static_cast<size_t>(version - 1)], version, id));
  }
  return {};
}

}  // namespace slipway::store
