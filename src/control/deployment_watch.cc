#include "control/deployment_watch.h"

#include <condition_variable>
#include <mutex>

#include "store/deployments.h"
#include "store/events.h"

namespace slipway::control {

bool wait_for_deployment_change(store::Store& store, const std::string& id, int64_t after_sequence,
                                std::chrono::milliseconds timeout) {
  std::mutex mutex;
  std::condition_variable told;
  bool changed = false;
  // Listening begins before looking, so that nothing falls in between.
  const auto subscription = store.change_feed().subscribe([&](const store::Change& change) {
    if (!change.desired.contains(id) && !change.observed.contains(id)) return;
    const std::lock_guard lock(mutex);
    changed = true;
    told.notify_one();
  });
  const auto news = store.read([&](store::ReadTransaction& tx) -> Result<bool> {
    TRY_ASSIGN(const auto there, store::deployments::find(tx, id));
    TRY_ASSIGN(const int64_t newest, store::events::newest(tx, id));
    return !there || newest > after_sequence;
  });
  if (!news || *news) return true;
  std::unique_lock lock(mutex);
  return told.wait_for(lock, timeout, [&] { return changed; });
}

}  // namespace slipway::control
