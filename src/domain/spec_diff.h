#pragma once
// What changed between two specs, for people: history, events and audit. Values of environment
// variables may be secrets and never appear. Pure.

#include <string>
#include <vector>

#include "domain/deployment.h"

namespace slipway::domain {

struct SpecChange {
  std::string field;   // "image", "environment.TOKEN", "metadata.team", ...
  std::string before;  // empty: was not there
  std::string after;   // empty: is not there any more
  bool operator==(const SpecChange&) const = default;
};

std::vector<SpecChange> spec_diff(const Spec& before, const Spec& after);

// "image a:1 -> a:2, replicas 1 -> 3"; "nothing" for none.
std::string describe(const std::vector<SpecChange>& changes);

}  // namespace slipway::domain
