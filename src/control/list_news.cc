#include "control/list_news.h"

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "control/deployment_list.h"
#include "store/store.h"

namespace slipway::control {
namespace {

constexpr size_t kRunLength = 8;

class StoredListNews final : public ListNews {
 public:
  StoredListNews(store::Store& store, Random& random)
      : store_(store),
        run_(random.base36(kRunLength)),
        subscription_(
            store.change_feed().subscribe([this](const store::Change& change) { note(change); })) {}

  std::string position() const override {
    const std::lock_guard lock(mutex_);
    return position_at(newest_);
  }

  Since after(const std::string& position, std::chrono::milliseconds timeout) const override {
    std::unique_lock lock(mutex_);
    const std::optional<uint64_t> from = read(position);
    if (!from) return {.position = position_at(newest_), .is_lost = true};
    told_.wait_for(lock, timeout, [&] { return newest_ > *from; });
    if (*from < forgotten_) return {.position = position_at(newest_), .is_lost = true};
    Since out{.position = position_at(newest_)};
    const auto first = std::upper_bound(
        entries_.begin(), entries_.end(), *from,
        [](uint64_t sequence, const Entry& entry) { return sequence < entry.sequence; });
    for (auto entry = first; entry != entries_.end(); ++entry) out.ids.insert(entry->id);
    return out;
  }

  Result<std::optional<DeploymentView>> find(const Caller& caller, const DeploymentFilter& filter,
                                             const std::string& id) const override {
    return find_listed(store_, caller, filter, id);
  }

 private:
  struct Entry {
    uint64_t sequence = 0;
    std::string id;
  };

  void note(const store::Change& change) {
    const std::lock_guard lock(mutex_);
    // Counted here: the feed's own numbers began before we listened.
    ++newest_;
    for (const std::string& id : change.desired) entries_.push_back({newest_, id});
    for (const std::string& id : change.observed) {
      if (!change.desired.contains(id)) entries_.push_back({newest_, id});
    }
    while (entries_.size() > kKept) {
      forgotten_ = entries_.front().sequence;
      entries_.pop_front();
    }
    told_.notify_all();
  }

  std::string position_at(uint64_t sequence) const { return run_ + "-" + std::to_string(sequence); }

  // None: not a position of this run, or too long ago.
  std::optional<uint64_t> read(const std::string& position) const {
    if (position.size() <= kRunLength + 1 || !position.starts_with(run_ + "-")) return {};
    uint64_t sequence = 0;
    const char* const end = position.data() + position.size();
    const auto [stop, problem] = std::from_chars(position.data() + kRunLength + 1, end, sequence);
    if (problem != std::errc() || stop != end) return {};
    if (sequence > newest_ || sequence < forgotten_) return {};
    return sequence;
  }

  store::Store& store_;
  const std::string run_;  // differs between two starts
  mutable std::mutex mutex_;
  mutable std::condition_variable told_;
  std::deque<Entry> entries_;
  uint64_t newest_ = 0;
  uint64_t forgotten_ = 0;                        // up to here entries went
  store::ChangeFeed::Subscription subscription_;  // the last one: it ends first
};

}  // namespace

std::unique_ptr<ListNews> make_list_news(store::Store& store, Random& random) {
  return std::make_unique<StoredListNews>(store, random);
}

}  // namespace slipway::control
