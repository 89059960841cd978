#include "gateway/access_line.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace slipway::gateway {
namespace {

using std::chrono::microseconds;

constexpr Timestamp kTime{std::chrono::seconds(1'790'000'000) + microseconds(5)};

AccessRecord prediction() {
  AccessRecord record;
  record.queued = microseconds(12);
  record.upstream = microseconds(3'400);
  record.total = microseconds(3'412);
  record.received = 16;
  record.sent = 4;
  record.status = 200;
  record.attempts = 1;
  record.deployment.set("iris");
  record.client.set("bot");
  record.replica.set("iris-1-0");
  record.puid.set("abc");
  return record;
}

std::string line_of(const AccessRecord& record) {
  std::string line;
  append_access_line(line, record, kTime);
  return line;
}

TEST(AccessLine, tells_all_of_a_prediction) {
  EXPECT_EQ(line_of(prediction()),
            "{\"time\":\"2026-09-21T14:13:20.000005Z\",\"deployment\":\"iris\",\"client\":\"bot\","
            "\"replica\":\"iris-1-0\",\"puid\":\"abc\",\"service\":\"predictions\","
            "\"method\":\"POST\",\"protocol\":\"HTTP/"
            "1.1\",\"status\":200,\"attempts\":1,\"request_bytes\":16,"
            "\"response_bytes\":4,\"queue_us\":12,\"upstream_us\":3400,\"total_us\":3412}\n");
}

TEST(AccessLine, says_why_there_was_no_good_answer_and_leaves_out_what_there_was_not) {
  AccessRecord record = prediction();
  record.status = 503;
  record.failure = Failure::kSaturated;
  record.client.set({});
  record.replica.set({});
  record.attempts = 0;
  const std::string line = line_of(record);
  EXPECT_NE(line.find("\"status\":503,\"reason\":\"saturated\",\"attempts\":0"), std::string::npos);
  EXPECT_EQ(line.find("client"), std::string::npos);
  EXPECT_EQ(line.find("replica"), std::string::npos);
}

TEST(AccessLine, tells_a_call_of_grpc_over_tls_with_its_status) {
  AccessRecord record = prediction();
  record.protocol = Protocol::kGrpc;
  record.tls = "TLSv1.3";
  record.grpc_status = 5;
  EXPECT_NE(line_of(record).find("\"protocol\":\"gRPC\",\"status\":200,\"tls\":\"TLSv1.3\","
                                 "\"grpc_status\":5,"),
            std::string::npos);
}

TEST(AccessLine, stays_one_line_of_json_whatever_a_caller_sends_as_its_id) {
  AccessRecord record = prediction();
  record.puid.set("a\"b\\c\n\x01\xff{" + std::string(500, 'x'));
  const std::string line = line_of(record);
  EXPECT_EQ(line.find('\n'), line.size() - 1);
  const auto parsed = parse_json(line);
  ASSERT_TRUE(parsed) << line;
  const std::string puid = (*parsed)["puid"];
  EXPECT_EQ(puid.substr(0, 8), "a\"b\\c\n\x01?");
  EXPECT_EQ(puid.size(), 95u);
}

}  // namespace
}  // namespace slipway::gateway
