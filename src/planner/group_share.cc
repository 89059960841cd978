#include "planner/group_share.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <tuple>

#include "planner/surge.h"

namespace slipway::planner {
namespace {

using domain::Usage;

constexpr int64_t kNoLimit = INT64_MAX / 4;

// What a deployment holds when so many of its replicas are granted: at least what lives of it.
Usage held(const ShareAsked& one, int granted) {
  Usage place{.cpu_millis = one.one.cpu_millis * granted,
              .memory_bytes = one.one.memory_bytes * granted,
              .gpus = one.one.gpus * granted,
              .deployments = granted > 0 ? 1 : 0};
  return domain::at_least(place, one.lives);
}

class Sharing {
 public:
  Sharing(const std::string& group, const domain::Quota& quota, std::vector<ShareAsked> asked)
      : group_(group), quota_(quota), asked_(std::move(asked)), granted_(asked_.size(), 0) {
    std::sort(asked_.begin(), asked_.end(), [](const ShareAsked& a, const ShareAsked& b) {
      return std::tie(a.accepted_at, a.deployment_id) < std::tie(b.accepted_at, b.deployment_id);
    });
    for (const ShareAsked& one : asked_) used_ = used_ + one.lives;
  }

  std::map<std::string, Share> make() {
    for (size_t i = 0; i < asked_.size(); ++i) grant(i, Bound::kWhatLives);
    for (size_t i = 0; i < asked_.size(); ++i) grant(i, Bound::kHeld);
    for (size_t i = 0; i < asked_.size(); ++i) grant(i, Bound::kQuota);
    std::map<std::string, Share> out;
    for (size_t i = 0; i < asked_.size(); ++i) out[asked_[i].deployment_id] = share(i);
    return out;
  }

 private:
  // kWhatLives: places that cost nothing, since living replicas take them already. kHeld: the quota
  // is not asked.
  enum class Bound { kWhatLives, kHeld, kQuota };

  void grant(size_t i, Bound bound) {
    const ShareAsked& one = asked_[i];
    const int up_to = bound == Bound::kHeld ? std::min(one.wanted, one.held) : one.wanted;
    while (granted_[i] < up_to) {
      const Usage more = held(one, granted_[i] + 1) - held(one, granted_[i]);
      if (bound == Bound::kWhatLives && more != Usage{}) return;
      if (bound == Bound::kQuota && !domain::check_quota(group_, quota_, used_, more).empty()) {
        return;
      }
      used_ = used_ + more;
      ++granted_[i];
    }
  }

  Share share(size_t i) const {
    const ShareAsked& one = asked_[i];
    Share out{.granted = granted_[i]};
    out.headroom = domain::how_many_fit(quota_, used_, one.one, kMostSurge);
    out.budget = held(one, granted_[i]) - one.lives + left();
    if (granted_[i] < one.wanted) {
      const Usage more = held(one, granted_[i] + 1) - held(one, granted_[i]);
      const auto exceeded = domain::check_quota(group_, quota_, used_, more);
      out.waits = "waits: " + (exceeded.empty() ? fmt::format("the quota of group '{}'", group_)
                                                : exceeded.front().message);
    }
    return out;
  }

  // Without a limit there is always enough left.
  Usage left() const {
    const auto of = [](const std::optional<int64_t>& limit, int64_t used) {
      return limit ? std::max<int64_t>(0, *limit - used) : kNoLimit;
    };
    return {.cpu_millis = of(quota_.cpu_millis, used_.cpu_millis),
            .memory_bytes = of(quota_.memory_bytes, used_.memory_bytes),
            .gpus = of(quota_.gpus, used_.gpus),
            .deployments = of(quota_.deployments, used_.deployments)};
  }

  const std::string& group_;
  const domain::Quota& quota_;
  std::vector<ShareAsked> asked_;
  std::vector<int> granted_;
  Usage used_;
};

}  // namespace

std::map<std::string, Share> share_quota(const std::string& group, const domain::Quota& quota,
                                         std::vector<ShareAsked> asked) {
  return Sharing(group, quota, std::move(asked)).make();
}

}  // namespace slipway::planner
