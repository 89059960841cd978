#pragma once
// control::ListNews by hand, for the tests of this room: the changes are given, the deployments are
// those of a FakeDeployments, and a look at nothing new does not wait.

#include <deque>
#include <set>
#include <string>

#include "api/fake_deployments_test.h"
#include "control/list_news.h"

namespace slipway::api {

class FakeListNews : public control::ListNews {
 public:
  explicit FakeListNews(FakeDeployments& deployments) : deployments_(deployments) {}

  std::string position() const override { return now; }
  Since after(const std::string& position, std::chrono::milliseconds) const override {
    if (position.empty() || position == "lost") return {.position = now, .is_lost = true};
    if (coming.empty()) return {.position = position};
    Since next{.position = now + std::to_string(coming.size()), .ids = coming.front()};
    coming.pop_front();
    if (at_change) at_change();
    return next;
  }
  Result<std::optional<control::DeploymentView>> find(const control::Caller& caller,
                                                      const control::DeploymentFilter& filter,
                                                      const std::string& id) const override {
    last_filter = filter;
    const auto found = deployments_.get(caller, id);
    if (!found) return std::optional<control::DeploymentView>();
    return std::optional<control::DeploymentView>(*found);
  }

  std::string now = "run-1";
  mutable std::deque<std::set<std::string>> coming;  // what the next looks find
  std::function<void()> at_change;                   // called before they are looked up
  mutable control::DeploymentFilter last_filter;

 private:
  FakeDeployments& deployments_;
};

}  // namespace slipway::api
