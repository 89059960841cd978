#pragma once
// Sends what the outbox holds to the webhooks, at least once each, until the receiver says 2xx or a
// day of growing pauses is over, and keeps a log of the tries. To one webhook one request at a
// time; those whose last try failed or was slow share half of the threads, so that the others never
// wait for them.
//
// A receiver is not trusted: the address that is connected to is judged (webhook_address.h),
// redirects are not followed, no proxy is used, little of an answer is read, and it may take
// kTimeout.
//
// Made by main after store, box and outbox, destroyed before them, which cuts off what is being
// sent: it is sent again after the next start. Any thread may call wake().

#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "call/http_client.h"
#include "control/webhook_address.h"
#include "identity/secret_box.h"
#include "os/thread_pool.h"
#include "store/store.h"
#include "store/webhooks.h"

namespace slipway::control {

struct WebhookSenderParts {
  store::Store& store;
  const identity::SecretBox& box;
  const Clock& clock;
  Random& random;
  PrivateAddresses allowed = {};
  Logger logger;
  std::string version = {};  // for the User-Agent
};

class WebhookSender {
 public:
  static constexpr size_t kThreads = 8;
  static constexpr std::chrono::seconds kTimeout{15};
  static constexpr std::chrono::seconds kConnectTimeout{5};
  // What takes longer is a receiver that others shall not wait for.
  static constexpr std::chrono::seconds kSlow{2};
  static constexpr size_t kReplyBytes = 1024;
  // Commits wake it; this is for clocks that jump.
  static constexpr std::chrono::seconds kLook{30};

  explicit WebhookSender(WebhookSenderParts parts);
  ~WebhookSender();
  WebhookSender(const WebhookSender&) = delete;
  WebhookSender& operator=(const WebhookSender&) = delete;

  // Looks again now.
  void wake();

 private:
  void run();
  std::chrono::microseconds dispatch(const std::vector<store::DeliveryRow>& next);
  void deliver(store::DeliveryRow delivery);
  store::AttemptRow attempt(const store::WebhookRow& webhook, const store::DeliveryRow& delivery);
  Result<void> finish(store::DeliveryRow& delivery, const store::AttemptRow& attempt);

  const WebhookSenderParts parts_;
  call::HttpClient client_;
  call::Cancellation cancel_;

  std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  bool woken_ = false;
  bool unwritten_ = false;         // the last try could not be written down
  std::set<std::string> busy_;     // webhooks
  std::set<std::string> trouble_;  // webhooks whose last try was no good
  store::ChangeFeed::Subscription commits_;
  std::unique_ptr<os::ThreadPool> threads_;
  std::thread loop_;
};

}  // namespace slipway::control
