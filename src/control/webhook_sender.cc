#include "control/webhook_sender.h"

#include <fmt/format.h>

#include <algorithm>

#include "control/secret_keys.h"
#include "domain/text_rules.h"
#include "domain/webhook.h"
#include "identity/webhook_signature.h"

namespace slipway::control {
namespace {

using std::chrono::microseconds;
using store::AttemptRow;
using store::DeliveryRow;
using store::DeliveryState;
using store::WebhookRow;

constexpr int kGone = 410;
// After a failure of the store.
constexpr std::chrono::seconds kRetry{5};

bool is_success(int status) { return status >= 200 && status < 300; }

// Between nine and eleven tenths, so that what failed together is not tried again together.
microseconds jittered(std::chrono::seconds pause, Random& random) {
  const microseconds whole(pause);
  return whole * 9 / 10 + microseconds(random.below(static_cast<uint64_t>(whole.count()) / 5 + 1));
}

// What a receiver answered is shown to people: it must not hold what we keep from them.
std::string shown_reply(std::string text, const std::string& secret) {
  for (size_t at = text.find(secret); !secret.empty() && at != std::string::npos;
       at = text.find(secret, at)) {
    text.replace(at, secret.size(), "***");
  }
  return domain::shortened(text, WebhookSender::kReplyBytes);
}

}  // namespace

WebhookSender::WebhookSender(WebhookSenderParts parts) : parts_(std::move(parts)) {
  threads_ = std::make_unique<os::ThreadPool>("webhook", kThreads);
  commits_ = parts_.store.change_feed().subscribe([this](const store::Change& change) {
    if (change.notices) wake();
  });
  loop_ = std::thread([this] { run(); });
}

WebhookSender::~WebhookSender() {
  commits_ = {};
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  cancel_.cancel();
  changed_.notify_all();
  loop_.join();
  threads_.reset();
}

void WebhookSender::wake() {
  {
    const std::lock_guard lock(mutex_);
    woken_ = true;
  }
  changed_.notify_all();
}

void WebhookSender::run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    woken_ = false;
    if (std::exchange(unwritten_, false)) {
      changed_.wait_for(lock, kRetry, [this] { return ending_; });
      continue;
    }
    lock.unlock();
    const auto next = parts_.store.read(
        [](store::ReadTransaction& tx) { return store::deliveries::next_of_each(tx); });
    if (!next) {
      parts_.logger.error("what is to be told to webhooks cannot be read",
                          {{"error", next.error().message}});
    }
    lock.lock();
    if (ending_) return;
    const microseconds pause = next ? dispatch(*next) : microseconds(kRetry);
    changed_.wait_for(lock, pause, [this] { return ending_ || woken_; });
  }
}

// Under the lock. How long nothing else is due.
microseconds WebhookSender::dispatch(const std::vector<DeliveryRow>& next) {
  const Timestamp now = parts_.clock.now();
  microseconds pause = kLook;
  for (const DeliveryRow& delivery : next) {
    if (delivery.next_at > now) {
      pause = std::min(pause, delivery.next_at - now);
      continue;
    }
    const auto slow = static_cast<size_t>(
        std::count_if(busy_.begin(), busy_.end(),
                      [this](const std::string& id) { return trouble_.contains(id); }));
    const bool must_wait = busy_.size() >= kThreads || busy_.contains(delivery.webhook_id) ||
                           (trouble_.contains(delivery.webhook_id) && slow >= kThreads / 2);
    if (must_wait) continue;  // the end of another one wakes us
    busy_.insert(delivery.webhook_id);
    if (!threads_->post([this, delivery] { deliver(delivery); })) busy_.erase(delivery.webhook_id);
  }
  return pause;
}

void WebhookSender::deliver(DeliveryRow delivery) {
  const auto webhook = parts_.store.read(
      [&](store::ReadTransaction& tx) { return store::webhooks::find(tx, delivery.webhook_id); });
  bool was_good = true;
  Result<void> written = {};
  if (webhook && *webhook && (*webhook)->enabled && !cancel_.cancelled()) {
    const AttemptRow tried = attempt(**webhook, delivery);
    was_good = is_success(tried.status) && tried.duration_ms < kSlow / std::chrono::milliseconds(1);
    // One that we cut off ourselves is no try.
    if (!cancel_.cancelled() || tried.status != 0) written = finish(delivery, tried);
  }
  if (!written) {
    parts_.logger.error("a try of a webhook cannot be written down; it is sent again",
                        {{"webhook", delivery.webhook_id}, {"error", written.error().message}});
  }
  const std::lock_guard lock(mutex_);
  busy_.erase(delivery.webhook_id);
  if (was_good) {
    trouble_.erase(delivery.webhook_id);
  } else {
    trouble_.insert(delivery.webhook_id);
  }
  unwritten_ |= !written || !webhook;
  woken_ = true;
  changed_.notify_all();
}

AttemptRow WebhookSender::attempt(const WebhookRow& webhook, const DeliveryRow& delivery) {
  AttemptRow tried;
  tried.time = parts_.clock.now();
  const auto secret = parts_.box.open(webhook.sealed, webhook_owner(webhook.id));
  if (!secret) {
    tried.error = secret.error().message;
    return tried;
  }
  const int64_t seconds =
      std::chrono::floor<std::chrono::seconds>(tried.time).time_since_epoch().count();
  call::Call call;
  call.method = "POST";
  call.url = webhook.url;
  call.body = delivery.body;
  call.headers = {{"Content-Type", "application/json"},
                  {"User-Agent", "Slipway/" + parts_.version},
                  {"webhook-id", delivery.id},
                  {"webhook-timestamp", std::to_string(seconds)},
                  {"webhook-signature",
                   identity::webhook_signature(*secret, delivery.id, seconds, delivery.body)}};
  call.connect_timeout = kConnectTimeout;
  call.total_timeout = kTimeout;
  call.cancel = &cancel_;
  call.may_connect = [this](std::string_view address) {
    return check_address(address, parts_.allowed);
  };
  std::string reply;
  const Monotonic begin = parts_.clock.monotonic();
  const Result<int> status = client_.stream(
      call, {.on_head =
                 [&](int answered, const call::Headers&) {
                   tried.status = answered;
                   return true;
                 },
             .on_bytes =
                 [&](std::string_view bytes) {
                   reply.append(bytes.substr(0, kReplyBytes - std::min(reply.size(), kReplyBytes)));
                   return reply.size() < kReplyBytes;
                 }});
  tried.duration_ms = (parts_.clock.monotonic() - begin) / std::chrono::milliseconds(1);
  // An answer whose body breaks off has been given all the same.
  if (!status && tried.status == 0) tried.error = domain::shortened(status.error().message, 500);
  tried.reply = shown_reply(std::move(reply), *secret);
  return tried;
}

Result<void> WebhookSender::finish(DeliveryRow& delivery, const AttemptRow& tried) {
  const Timestamp now = parts_.clock.now();
  ++delivery.tries;
  const auto pause = domain::retry_pause(delivery.tries);
  delivery.done_at = now;
  if (is_success(tried.status)) {
    delivery.state = DeliveryState::kDelivered;
  } else if (tried.status == kGone || !pause) {
    delivery.state = DeliveryState::kFailed;
  } else {
    delivery.next_at = now + jittered(*pause, parts_.random);
    delivery.done_at.reset();
  }
  return parts_.store.write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::deliveries::record(tx, delivery, tried));
    if (tried.status != kGone) return {};
    TRY_ASSIGN(auto webhook, store::webhooks::find(tx, delivery.webhook_id));
    if (!webhook || !webhook->enabled) return {};
    webhook->enabled = false;
    webhook->disabled_reason = "its receiver answered 410 Gone";
    webhook->updated_at = now;
    ++webhook->generation;
    return store::webhooks::update(tx, *webhook);
  });
}

}  // namespace slipway::control
