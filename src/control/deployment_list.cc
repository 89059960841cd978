#include "control/deployment_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_view.h"
#include "domain/deployment_id.h"
#include "domain/text_rules.h"
#include "store/deployments.h"

namespace slipway::control {
namespace {

constexpr int kMostPerPage = 1000;

Result<void> check_filter(const DeploymentFilter& filter) {
  std::vector<FieldError> problems;
  if (filter.limit < 1 || filter.limit > kMostPerPage) {
    problems.push_back(
        {"limit", fmt::format("must be 1 to {}; it is {}", kMostPerPage, filter.limit)});
  }
  if (!filter.cursor.empty() && !domain::is_deployment_id(filter.cursor)) {
    problems.push_back({"cursor", "must be one that a previous page has given"});
  }
  return refuse_if_any("the list cannot be made", std::move(problems));
}

// The groups to look into; none: all of them.
std::optional<std::vector<std::string>> visible_groups(const Caller& caller,
                                                       const DeploymentFilter& filter) {
  if (filter.groups.empty()) {
    if (caller.platform_admin) return std::nullopt;
    return caller.groups;
  }
  std::vector<std::string> out;
  for (const std::string& group : filter.groups) {
    if (may_see_group(caller, group)) out.push_back(group);
  }
  return out;
}

}  // namespace

Result<DeploymentPage> list_deployments(const DeploymentParts& parts, const Caller& caller,
                                        const DeploymentFilter& filter) {
  TRY(check_filter(filter));
  store::deployments::ListQuery query;
  query.groups = visible_groups(caller, filter);
  query.search = domain::trimmed(filter.search);
  if (filter.mine) query.touched_by = caller.user;
  query.after_id = filter.cursor;
  query.limit = filter.limit + 1;  // one more tells whether there is another page
  const auto wanted = static_cast<size_t>(filter.limit);

  return parts.store.read([&](store::ReadTransaction& tx) -> Result<DeploymentPage> {
    DeploymentPage page;
    // The phase is known only once a status is presented, so it may take several looks.
    while (true) {
      TRY_ASSIGN(const auto rows, store::deployments::list(tx, query));
      for (const domain::Deployment& row : rows) {
        TRY_ASSIGN(DeploymentView view, load_view(tx, row));
        if (filter.phase && view.status.phase != *filter.phase) continue;
        if (page.items.size() == wanted) {
          page.next_cursor = page.items.back().deployment.id;
          return page;
        }
        page.items.push_back(std::move(view));
      }
      if (rows.size() < static_cast<size_t>(query.limit)) return page;
      query.after_id = rows.back().id;
    }
  });
}

}  // namespace slipway::control
