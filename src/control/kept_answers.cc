#include "control/kept_answers.h"

#include <mutex>
#include <set>

#include "base/base64url.h"
#include "base/json.h"
#include "identity/keyed_digest.h"
#include "store/idempotency_keys.h"
#include "store/store.h"

namespace slipway::control {
namespace {

using store::IdempotencyRow;
using Answer = std::optional<KeptAnswer>;

// Stands where a create has the fingerprint of its request, and is none.
constexpr std::string_view kSealed = "sealed";

std::string owner_of(const std::string& user, const std::string& key) {
  return identity::secret_owner("idempotency_keys", user, key);
}

// Not a defence by itself: it is only stored sealed.
std::string digest_of(const std::string& request) {
  return base64url_encode(identity::keyed_digest("", request));
}

Json document_of(const std::string& request, const KeptAnswer& answer) {
  Json fields = Json::array();
  for (const auto& [name, value] : answer.fields) fields.push_back({name, value});
  return {{"request", digest_of(request)},  {"status", answer.status},
          {"type", answer.content_type},    {"body", answer.showed_secret ? "" : answer.body},
          {"secret", answer.showed_secret}, {"fields", std::move(fields)}};
}

KeptAnswer answer_in(const Json& document) {
  KeptAnswer out;
  out.status = document.at("status").get<int>();
  out.content_type = document.at("type").get<std::string>();
  out.body = document.at("body").get<std::string>();
  out.showed_secret = document.at("secret").get<bool>();
  for (const Json& field : document.at("fields")) {
    out.fields.emplace_back(field.at(0).get<std::string>(), field.at(1).get<std::string>());
  }
  return out;
}

Failure another_request() {
  return fail(ErrorCode::kConflict,
              "this Idempotency-Key was used for another request; take a new one");
}

class StoredKeptAnswers final : public KeptAnswers {
 public:
  StoredKeptAnswers(store::Store& store, const identity::SecretBox& box, const Clock& clock)
      : store_(store), box_(box), clock_(clock) {}

  Result<Answer> begin(const std::string& user, const std::string& key,
                       const std::string& request) override {
    bool claimed = false;
    Result<Answer> out = store_.write([&](store::WriteTransaction& tx) -> Result<Answer> {
      const Timestamp now = clock_.now();
      TRY_ASSIGN(const auto row, store::idempotency_keys::find(tx, user, key, now));
      if (!row) {
        IdempotencyRow claim;
        claim.user = user;
        claim.key = key;
        claim.request = kSealed;
        claim.created_at = now;
        claim.answer =
            box_.seal(dump_json(Json{{"request", digest_of(request)}}), owner_of(user, key));
        TRY(store::idempotency_keys::insert(tx, claim));
        const std::lock_guard lock(mutex_);
        under_way_.emplace(user, key);
        claimed = true;
        return Answer();
      }
      if (row->request != kSealed) return another_request();
      // One that the key of today does not open is none that can be compared.
      const Result<std::string> opened = box_.open(row->answer, owner_of(user, key));
      if (!opened) return another_request();
      TRY_ASSIGN(const Json document, parse_json(*opened));
      if (document.at("request") != digest_of(request)) return another_request();
      if (document.contains("status")) return Answer(answer_in(document));
      if (is_under_way(user, key)) {
        return fail(ErrorCode::kConflict,
                    "a request with this Idempotency-Key is being carried out at this moment; wait "
                    "for its answer");
      }
      return fail(
          ErrorCode::kConflict,
          "a request with this Idempotency-Key was cut off before its answer was kept; look "
          "whether it was done, and take a new key for the next one");
    });
    if (!out && claimed) end(user, key);
    return out;
  }

  Result<void> keep(const std::string& user, const std::string& key, const std::string& request,
                    const KeptAnswer& answer) override {
    const std::string sealed =
        box_.seal(dump_json(document_of(request, answer)), owner_of(user, key));
    return store_.write([&](store::WriteTransaction& tx) {
      return store::idempotency_keys::set_answer(tx, user, key, sealed);
    });
  }

  Result<void> forget(const std::string& user, const std::string& key) override {
    return store_.write([&](store::WriteTransaction& tx) {
      return store::idempotency_keys::remove(tx, user, key);
    });
  }

  void end(const std::string& user, const std::string& key) override {
    const std::lock_guard lock(mutex_);
    under_way_.erase({user, key});
  }

 private:
  bool is_under_way(const std::string& user, const std::string& key) const {
    const std::lock_guard lock(mutex_);
    return under_way_.contains({user, key});
  }

  store::Store& store_;
  const identity::SecretBox& box_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::set<std::pair<std::string, std::string>> under_way_;
};

}  // namespace

std::unique_ptr<KeptAnswers> make_kept_answers(store::Store& store, const identity::SecretBox& box,
                                               const Clock& clock) {
  return std::make_unique<StoredKeptAnswers>(store, box, clock);
}

}  // namespace slipway::control
