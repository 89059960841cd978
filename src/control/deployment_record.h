#pragma once
// Leaves the traces of an accepted change in the transaction of the change itself: an event in the
// timeline, an entry in the deployment's history, and a row in the audit trail.

#include <string>
#include <vector>

#include "base/result.h"
#include "control/deployments.h"
#include "domain/history.h"
#include "store/transaction.h"

namespace slipway::control {

struct AcceptedChange {
  std::string action;        // kind of the entry in the history; audited as "deployment.<action>"
  std::string detail = {};   // for people: one line, no secrets
  std::string message = {};  // the caller's own words; "": the history shows `detail`
  std::vector<domain::SpecChange> changes = {};
  std::string before = {};  // the deployment as JSON, secrets masked (audited_json)
  std::string after = {};
};

Result<void> record_accepted(store::WriteTransaction& tx, const Caller& caller,
                             const domain::Deployment& deployment, const AcceptedChange& change);

// Only the entry in the history, for changes beside the deployment itself: its clients. `kind` as
// in domain::HistoryEntry.
Result<void> record_history(store::WriteTransaction& tx, const Caller& caller,
                            const domain::Deployment& deployment, const std::string& kind,
                            const std::string& message, Timestamp now,
                            const std::vector<domain::SpecChange>& changes = {});

// {"revision": 3, "tag": "golden"}, for the audit trail.
std::string tagged_json(int64_t revision, const std::string& tag);

// A deployment with its settings, as the audit trail keeps it: values of environment variables are
// masked.
std::string audited_json(const domain::Deployment& deployment, const domain::Spec& spec);

}  // namespace slipway::control
