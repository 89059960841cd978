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

Result<void> apply(Database& database, const Migration& step, int64_t version) {
  TRY(database.execute("BEGIN IMMEDIATE"));
  // One commit for the change and its number: after a crash it is either both or none.
  auto done = database.execute(std::string(step.sql));
  if (done) {
    done = database.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}; COMMIT",
                                        kApplicationId, version));
  }
  if (done) return {};
  if (!database.is_idle()) (void)database.execute("ROLLBACK");
  return fail(done.error().within(
      fmt::format("bringing the database to version {} ({})", version, step.name)));
}

}  // namespace

const std::vector<Migration>& migrations() {
  static const std::vector<Migration> steps = {{"the first schema", kFirstSchema}};
  return steps;
}

Result<void> check_owner(Database& database) {
  TRY_ASSIGN(const int64_t owner, database.integer("PRAGMA application_id"));
  if (owner == kApplicationId) return {};
  TRY_ASSIGN(const int64_t objects, database.integer("SELECT count(*) FROM sqlite_schema"));
  if (owner == 0 && objects == 0) return {};
  return fail(ErrorCode::kInternal,
              "the file is a database of another program; Slipway does not touch it. Give "
              "Slipway a state directory of its own");
}

Result<void> migrate(Database& database, const std::vector<Migration>& steps) {
  TRY_ASSIGN(const int64_t have, database.integer("PRAGMA user_version"));
  const auto newest = static_cast<int64_t>(steps.size());
  if (have > newest) {
    return fail(ErrorCode::kConflict,
                fmt::format("the database has schema version {}, this program knows up to {}: it "
                            "was written by a newer Slipway. Start that one, or put back the "
                            "backup that was made before the upgrade",
                            have, newest));
  }
  for (int64_t version = have + 1; version <= newest; ++version) {
    TRY(apply(database, steps[static_cast<size_t>(version - 1)], version));
  }
  return {};
}

}  // namespace slipway::store
