#include "api/api_answerer.h"

#include <gtest/gtest.h>

namespace slipway::api {
namespace {

TEST(ClientAddress, leaves_out_the_port) {
  Request request;
  request.peer = "192.0.2.7:51234";
  EXPECT_EQ(client_address(request, false), "192.0.2.7");
  request.peer = "[2001:db8::1]:443";
  EXPECT_EQ(client_address(request, false), "2001:db8::1");
  request.peer = "unix";
  EXPECT_EQ(client_address(request, false), "unix");
}

TEST(ClientAddress, believes_only_the_gateway_and_only_its_own_entry) {
  Request request;
  request.peer = "unix";
  request.fields = {{"X-Forwarded-For", "203.0.113.9, 198.51.100.4"}};
  EXPECT_EQ(client_address(request, true), "198.51.100.4");
  EXPECT_EQ(client_address(request, false), "unix");
  request.fields = {{"X-Forwarded-For", "2001:db8::1"}};
  EXPECT_EQ(client_address(request, true), "2001:db8::1");
}

}  // namespace
}  // namespace slipway::api
