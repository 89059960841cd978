#include "control/deployment_create.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/deployment_record.h"
#include "control/deployment_view.h"
#include "domain/deployment_id.h"
#include "domain/spec_rules.h"
#include "domain/text_rules.h"
#include "store/deployments.h"
#include "store/groups.h"
#include "store/idempotency_keys.h"
#include "store/revisions.h"
#include "store/stored_json.h"

namespace slipway::control {
namespace {

constexpr size_t kMaxKeyLength = 255;
constexpr int kIdAttempts = 8;

// Tells whether a repeated key repeats the request too; not a defence, the key is the caller's own.
std::string fingerprint(const NewDeployment& wanted) {
  uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::string& part : {wanted.group, wanted.name, wanted.id.value_or(""), wanted.message,
                                  store::encode_spec(wanted.spec)}) {
    for (const char c : part) hash = (hash ^ static_cast<uint8_t>(c)) * 1099511628211ULL;
    hash = (hash ^ 0xffU) * 1099511628211ULL;  // no byte of UTF-8
  }
  return fmt::format("{:016x}", hash);
}

// The group to create in; none: the problem is noted.
Result<std::optional<domain::Group>> choose_group(store::ReadTransaction& tx, const Caller& caller,
                                                  const std::string& given,
                                                  std::vector<FieldError>& problems) {
  if (!given.empty()) {
    TRY_ASSIGN(auto group, store::groups::find(tx, given));
    if (group && may_see_group(caller, given)) return group;
    problems.push_back({"group", fmt::format("there is no group '{}' that you are a member of",
                                             domain::shortened(given))});
    return std::nullopt;
  }
  if (caller.groups.size() == 1) {
    TRY_ASSIGN(domain::Group group, find_group(tx, caller.groups.front()));
    return group;
  }
  problems.push_back({"group", caller.groups.empty()
                                   ? "you are a member of no group; ask an administrator"
                                   : "must be given, since you are a member of several groups"});
  return std::nullopt;
}

void check_own_words(const NewDeployment& wanted, const std::string& name,
                     std::vector<FieldError>& problems) {
  const auto note = [&problems](const char* path, const std::optional<std::string>& problem) {
    if (problem) problems.push_back({path, *problem});
  };
  note("name", domain::check_name(name));
  if (wanted.id) note("id", domain::check_deployment_id(*wanted.id));
  note("message", domain::check_message(wanted.message));
  if (!wanted.idempotency_key) return;
  const std::string& key = *wanted.idempotency_key;
  const bool visible =
      std::all_of(key.begin(), key.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (key.empty() || key.size() > kMaxKeyLength || !visible) {
    problems.push_back({"Idempotency-Key", "must be 1 to 255 printable ASCII characters"});
  }
}

Result<std::string> choose_id(store::ReadTransaction& tx, const NewDeployment& wanted,
                              const std::string& name, Random& random) {
  if (wanted.id) return *wanted.id;  // the insert tells when it is taken
  std::string id;
  for (int i = 0; i < kIdAttempts; ++i) {
    id = domain::make_deployment_id(name, random);
    TRY_ASSIGN(const auto taken, store::deployments::find(tx, id));
    if (!taken) break;
  }
  return id;
}

// The view of what the same request made before; none: it is a new one.
Result<std::optional<DeploymentView>> repeated(store::ReadTransaction& tx, const Caller& caller,
                                               const NewDeployment& wanted, Timestamp now) {
  if (!wanted.idempotency_key) return std::nullopt;
  TRY_ASSIGN(const auto row,
             store::idempotency_keys::find(tx, caller.user, *wanted.idempotency_key, now));
  if (!row) return std::nullopt;
  if (row->request != fingerprint(wanted)) {
    return fail(ErrorCode::kConflict,
                "this Idempotency-Key was used for another request; take a new one");
  }
  auto deployment = find_visible(tx, caller, row->subject);
  if (!deployment) {
    return fail(ErrorCode::kConflict,
                fmt::format("this Idempotency-Key made deployment '{}', which is gone since; take "
                            "a new key to make another",
                            row->subject));
  }
  TRY_ASSIGN(DeploymentView view, load_view(tx, std::move(*deployment)));
  return view;
}

Result<DeploymentView> create_in(store::WriteTransaction& tx, const DeploymentParts& parts,
                                 const Caller& caller, const NewDeployment& wanted) {
  const Timestamp now = parts.clock.now();
  TRY_ASSIGN(const CheckedCreate checked, check_create(tx, caller, wanted));
  TRY(refuse_if_any("the deployment cannot be created", checked.problems));
  TRY_ASSIGN(auto earlier, repeated(tx, caller, wanted, now));
  if (earlier) return std::move(*earlier);
  TRY(check_may_run(tx, *checked.group, {.wanted = &checked.spec}));

  domain::Deployment deployment;
  TRY_ASSIGN(deployment.id, choose_id(tx, wanted, checked.name, parts.random));
  deployment.name = checked.name;
  deployment.group = checked.group->name;
  deployment.revision = 1;
  deployment.generation = 1;
  deployment.created_by = deployment.updated_by = caller.user;
  deployment.created_at = deployment.updated_at = now;
  TRY(store::deployments::insert(tx, deployment));
  TRY(store::revisions::insert(tx, {.deployment_id = deployment.id,
                                    .number = 1,
                                    .spec = checked.spec,
                                    .author = caller.user,
                                    .created_at = now,
                                    .message = wanted.message}));
  if (wanted.idempotency_key) {
    TRY(store::idempotency_keys::insert(tx, {.user = caller.user,
                                             .key = *wanted.idempotency_key,
                                             .request = fingerprint(wanted),
                                             .subject = deployment.id,
                                             .created_at = now}));
  }
  TRY(record_accepted(tx, caller, deployment,
                      {.action = "create",
                       .detail = fmt::format("revision 1, image {}, {} x {}", checked.spec.image,
                                             checked.spec.replicas, checked.spec.instance_type),
                       .message = wanted.message,
                       .after = audited_json(deployment, checked.spec)}));
  return load_view(tx, std::move(deployment));
}

}  // namespace

Result<CheckedCreate> check_create(store::ReadTransaction& tx, const Caller& caller,
                                   const NewDeployment& wanted) {
  CheckedCreate out{.name = domain::trimmed(wanted.name), .spec = wanted.spec};
  check_own_words(wanted, out.name, out.problems);
  TRY_ASSIGN(out.group, choose_group(tx, caller, wanted.group, out.problems));
  if (out.spec.instance_type.empty() && out.group) {
    TRY_ASSIGN(out.spec.instance_type, default_instance_type(tx, *out.group));
  }
  TRY_ASSIGN(const auto in_spec,
             check_spec_here(tx, out.group ? &*out.group : nullptr, {.wanted = &out.spec}));
  out.problems.insert(out.problems.end(), in_spec.begin(), in_spec.end());
  return out;
}

Result<DeploymentView> create_deployment(const DeploymentParts& parts, const Caller& caller,
                                         const NewDeployment& wanted) {
  TRY(check_may_write(caller));
  return parts.store.write(
      [&](store::WriteTransaction& tx) { return create_in(tx, parts, caller, wanted); });
}

}  // namespace slipway::control
