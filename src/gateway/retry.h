#pragma once
// May a failed attempt be made again? Rule 14: only when the method is idempotent or when no byte
// of the request reached the replica; and once.
//
// A POST on a pooled connection that the replica closed in the same instant is *not* retried when
// the kernel took even one byte: a reset does not tell whether the application had read the request
// (it also comes when it read a part and closed), and an acknowledgement may lag behind delivery.
// So that this stays a theoretical case, idle connections are dropped well before replicas drop
// them, closed ones are noticed while idle, and a replica is taken out of the snapshot before it
// stops. Pure.

#include "http/head.h"

namespace slipway::gateway {

struct FailedAttempt {
  http::Method method = http::Method::kPost;
  unsigned attempt = 1;         // counted from 1
  bool connected = false;       // else nothing can have been sent
  bool nothing_sent = false;    // the kernel took no byte of this request
  bool reply_began = false;     // at least one byte of an answer came
  bool request_kept = false;    // every byte that was to be sent is still here
  bool good_connection = true;  // false when the peer answered nonsense
};

inline bool may_retry(const FailedAttempt& failed) {
  if (failed.attempt > 1 || failed.reply_began || !failed.request_kept || !failed.good_connection) {
    return false;
  }
  if (!failed.connected || failed.nothing_sent) return true;
  return http::is_idempotent(failed.method);
}

}  // namespace slipway::gateway
