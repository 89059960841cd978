#include "control/log_reading.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <thread>
#include <vector>

#include "control/deployment_access.h"
#include "domain/text_rules.h"
#include "logs/merged_reader.h"
#include "store/deployments.h"

namespace slipway::control {

using std::chrono::milliseconds;

namespace {

constexpr size_t kMostNamed = 20;
constexpr milliseconds kIdle{500};
// A reader of a busy log takes what came in between at once.
constexpr milliseconds kPace{5};
constexpr std::chrono::seconds kLookPace{1};
// So long a replica may be away between two of its runs, and is still followed.
constexpr int kLooksAway = 10;

logs::LogOwner owner_from(const domain::Deployment& deployment) {
  return {deployment.id, deployment.created_at, deployment.name, deployment.group};
}

std::vector<std::string> replicas_with_logs(const LogReadingParts& parts, const LogPlace& place,
                                            bool living) {
  std::vector<std::string> names = parts.logs.sources_in(place.folder);
  if (living) {
    for (const auto& one : parts.views.replicas(place.owner.deployment)) {
      names.push_back(one.observed.key.id());
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

// Is there still somebody who may write what is followed?
class Followed {
 public:
  Followed(const LogReadingParts& parts, const LogPlace& place) : parts_(parts), place_(place) {}

  bool go_on() {
    const Monotonic now = parts_.clock.monotonic();
    if (now < next_) return true;
    next_ = now + kLookPace;
    const auto owner = owner_of_logs(parts_.store, place_.owner.deployment);
    if (!owner || owner->created_at != place_.owner.created_at) return false;
    if (place_.replica.empty()) return true;
    const auto replicas = parts_.views.replicas(place_.owner.deployment);
    const bool there = std::any_of(replicas.begin(), replicas.end(), [&](const auto& one) {
      return one.observed.key.id() == place_.replica;
    });
    away_ = there ? 0 : away_ + 1;
    return away_ < kLooksAway;
  }

 private:
  const LogReadingParts& parts_;
  const LogPlace& place_;
  Monotonic next_{};
  int away_ = 0;
};

}  // namespace

std::optional<logs::LogOwner> owner_of_logs(store::Store& store, const std::string& deployment_id) {
  const auto found = store.read(
      [&](store::ReadTransaction& tx) { return store::deployments::find(tx, deployment_id); });
  if (!found || !*found) return std::nullopt;
  return owner_from(**found);
}

Result<LogPlace> find_logs(const LogReadingParts& parts, const Caller& caller,
                           const std::string& deployment_id, const std::string& replica) {
  const auto found = parts.store.read(
      [&](store::ReadTransaction& tx) { return find_visible(tx, caller, deployment_id); });
  std::optional<LogPlace> place;
  if (found) {
    place = LogPlace{.folder = {}, .owner = owner_from(*found), .replica = replica};
  } else {
    if (found.error().code != ErrorCode::kNotFound) return fail(found.error());
    for (const logs::LogOwner& owner : parts.logs.owners_of(deployment_id)) {
      if (!place && may_see_group(caller, owner.group))
        place = LogPlace{.folder = {}, .owner = owner, .replica = replica};
    }
    if (!place) return fail(found.error());
  }
  place->folder = parts.logs.folder_of(place->owner);
  place->paused = parts.logs.disk().paused();
  if (replica.empty()) return *place;
  const std::vector<std::string> names = replicas_with_logs(parts, *place, found.has_value());
  if (std::binary_search(names.begin(), names.end(), replica)) return *place;
  const size_t named = std::min(names.size(), kMostNamed);
  std::string others = names.empty()
                           ? "none has any yet"
                           : fmt::format("there are those of {}",
                                         fmt::join(names.data(), names.data() + named, ", "));
  if (named < names.size()) others += fmt::format(" and {} more", names.size() - named);
  return fail(ErrorCode::kNotFound, fmt::format("deployment '{}' has no logs of a replica '{}'; {}",
                                                deployment_id, domain::shortened(replica), others));
}

Result<void> read_logs(const LogReadingParts& parts, const LogPlace& place,
                       const LogRequest& request, const StoredLineSink& sink) {
  logs::MergedQuery query{.filter = request.filter,
                          .previous = request.previous,
                          .tail = request.tail,
                          .after = request.after};
  if (!place.replica.empty()) query.replicas = {place.replica};
  logs::MergedReader reader(place.folder, std::move(query));
  Followed followed(parts, place);
  TRY(reader.start());
  while (true) {
    const uint64_t seen = parts.logs.arrivals().count();
    const bool last = !request.follow || !followed.go_on();
    TRY_ASSIGN(const bool more,
               reader.read([&](const std::string& replica, const logs::NumberedLine& line) {
                 return sink(replica, &line);
               }));
    if (!more || last || !sink("", nullptr)) return {};
    parts.logs.arrivals().wait(seen, kIdle);
    std::this_thread::sleep_for(kPace);
  }
}

}  // namespace slipway::control
