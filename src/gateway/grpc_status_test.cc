#include "gateway/grpc_status.h"

#include <gtest/gtest.h>

namespace slipway::gateway {
namespace {

TEST(GrpcStatus, has_a_name_for_each_code) {
  EXPECT_EQ(grpc_code_name(0), "OK");
  EXPECT_EQ(grpc_code_name(14), "UNAVAILABLE");
  EXPECT_EQ(grpc_code_name(kGrpcCodes - 1), "UNAUTHENTICATED");
  for (size_t code = 0; code < kGrpcCodes; ++code) EXPECT_FALSE(grpc_code_name(code).empty());
}

TEST(GrpcStatus, is_found_among_trailers) {
  EXPECT_EQ(grpc_status_in("grpc-status: 0\r\n"), 0);
  EXPECT_EQ(grpc_status_in("x-a: b\r\ngrpc-status: 16\r\ngrpc-message: no\r\n"), 16);
  EXPECT_EQ(grpc_status_in(""), kNoGrpcStatus);
  EXPECT_EQ(grpc_status_in("grpc-status-details-bin: AA\r\nx-grpc-status: 3\r\n"), kNoGrpcStatus);
}

TEST(GrpcStatus, is_found_in_the_head_of_a_reply_without_a_body) {
  http::Fields fields;
  EXPECT_EQ(grpc_status_in(fields), kNoGrpcStatus);
  fields.add({http::HeaderId::kOther, "grpc-status", "12"});
  EXPECT_EQ(grpc_status_in(fields), 12);
}

TEST(GrpcStatus, is_unknown_when_it_is_none_of_the_codes) {
  for (const char* said : {"17", "-1", "", "ok", "1 ", "99999999999999999999"}) {
    EXPECT_EQ(grpc_status_in("grpc-status: " + std::string(said) + "\r\n"), kGrpcUnknown) << said;
  }
}

TEST(GrpcStatus, tells_a_caller_what_the_gateway_means) {
  EXPECT_EQ(grpc_status_of(401), 16);
  EXPECT_EQ(grpc_status_of(503), 14);
  EXPECT_EQ(grpc_status_of(499), 1);
  EXPECT_EQ(grpc_status_of(599), 13);
}

}  // namespace
}  // namespace slipway::gateway
