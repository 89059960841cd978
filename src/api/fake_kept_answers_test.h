#pragma once
// control::KeptAnswers in memory, for the tests of this room.

#include <map>
#include <string>
#include <utility>

#include "control/kept_answers.h"

namespace slipway::api {

class FakeKeptAnswers : public control::KeptAnswers {
 public:
  using Key = std::pair<std::string, std::string>;
  struct Kept {
    std::string request;
    std::optional<control::KeptAnswer> answer = {};
    bool under_way = true;
  };

  Result<std::optional<control::KeptAnswer>> begin(const std::string& user, const std::string& key,
                                                   const std::string& request) override {
    const auto [at, is_new] = kept.emplace(Key(user, key), Kept{request});
    if (is_new) return std::optional<control::KeptAnswer>();
    if (at->second.request != request || !at->second.answer) {
      return fail(ErrorCode::kConflict, "this Idempotency-Key was used for another request");
    }
    return at->second.answer;
  }
  Result<void> keep(const std::string& user, const std::string& key, const std::string&,
                    const control::KeptAnswer& answer) override {
    kept.at({user, key}).answer = answer;
    return {};
  }
  Result<void> forget(const std::string& user, const std::string& key) override {
    kept.erase({user, key});
    return {};
  }
  void end(const std::string& user, const std::string& key) override {
    if (const auto at = kept.find({user, key}); at != kept.end()) at->second.under_way = false;
  }

  std::map<Key, Kept> kept;
};

}  // namespace slipway::api
