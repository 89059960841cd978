#include "gateway/retry.h"

#include <gtest/gtest.h>

namespace slipway::gateway {
namespace {

FailedAttempt lost(http::Method method) {
  return {.method = method,
          .attempt = 1,
          .connected = true,
          .nothing_sent = false,
          .reply_began = false,
          .request_kept = true};
}

TEST(Retry, Rule14_repeats_what_could_not_connect) {
  FailedAttempt failed = lost(http::Method::kPost);
  failed.connected = false;
  EXPECT_TRUE(may_retry(failed));
}

TEST(Retry, Rule14_repeats_a_post_only_when_no_byte_left) {
  FailedAttempt failed = lost(http::Method::kPost);
  EXPECT_FALSE(may_retry(failed));
  failed.nothing_sent = true;
  EXPECT_TRUE(may_retry(failed));
}

TEST(Retry, Rule14_repeats_an_idempotent_request_whose_connection_broke) {
  for (const auto method : {http::Method::kGet, http::Method::kHead, http::Method::kPut,
                            http::Method::kDelete, http::Method::kOptions}) {
    EXPECT_TRUE(may_retry(lost(method))) << to_string(method);
  }
  EXPECT_FALSE(may_retry(lost(http::Method::kPatch)));
}

TEST(Retry, Rule14_never_repeats_twice_nor_after_an_answer_began_nor_without_the_bytes) {
  FailedAttempt failed = lost(http::Method::kGet);
  failed.nothing_sent = true;
  for (const auto spoil :
       {+[](FailedAttempt& f) { f.attempt = 2; }, +[](FailedAttempt& f) { f.reply_began = true; },
        +[](FailedAttempt& f) { f.request_kept = false; },
        +[](FailedAttempt& f) { f.good_connection = false; }}) {
    FailedAttempt spoiled = failed;
    spoil(spoiled);
    EXPECT_FALSE(may_retry(spoiled));
  }
}

}  // namespace
}  // namespace slipway::gateway
