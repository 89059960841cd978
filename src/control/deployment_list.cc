#include "control/deployment_list.h"

#include <fmt/format.h>

#include <charconv>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_view.h"
#include "domain/deployment_id.h"
#include "domain/text_rules.h"
#include "store/deployments.h"

namespace slipway::control {
namespace {

constexpr int kMostPerPage = 1000;

store::deployments::SortBy sort_of(SortBy sort) {
  using Stored = store::deployments::SortBy;
  switch (sort) {
    case SortBy::kId:
      return Stored::kId;
    case SortBy::kName:
      return Stored::kName;
    case SortBy::kUpdated:
      return Stored::kUpdated;
    case SortBy::kCreated:
      return Stored::kCreated;
    case SortBy::kStatus:
      return Stored::kStatus;
    case SortBy::kGroup:
      return Stored::kGroup;
  }
  return Stored::kId;
}

// "<id>.<sorted by, as a number>.<what the last row was sorted by, in hexadecimal digits>": where a
// page ended, in the order that it was asked for.
std::string cursor_of(const DeploymentFilter& filter, const store::deployments::ListRow& last) {
  std::string key;
  for (const char c : last.key) key += fmt::format("{:02x}", static_cast<uint8_t>(c));
  return fmt::format("{}.{}{}.{}", last.deployment.id, filter.descending ? "-" : "",
                     static_cast<int>(filter.sort), key);
}

// False: no page of this order has given it.
bool read_cursor(const DeploymentFilter& filter, store::deployments::ListQuery& query) {
  if (filter.cursor.empty()) return true;
  const size_t first = filter.cursor.find('.');
  const size_t second = filter.cursor.rfind('.');
  if (first == std::string::npos || first == second) return false;
  query.after_id = filter.cursor.substr(0, first);
  const std::string order =
      fmt::format("{}{}", filter.descending ? "-" : "", static_cast<int>(filter.sort));
  if (!domain::is_deployment_id(query.after_id) ||
      filter.cursor.substr(first + 1, second - first - 1) != order) {
    return false;
  }
  const std::string_view digits = std::string_view(filter.cursor).substr(second + 1);
  if (digits.size() % 2 != 0) return false;
  for (size_t i = 0; i < digits.size(); i += 2) {
    unsigned byte = 0;
    const auto [end, problem] = std::from_chars(digits.data() + i, digits.data() + i + 2, byte, 16);
    if (problem != std::errc() || end != digits.data() + i + 2) return false;
    query.after_key += static_cast<char>(byte);
  }
  return true;
}

Result<void> check_filter(const DeploymentFilter& filter, store::deployments::ListQuery& query) {
  std::vector<FieldError> problems;
  if (filter.limit < 1 || filter.limit > kMostPerPage) {
    problems.push_back(
        {"limit", fmt::format("must be 1 to {}; it is {}", kMostPerPage, filter.limit)});
  }
  if (!read_cursor(filter, query)) {
    problems.push_back({"cursor", "must be one that a previous page of this order has given"});
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

// Everything of the filter but the order and the page.
store::deployments::ListQuery query_of(const Caller& caller, const DeploymentFilter& filter) {
  store::deployments::ListQuery query;
  query.groups = visible_groups(caller, filter);
  query.search = domain::trimmed(filter.search);
  if (filter.mine) query.touched_by = caller.user;
  query.phase = filter.phase;
  return query;
}

}  // namespace

Result<DeploymentPage> list_deployments(const DeploymentParts& parts, const Caller& caller,
                                        const DeploymentFilter& filter) {
  store::deployments::ListQuery query = query_of(caller, filter);
  TRY(check_filter(filter, query));
  query.sort = sort_of(filter.sort);
  query.descending = filter.descending;
  query.limit = filter.limit + 1;  // one more tells whether there is another page

  return parts.store.read([&](store::ReadTransaction& tx) -> Result<DeploymentPage> {
    TRY_ASSIGN(auto rows, store::deployments::list(tx, query));
    DeploymentPage page;
    if (rows.size() > static_cast<size_t>(filter.limit)) {
      rows.pop_back();
      page.next_cursor = cursor_of(filter, rows.back());
    }
    for (store::deployments::ListRow& row : rows) {
      TRY_ASSIGN(DeploymentView view, load_view(tx, std::move(row.deployment)));
      page.items.push_back(std::move(view));
    }
    return page;
  });
}

Result<std::optional<DeploymentView>> find_listed(store::Store& store, const Caller& caller,
                                                  const DeploymentFilter& filter,
                                                  const std::string& id) {
  const store::deployments::ListQuery query = query_of(caller, filter);
  using Found = std::optional<DeploymentView>;
  return store.read([&](store::ReadTransaction& tx) -> Result<Found> {
    TRY_ASSIGN(auto row, store::deployments::find_listed(tx, query, id));
    if (!row) return Found();
    TRY_ASSIGN(DeploymentView view, load_view(tx, std::move(*row)));
    return Found(std::move(view));
  });
}

}  // namespace slipway::control
