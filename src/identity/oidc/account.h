#pragma once
// Who a person of the provider is in Slipway: finds or makes the user, sets the memberships that
// the mapping governs, and writes the audit row, all in the transaction of the caller.

#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "identity/oidc/claims.h"
#include "identity/oidc/config.h"
#include "store/transaction.h"
#include "store/users.h"

namespace slipway::identity::oidc {

// The user who is signed in. The external id decides who it is; a user who has the
// same name by chance is never taken over (kConflict). kDenied for a disabled user, and for a new
// one where only known users may come. Groups of the mapping that do not exist are passed over.
Result<store::UserRow> settle_account(store::WriteTransaction& tx, const Person& person,
                                      const Config& config, const std::string& source_address,
                                      Timestamp now);

// The audit row of a sign-in that came to nothing; `reason` says who it was, as far as known.
Result<void> record_refusal(store::WriteTransaction& tx, const std::string& source_address,
                            const std::string& reason, Timestamp now);

}  // namespace slipway::identity::oidc
