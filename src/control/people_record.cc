#include "control/people_record.h"

#include "base/json.h"

namespace slipway::control {
namespace {

Json limit(const std::optional<int64_t>& value) { return value ? Json(*value) : Json(nullptr); }

}  // namespace

std::string audit_value(const store::UserRow& user) {
  return dump_json({{"name", user.name},
                    {"display_name", user.display_name},
                    {"email", user.email},
                    {"admin", user.admin},
                    {"disabled", user.disabled},
                    {"must_change_password", user.must_change_password},
                    {"external_id", user.external_id}});
}

std::string audit_value(const domain::Group& group) {
  return dump_json({{"name", group.name},
                    {"display_name", group.display_name},
                    {"deployment_enabled", group.deployment_enabled},
                    {"quota",
                     {{"cpu_millis", limit(group.quota.cpu_millis)},
                      {"memory_bytes", limit(group.quota.memory_bytes)},
                      {"gpus", limit(group.quota.gpus)},
                      {"deployments", limit(group.quota.deployments)}}},
                    {"instance_types", group.instance_types},
                    {"default_instance_type", group.default_instance_type}});
}

std::string audit_value(const domain::Member& member) {
  return dump_json({{"user", member.user}, {"admin", member.admin}});
}

std::string audit_value(const domain::InstanceType& type) {
  return dump_json({{"name", type.name},
                    {"display_name", type.display_name},
                    {"description", type.description},
                    {"cpu_millis", type.cpu_millis},
                    {"memory_bytes", type.memory_bytes},
                    {"gpus", type.gpus},
                    {"gpu_resource", type.gpu_resource},
                    {"global", type.global}});
}

}  // namespace slipway::control
