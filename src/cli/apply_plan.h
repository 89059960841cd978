#pragma once
// What `slipway apply` will do, from the documents and what the server said about each. Pure: no
// request is made here, so that a plan can be shown, asked about and tested before anything is
// written.

#include <optional>
#include <string>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "cli/apply_documents.h"

namespace slipway::cli {

// Deployments that apply made carry this, so that --prune takes away those and no other.
inline constexpr const char* kManagedBy = "managed-by";
inline constexpr const char* kManagedByApply = "slipway-apply";

struct ApplyRequest {
  bool creates = false;  // else it changes `id`
  std::string id;
  Json body;
};

// The create or change that makes the server hold what the document says; `present` is null when
// there is no such deployment. Fields that the document does not name stay as they are. kInvalid
// when it would change what is fixed for ever.
Result<ApplyRequest> request_of(const ApplyDocument& document, const Json& present);

enum class ApplyAction { kCreate, kChange, kNothing, kDelete };
// "created", "changed", "unchanged", "deleted"
std::string_view done_word(ApplyAction action);

struct ApplyStep {
  ApplyAction action = ApplyAction::kNothing;
  std::string id;  // "": the server will make it
  std::string name;
  std::string group;
  Json body;         // of the create or change
  std::string etag;  // what the change was planned against
  Json dry_run;      // the server's answer; null for a deletion
};

// What the server said about one document.
struct ServerAnswer {
  Json present;  // null: there is none
  std::string etag;
  Result<Json> dry_run;
};

// Steps in the order of the documents, then deletions. `in_group` holds the deployments that
// --prune may look at; without it an empty array. Everything that any document has wrong comes as
// one error.
Result<std::vector<ApplyStep>> plan_apply(const std::vector<ApplyDocument>& documents,
                                          const std::vector<ServerAnswer>& answers,
                                          const Json& in_group);

// "~ iris (vision): change\n    image: a -> b\n": one block a step.
std::string plan_text(const std::vector<ApplyStep>& steps);

}  // namespace slipway::cli
