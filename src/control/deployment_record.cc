#include "control/deployment_record.h"

#include <fmt/format.h>

#include "store/audit.h"
#include "store/events.h"

namespace slipway::control {

Result<void> record_accepted(store::WriteTransaction& tx, const Caller& caller,
                             const domain::Deployment& deployment, const std::string& action,
                             const std::string& detail) {
  Event event;
  event.deployment_id = deployment.id;
  event.time = deployment.updated_at;
  event.kind = "accepted";
  event.message = detail.empty() ? action : fmt::format("{}: {}", action, detail);
  event.actor = caller.user;
  TRY(store::events::append(tx, event));
  return store::audit::append(tx, {.sequence = 0,
                                   .time = deployment.updated_at,
                                   .actor = caller.user,
                                   .source = caller.source_address,
                                   .action = "deployment." + action,
                                   .object = deployment.id,
                                   .detail = detail});
}

}  // namespace slipway::control
