#include "store/usage.h"

#include "store/database.h"

namespace slipway::store::usage {

Result<domain::Usage> of_group(ReadTransaction& tx, std::string_view group,
                               std::string_view except_deployment_id) {
  // An instance type that is gone counts as nothing; it cannot go while a newest revision names it.
  Statement query = tx.database().prepare(
      "SELECT coalesce(sum(replicas * cpu_millis), 0), coalesce(sum(replicas * memory_bytes), 0), "
      "coalesce(sum(replicas * gpus), 0), count(*) FROM ("
      "SELECT r.spec ->> '$.replicas' AS replicas, r.spec ->> '$.instance_type' AS type "
      "FROM deployments d JOIN revisions r ON r.deployment_id = d.id AND r.number = d.revision "
      "WHERE d.group_name = ? AND d.desire = 'running' AND d.id <> ?) "
      "LEFT JOIN instance_types ON instance_types.name = type");
  TRY(query.bind(group).bind(except_deployment_id).step());
  return domain::Usage{.cpu_millis = query.integer(0),
                       .memory_bytes = query.integer(1),
                       .gpus = query.integer(2),
                       .deployments = query.integer(3)};
}

}  // namespace slipway::store::usage
