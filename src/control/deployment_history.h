#pragma once
// The use cases around a deployment's past: its history, what changed between two revisions, and
// tags that keep a revision.

#include <string>
#include <vector>

#include "base/result.h"
#include "control/deployment_use_cases.h"

namespace slipway::control {

Result<std::vector<domain::SpecChange>> diff_revisions(const DeploymentParts& parts,
                                                       const Caller& caller, const std::string& id,
                                                       int64_t from, int64_t to);
Result<domain::Revision> tag_revision(const DeploymentParts& parts, const Caller& caller,
                                      const std::string& id, int64_t number,
                                      const std::string& tag);
Result<std::vector<domain::HistoryEntry>> read_history(const DeploymentParts& parts,
                                                       const Caller& caller, const std::string& id,
                                                       int64_t before_sequence, int limit);

}  // namespace slipway::control
