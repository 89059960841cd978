#include "control/deployment_history.h"

#include <fmt/format.h>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_record.h"
#include "control/deployment_view.h"
#include "domain/spec_diff.h"
#include "domain/text_rules.h"
#include "store/history.h"
#include "store/revisions.h"

namespace slipway::control {
namespace {

constexpr int kMostEntries = 1000;
constexpr size_t kMaxTagLength = 64;

Result<void> check_tag(const std::string& tag) {
  if (auto problem = domain::check_text(tag, kMaxTagLength, domain::Lines::kOne)) {
    return refuse_if_any("the revision cannot be tagged", {{"tag", *problem}});
  }
  return {};
}

Result<void> check_unused(store::ReadTransaction& tx, const std::string& id, int64_t number,
                          const std::string& tag) {
  TRY_ASSIGN(const auto other, store::revisions::find_tag(tx, id, tag));
  if (!other || *other == number) return {};
  return fail(ErrorCode::kConflict,
              fmt::format("revision {} of deployment '{}' has the tag '{}'; take it away there "
                          "first, or choose another",
                          *other, id, tag));
}

}  // namespace

Result<std::vector<domain::SpecChange>> diff_revisions(const DeploymentParts& parts,
                                                       const Caller& caller, const std::string& id,
                                                       int64_t from, int64_t to) {
  using Changes = std::vector<domain::SpecChange>;
  return parts.store.read([&](store::ReadTransaction& tx) -> Result<Changes> {
    TRY_ASSIGN(const domain::Deployment deployment, find_visible(tx, caller, id));
    TRY_ASSIGN(const domain::Revision before, find_revision(tx, deployment, from));
    TRY_ASSIGN(const domain::Revision after, find_revision(tx, deployment, to));
    return domain::spec_diff(before.spec, after.spec);
  });
}

Result<domain::Revision> tag_revision(const DeploymentParts& parts, const Caller& caller,
                                      const std::string& id, int64_t number,
                                      const std::string& given) {
  const std::string tag = domain::trimmed(given);
  return parts.store.write([&](store::WriteTransaction& tx) -> Result<domain::Revision> {
    // Not a change of what runs: no generation is expected and none is counted.
    TRY_ASSIGN(domain::Deployment deployment, find_changeable(tx, caller, id, std::nullopt));
    TRY(check_tag(tag));
    TRY_ASSIGN(domain::Revision revision, find_revision(tx, deployment, number));
    if (revision.tag == tag) return revision;
    if (!tag.empty()) TRY(check_unused(tx, id, number, tag));
    TRY(store::revisions::set_tag(tx, id, number, tag));
    const std::string field = fmt::format("revisions.{}.tag", number);
    deployment.updated_at = parts.clock.now();  // of this entry only; it is not stored
    TRY(record_accepted(tx, caller, deployment,
                        {.action = "tag",
                         .detail = tag.empty() ? fmt::format("revision {}: tag '{}' taken away",
                                                             number, revision.tag)
                                               : fmt::format("revision {}: tag '{}'", number, tag),
                         .changes = {{field, revision.tag, tag}},
                         .before = tagged_json(number, revision.tag),
                         .after = tagged_json(number, tag)}));
    revision.tag = tag;
    return revision;
  });
}

Result<std::vector<domain::HistoryEntry>> read_history(const DeploymentParts& parts,
                                                       const Caller& caller, const std::string& id,
                                                       int64_t before_sequence, int limit) {
  if (limit < 1 || limit > kMostEntries) {
    TRY(refuse_if_any("the history cannot be read",
                      {{"limit", fmt::format("must be 1 to {}; it is {}", kMostEntries, limit)}}));
  }
  using Entries = std::vector<domain::HistoryEntry>;
  return parts.store.read([&](store::ReadTransaction& tx) -> Result<Entries> {
    TRY(find_visible(tx, caller, id));
    return store::history::before(tx, id, before_sequence, limit);
  });
}

}  // namespace slipway::control
