#include "store/metrics_schema.h"

namespace slipway::store {
namespace {

// Keys begin with time: what is written at one time stands side by side, and what is too old goes
// from the front.
constexpr std::string_view kFirst = R"sql(
CREATE TABLE series (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  deployment TEXT NOT NULL,
  kind INTEGER NOT NULL,
  name TEXT NOT NULL,
  seen INTEGER NOT NULL,
  UNIQUE (deployment, kind, name)
) STRICT;
CREATE INDEX series_by_seen ON series (seen);

CREATE TABLE reports (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  begin_ms INTEGER NOT NULL,
  end_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE fresh (
  report INTEGER NOT NULL,
  series INTEGER NOT NULL,
  point BLOB NOT NULL,
  PRIMARY KEY (report, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE blocks (
  ring INTEGER NOT NULL,
  block INTEGER NOT NULL,
  PRIMARY KEY (ring, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE packed (
  ring INTEGER NOT NULL,
  block INTEGER NOT NULL,
  series INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (ring, block, series)
) STRICT, WITHOUT ROWID;

CREATE TABLE report_marks (
  gateway TEXT NOT NULL,
  run TEXT NOT NULL,
  sequence INTEGER NOT NULL CHECK (sequence > 0),
  turn INTEGER NOT NULL,
  PRIMARY KEY (gateway, run)
) STRICT, WITHOUT ROWID;
CREATE INDEX report_marks_by_turn ON report_marks (turn);
)sql";

}  // namespace

const std::vector<Migration>& metrics_migrations() {
  static const std::vector<Migration> steps = {{"the first schema of metrics", kFirst}};
  return steps;
}

}  // namespace slipway::store
