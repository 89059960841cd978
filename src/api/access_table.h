#pragma once
// The table of routes seen from outside: what each of six kinds of callers is told at the door of a
// route. /docs shows it, /openapi.json names its refusals, and tests/e2e/access_test.py holds the
// running server against it. It describes; what refuses is api.cc and the use cases of control.
// Pure functions.

#include <array>
#include <set>
#include <string_view>

#include "api/routes.h"

namespace slipway::api {

enum class Knocker {
  kAnonymous,
  kStranger,    // signed in, no member of the object's group
  kMember,      // of the object's group
  kGroupAdmin,  // of the object's group
  kPlatformAdmin,
  kReadOnlyToken  // of a platform admin
};
inline constexpr std::array kKnockers = {Knocker::kAnonymous,     Knocker::kStranger,
                                         Knocker::kMember,        Knocker::kGroupAdmin,
                                         Knocker::kPlatformAdmin, Knocker::kReadOnlyToken};
std::string_view to_string(Knocker knocker);

// HTTP status of the refusal; 0: let in. Not for kInternal routes.
int refusal_of(const Route& route, Knocker knocker);

// All that somebody may get.
std::set<int> refusals_of(const Route& route);

}  // namespace slipway::api
