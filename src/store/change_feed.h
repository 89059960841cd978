#pragma once
// Tells whoever listens what a commit has changed, after it is durable. Owned by the Store; any
// thread may subscribe. Listeners are called on the store's writer thread, one commit after the
// other: they note what they heard and return at once, and never read from or write to the store.
// A hint, not a log: who starts later reads the tables first.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace slipway::store {

struct Change {
  uint64_t sequence = 0;  // 1, 2, 3, ... in this run of the process
  // Deployments whose desire, revision or existence changed: the reconciler's business.
  std::set<std::string> desired;
  // Deployments whose status or timeline changed: the watchers' business.
  std::set<std::string> observed;
  // There is something to send to webhooks, or a webhook changed.
  bool notices = false;
  bool empty() const { return desired.empty() && observed.empty() && !notices; }
};

class ChangeFeed {
 public:
  using Listener = std::function<void(const Change&)>;

  // Ends the listening when destroyed, and not before a call under way has returned; so never
  // destroy it inside its own listener. May outlive the feed.
  class Subscription {
   public:
    Subscription() = default;
    Subscription(Subscription&&) = default;
    Subscription& operator=(Subscription&&) noexcept;
    ~Subscription();

   private:
    friend class ChangeFeed;
    struct Entry;
    explicit Subscription(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}
    void end();
    std::shared_ptr<Entry> entry_;
  };

  ChangeFeed() = default;
  ChangeFeed(const ChangeFeed&) = delete;
  ChangeFeed& operator=(const ChangeFeed&) = delete;

  [[nodiscard]] Subscription subscribe(Listener listener);

  // For the writer: numbers the change and calls every listener. An empty change is not announced.
  void announce(Change change);

 private:
  std::mutex mutex_;
  uint64_t sequence_ = 0;
  std::vector<std::weak_ptr<Subscription::Entry>> entries_;
};

}  // namespace slipway::store
