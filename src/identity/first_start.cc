#include "identity/first_start.h"

#include "domain/instance_type.h"
#include "store/audit.h"
#include "store/groups.h"
#include "store/instance_types.h"
#include "store/users.h"

namespace slipway::identity {
namespace {

constexpr int64_t kGiB = int64_t{1} << 30;
constexpr std::string_view kFirstGroup = "default";

}  // namespace

Result<bool> has_users(store::ReadTransaction& tx) {
  TRY_ASSIGN(const auto users, store::users::all(tx));
  return !users.empty();
}

Result<void> furnish(store::WriteTransaction& tx, const std::string& admin_password_hash,
                     Timestamp now) {
  TRY(store::users::insert(tx, {.name = std::string(kAdmin),
                                .password_hash = admin_password_hash,
                                .admin = true,
                                .disabled = false,
                                .created_at = now}));
  domain::Group group;
  group.name = kFirstGroup;
  group.display_name = "Default";
  group.deployment_enabled = true;
  TRY(store::groups::insert(tx, group));
  TRY(store::groups::put_member(tx, kFirstGroup, {.user = std::string(kAdmin), .admin = true}));
  const domain::InstanceType types[] = {
      {"cpu-0.5", "Half a CPU", "0.5 CPU, 1 GiB of memory", 500, kGiB, 0},
      {"cpu-1", "One CPU", "1 CPU, 2 GiB of memory", 1000, 2 * kGiB, 0},
      {"cpu-2", "Two CPUs", "2 CPU, 4 GiB of memory", 2000, 4 * kGiB, 0},
  };
  for (const domain::InstanceType& type : types) TRY(store::instance_types::insert(tx, type));
  return store::audit::append(tx, {.time = now,
                                   .actor = "",
                                   .source = "",
                                   .action = "installation.first_start",
                                   .object = std::string(kAdmin),
                                   .detail = "made the admin, a group and instance types"});
}

}  // namespace slipway::identity
