#include "store/client_requests.h"

#include "base/json.h"
#include "store/database.h"

namespace slipway::store::client_requests {

Result<void> add(WriteTransaction& tx, std::string_view deployment_id, std::string_view client,
                 int64_t requests, Timestamp time) {
  Statement row = tx.database().prepare(
      "INSERT INTO client_requests (month, group_name, deployment_id, client, requests) "
      "SELECT ?, group_name, id, ?, ? FROM deployments WHERE id = ? "
      "ON CONFLICT DO UPDATE SET requests = requests + excluded.requests");
  row.bind(domain::format_month(domain::month_of(time))).bind(client).bind(requests);
  TRY(row.bind(deployment_id).run());
  return {};
}

Result<std::vector<domain::ClientRequests>> between(
    ReadTransaction& tx, domain::Month first, domain::Month last,
    const std::optional<std::vector<std::string>>& groups) {
  Statement query = tx.database().prepare(
      "SELECT month, group_name, deployment_id, client, requests FROM client_requests "
      "WHERE month BETWEEN ?1 AND ?2 AND (?3 OR group_name IN (SELECT value FROM json_each(?4))) "
      "ORDER BY month, group_name, deployment_id, client");
  query.bind(domain::format_month(first)).bind(domain::format_month(last));
  query.bind(!groups.has_value());
  query.bind(dump_json(Json(groups.value_or(std::vector<std::string>{}))));
  std::vector<domain::ClientRequests> out;
  while (true) {
    TRY_ASSIGN(const bool more, query.step());
    if (!more) return out;
    const auto month = domain::parse_month(query.text(0));
    if (!month) continue;
    out.push_back({.month = *month,
                   .group = query.text(1),
                   .deployment_id = query.text(2),
                   .client = query.text(3),
                   .requests = query.integer(4)});
  }
}

}  // namespace slipway::store::client_requests
