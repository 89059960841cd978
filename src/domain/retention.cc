#include "domain/retention.h"

#include <algorithm>

namespace slipway::domain {

std::vector<int64_t> expired_revisions(const RetentionRule& rule,
                                       std::vector<KeptRevision> revisions,
                                       const std::vector<RevisionRange>& in_use, Timestamp now) {
  std::sort(revisions.begin(), revisions.end(),
            [](const KeptRevision& a, const KeptRevision& b) { return a.number > b.number; });
  std::vector<int64_t> out;
  for (size_t i = 0; i < revisions.size(); ++i) {
    const KeptRevision& one = revisions[i];
    const bool too_many = i >= static_cast<size_t>(std::max(rule.newest, 1));
    const bool too_old = rule.oldest && now - one.created_at > *rule.oldest;
    const bool needed = std::any_of(in_use.begin(), in_use.end(), [&](const RevisionRange& range) {
      return range.first <= one.number && one.number <= range.second;
    });
    if ((too_many || too_old) && !one.is_tagged && !needed) out.push_back(one.number);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

}  // namespace slipway::domain
