#pragma once
// What requests with an Idempotency-Key were answered, so that a repeat is answered the same and
// does nothing twice. A key is claimed durably before the work and gets its answer after it: a
// crash in between leaves a claim, and a repeat is refused, since nobody can say whether it was
// done.
//
// Everything is sealed with the key of pull secrets, also what the request was, since bodies hold
// passwords. Made once by main; any thread.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "identity/secret_box.h"

namespace slipway::store {
class Store;
}

namespace slipway::control {

struct KeptAnswer {
  int status = 200;
  std::string content_type = {};
  std::string body = {};
  std::vector<std::pair<std::string, std::string>> fields = {};
  // Its body showed a secret and is not kept.
  bool showed_secret = false;
};

class KeptAnswers {
 public:
  virtual ~KeptAnswers() = default;

  // `request`: everything that makes it this request and no other. The answer of an earlier one;
  // none: it is the caller's to carry out, and to keep() or forget(), and to end() in any case.
  // kConflict: the key was used for another request, or for one that is under way or was cut off.
  virtual Result<std::optional<KeptAnswer>> begin(const std::string& user, const std::string& key,
                                                  const std::string& request) = 0;
  virtual Result<void> keep(const std::string& user, const std::string& key,
                            const std::string& request, const KeptAnswer& answer) = 0;
  // Nothing was done; the key may be used again.
  virtual Result<void> forget(const std::string& user, const std::string& key) = 0;
  virtual void end(const std::string& user, const std::string& key) = 0;
};

// References outlive it.
std::unique_ptr<KeptAnswers> make_kept_answers(store::Store& store, const identity::SecretBox& box,
                                               const Clock& clock);

}  // namespace slipway::control
