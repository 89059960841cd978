#include "api/access_table.h"

namespace slipway::api {
namespace {

constexpr int kLetIn = 0;

// Beyond the read-only token, which was seen before.
int refusal_by_rank(const Route& route, Knocker knocker) {
  const bool is_stranger = knocker == Knocker::kStranger;
  const bool is_in_path = route.pattern.find('{') != std::string::npos;
  const int hidden = is_in_path || route.text.request_schema.empty() ? 404 : 400;
  switch (route.access) {
    case Access::kPlatformAdmin:
      return 403;
    case Access::kPlatformAdminHidden:
      return is_stranger ? hidden : 403;
    case Access::kGroupAdmin:
      if (knocker == Knocker::kMember) return 403;
      return is_stranger ? hidden : kLetIn;
    case Access::kMember:
      return is_stranger ? hidden : kLetIn;
    case Access::kAnyone:
    case Access::kSignedIn:
    case Access::kInternal:
      break;
  }
  return kLetIn;
}

}  // namespace

std::string_view to_string(Knocker knocker) {
  switch (knocker) {
    case Knocker::kAnonymous:
      return "anonymous";
    case Knocker::kStranger:
      return "other group";
    case Knocker::kMember:
      return "member";
    case Knocker::kGroupAdmin:
      return "group admin";
    case Knocker::kPlatformAdmin:
      return "platform admin";
    case Knocker::kReadOnlyToken:
      return "read-only token";
  }
  return "anonymous";
}

int refusal_of(const Route& route, Knocker knocker) {
  if (route.access == Access::kAnyone) return kLetIn;
  switch (knocker) {
    case Knocker::kAnonymous:
      return 401;
    case Knocker::kReadOnlyToken:
      return is_write(route.method) ? 403 : kLetIn;
    case Knocker::kPlatformAdmin:
      return kLetIn;
    case Knocker::kStranger:
    case Knocker::kMember:
    case Knocker::kGroupAdmin:
      break;
  }
  return refusal_by_rank(route, knocker);
}

std::set<int> refusals_of(const Route& route) {
  std::set<int> out;
  for (const Knocker knocker : kKnockers) out.insert(refusal_of(route, knocker));
  out.erase(kLetIn);
  return out;
}

}  // namespace slipway::api
