#include "store/report_marks.h"

#include <algorithm>

#include "store/database.h"

namespace slipway::store::report_marks {

Result<bool> advance(WriteTransaction& tx, const Report& report) {
  const auto sequence = static_cast<int64_t>(std::min<uint64_t>(report.sequence, INT64_MAX));
  // A turn is one more than the last one of anybody: who was heard of longest ago has the lowest.
  Statement mark = tx.database().prepare(
      "INSERT INTO report_marks (gateway, run, sequence, turn) "
      "VALUES (?, ?, ?, (SELECT coalesce(max(turn), 0) + 1 FROM report_marks)) "
      "ON CONFLICT (gateway, run) DO UPDATE SET sequence = excluded.sequence, turn = excluded.turn "
      "WHERE excluded.sequence > report_marks.sequence");
  mark.bind(report.gateway).bind(report.run).bind(sequence);
  TRY_ASSIGN(const int64_t changed, mark.run());
  if (changed == 0) return false;
  Statement old = tx.database().prepare(
      "DELETE FROM report_marks WHERE turn <= "
      "(SELECT turn FROM report_marks ORDER BY turn DESC LIMIT 1 OFFSET ?)");
  TRY(old.bind(kMost).run());
  return true;
}

}  // namespace slipway::store::report_marks
