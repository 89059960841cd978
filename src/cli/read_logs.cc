#include "cli/read_logs.h"

#include <fmt/format.h>

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "cli/api_reply.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::chrono::milliseconds kLookForNewReplicas{1'000};
// Streams of a deployment that is gone end by themselves; looked at this often.
constexpr std::chrono::milliseconds kLastLines{50};

std::string logs_path(const LogWish& wish, const std::string& replica, std::optional<int> tail) {
  std::string path = deployment_path(
      wish.deployment, fmt::format("/replicas/{}/logs?format=text", call::url_encode(replica)));
  if (tail) path += fmt::format("&tail={}", *tail);
  if (wish.follow) path += "&follow=1";
  if (wish.timestamps) path += "&timestamps=1";
  return path;
}

// Gives whole lines only, so that those of several replicas never mix.
class LineWriter {
 public:
  LineWriter(const Outside& outside, std::mutex& mutex, std::string prefix)
      : outside_(outside), mutex_(mutex), prefix_(std::move(prefix)) {}

  void write(std::string_view bytes) {
    std::string ready;
    for (const char c : bytes) {
      line_ += c;
      if (c == '\n') ready += prefix_ + std::exchange(line_, "");
    }
    flush(ready);
  }
  void end() {
    if (!line_.empty()) flush(prefix_ + std::exchange(line_, "") + "\n");
  }

 private:
  void flush(const std::string& text) {
    if (text.empty()) return;
    const std::lock_guard lock(mutex_);
    outside_.out(text);
  }
  const Outside& outside_;
  std::mutex& mutex_;
  std::string prefix_;
  std::string line_;
};

Result<void> read_one(const ApiClient& client, const Outside& outside, const LogWish& wish,
                      const std::string& replica, std::optional<int> tail,
                      const std::string& prefix, std::mutex& mutex,
                      call::Cancellation* cancel = nullptr) {
  LineWriter writer(outside, mutex, prefix);
  Result<void> read = client.stream(
      logs_path(wish, replica, tail), {}, std::chrono::milliseconds(0),
      [&](std::string_view bytes) {
        writer.write(bytes);
        return true;
      },
      cancel);
  writer.end();
  return read;
}

Result<std::vector<std::string>> replicas_of(const ApiClient& client, const std::string& id) {
  TRY_ASSIGN(const ApiReply reply, client.get(deployment_path(id, "/replicas")));
  std::vector<std::string> ids;
  for (const Json& item : reply.body.value("items", Json::array())) {
    ids.push_back(text_at(item, {"id"}));
  }
  return ids;
}

// One thread a replica; ends when the deployment is gone.
class Followers {
 public:
  Followers(const ApiClient& client, const Outside& outside, const LogWish& wish)
      : client_(client), outside_(outside), wish_(wish) {}
  ~Followers() {
    cancel_.cancel();
    for (auto& [replica, follower] : followers_) follower->thread.join();
  }
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;

  Result<void> run() {
    bool first = true;
    while (true) {
      const auto replicas = replicas_of(client_, wish_.deployment);
      if (replicas) {
        for (const std::string& replica : *replicas) start(replica);
      } else if (first || replicas.error().code != ErrorCode::kUnavailable) {
        // Followed to its end is success; never found is not.
        if (!first && replicas.error().code == ErrorCode::kNotFound) {
          for (auto& [replica, follower] : followers_) {
            while (!follower->done) outside_.sleep(kLastLines);
          }
          return {};
        }
        return fail(replicas.error());
      }
      first = false;
      outside_.sleep(kLookForNewReplicas);
    }
  }

 private:
  struct Follower {
    std::thread thread;
    std::atomic<bool> broke_off{false};
    std::atomic<bool> done{false};
  };

  void start(const std::string& replica) {
    auto& follower = followers_[replica];
    std::optional<int> tail = wish_.tail;
    if (follower != nullptr) {
      if (!follower->done) return;
      // A replica that ended has told all; a stream that broke off goes on from now.
      if (!follower->broke_off) return;
      follower->thread.join();
      tail = 0;
    }
    follower = std::make_unique<Follower>();
    follower->thread = std::thread([this, replica, tail, own = follower.get()] {
      const auto read =
          read_one(client_, outside_, wish_, replica, tail, replica + " | ", mutex_, &cancel_);
      own->broke_off = !read && read.error().code == ErrorCode::kUnavailable;
      own->done = true;
    });
  }

  const ApiClient& client_;
  const Outside& outside_;
  const LogWish& wish_;
  std::mutex mutex_;
  call::Cancellation cancel_;
  std::map<std::string, std::unique_ptr<Follower>> followers_;
};

}  // namespace

Result<void> read_logs(const ApiClient& client, const Outside& outside, const LogWish& wish) {
  std::mutex mutex;
  if (!wish.replica.empty()) {
    return read_one(client, outside, wish, wish.replica, wish.tail, "", mutex);
  }
  if (wish.follow) return Followers(client, outside, wish).run();
  TRY_ASSIGN(const auto replicas, replicas_of(client, wish.deployment));
  if (replicas.empty()) outside.err("no replica of '" + wish.deployment + "' is there now\n");
  for (const std::string& replica : replicas) {
    TRY(read_one(client, outside, wish, replica, wish.tail, replica + " | ", mutex));
  }
  return {};
}

}  // namespace slipway::cli
