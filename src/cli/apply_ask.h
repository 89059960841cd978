#pragma once
// From the files of `slipway apply` and `slipway diff -f` to a plan: reads them and asks the server
// about every document. Writes nothing, there or here.

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/apply_plan.h"
#include "cli/session.h"

namespace slipway::cli {

struct ApplyFiles {
  std::vector<std::string> files;  // "-": stdin
  std::string group;               // of documents that name none, and of what is pruned
  std::string message;             // of documents that have none
  bool prune = false;
};

Result<std::vector<ApplyStep>> make_plan(const Session& session, const ApiClient& client,
                                         const ApplyFiles& wanted);

}  // namespace slipway::cli
