#pragma once
// What has changed in the list of deployments since a reader looked: the ids of the newest changes,
// in memory. A reader that was away too long, or since an earlier start of control, reads the whole
// list again. Made once by main; any thread.

#include <chrono>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "control/deployments.h"

namespace slipway::store {
class Store;
}

namespace slipway::control {

class ListNews {
 public:
  static constexpr size_t kKept = 10'000;

  virtual ~ListNews() = default;

  struct Since {
    std::string position;            // for the next call; opaque
    bool is_lost = false;            // too long ago: read the whole list
    std::set<std::string> ids = {};  // deployments whose settings, status or existence changed
  };
  // Where we are now.
  virtual std::string position() const = 0;
  // What came after `position`; when there is nothing, waits for it until the timeout.
  virtual Since after(const std::string& position, std::chrono::milliseconds timeout) const = 0;
  // The deployment, if the caller may see it and the filter (without its paging) lets it through.
  virtual Result<std::optional<DeploymentView>> find(const Caller& caller,
                                                     const DeploymentFilter& filter,
                                                     const std::string& id) const = 0;
};

// `store` outlives it.
std::unique_ptr<ListNews> make_list_news(store::Store& store, Random& random);

}  // namespace slipway::control
