#pragma once
// The schema as the first release made it, word for word, and rows of every kind in it: what a
// database looks like that was never opened since. For migration tests; never edited.

#include <string_view>

namespace slipway::store {

constexpr std::string_view kFirstSchemaAsReleased = R"sql(
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

constexpr std::string_view kRowsOfTheFirstSchema = R"sql(
INSERT INTO settings VALUES ('installation_id', CAST('abcdef123456' AS BLOB)),
                            ('control_id', CAST('c-1' AS BLOB));
INSERT INTO groups VALUES ('default', 'Default'), ('vision', 'Bilderkennung äöü 圖像');
INSERT INTO instance_types VALUES ('cpu-1', 'One CPU', 'text', 1000, 2147483648, 0);
INSERT INTO users VALUES ('admin', '$argon2id$x', 1, 0, 1000000),
                         ('ada', '$argon2id$y', 0, 0, 2000000);
INSERT INTO group_members VALUES ('default', 'ada'), ('vision', 'ada');
INSERT INTO api_tokens VALUES ('t1', x'0102', 'laptop', 'ada', 1, 3000000, NULL, 9000000),
                              ('t2', x'0304', 'ci', 'admin', 0, 3000000, 4000000, NULL);
INSERT INTO deployments VALUES
  ('iris-abc12', 'Iris', 'default', 'running', 3, 2, 5, 'ada', 10, 'ada', 50),
  ('faces', 'Gesichter', 'vision', 'stopped', 1, 0, 2, 'admin', 20, 'ada', 60);
INSERT INTO revisions VALUES
  ('iris-abc12', 1, '{"image":"iris:1","instance_type":"cpu-1","replicas":1}', 'ada', 10, ''),
  ('iris-abc12', 2, '{"image":"iris:2","instance_type":"cpu-1","replicas":2}', 'ada', 30, 'zwei'),
  ('iris-abc12', 3, '{"image":"iris:3","instance_type":"cpu-1","replicas":2}', 'admin', 50, '三'),
  ('faces', 1, '{"image":"faces:1","instance_type":"cpu-1","replicas":1}', 'admin', 20, 'first');
INSERT INTO statuses VALUES ('iris-abc12', 5, 'Deployed', '{"phase":"Deployed","reason":"fine"}');
INSERT INTO events (deployment_id, time, kind, replica, message, actor) VALUES
  ('iris-abc12', 11, 'accepted', '', 'created', 'ada'),
  ('iris-abc12', 12, 'started', 'iris-abc12-r1-0', 'started', '');
INSERT INTO audit (time, actor, source, action, object, detail) VALUES
  (10, 'ada', '10.0.0.1', 'deployment.create', 'iris-abc12', 'revision 1'),
  (20, 'admin', '10.0.0.2', 'deployment.create', 'faces', 'revision 1');
INSERT INTO idempotency_keys VALUES ('ada', 'k-1', 'fingerprint', 'iris-abc12', 10);
)sql";

}  // namespace slipway::store
