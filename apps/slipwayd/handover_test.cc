#include "handover.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>

namespace slipway::app {
namespace {

TEST(Handover, is_read_as_it_was_written) {
  const Handover whole{.fds = {{5, "front"}, {7, "front"}, {3, "lock"}},
                       .gateway = HandedGateway{71, "gateway-2"},
                       .leaving = {{40, "gateway"}, {12, "gateway-3"}},
                       .control = 41};
  EXPECT_EQ(encode(whole),
            "1 fd=5:front fd=7:front fd=3:lock gateway=71:gateway-2 leaving=40:gateway "
            "leaving=12:gateway-3 control=41");
  EXPECT_EQ(decode_handover(encode(whole)).value(), whole);
  EXPECT_EQ(decode_handover(encode({})).value(), Handover());
}

TEST(Handover, of_another_form_or_in_parts_is_refused) {
  for (const char* text : {"", "2 fd=5:front", "fd=5:front", "1 fd=5", "1 fd=x:front", "1 fd=-1:a",
                           "1 fd=5x:front", "1 gateway=7", "1 more=7:x", "1 control"}) {
    EXPECT_FALSE(decode_handover(text)) << text;
  }
}

TEST(Handover, is_taken_out_of_the_environment_and_leaves_its_descriptors_to_nobody_else) {
  const int fd = open("/dev/null", O_RDONLY);
  setenv(kHandoverVariable, encode({.fds = {{fd, "lock"}}}).c_str(), 1);
  const auto taken = take_handover();
  ASSERT_TRUE(taken && taken->has_value());
  EXPECT_EQ((*taken)->fds.at(0).fd, fd);
  EXPECT_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
  EXPECT_FALSE(take_handover()->has_value());
  close(fd);
  setenv(kHandoverVariable, encode({.fds = {{fd, "lock"}}}).c_str(), 1);
  EXPECT_FALSE(take_handover()) << "descriptor " << fd << " is closed";
}

TEST(Handover, a_gateway_gets_an_id_that_no_living_one_has) {
  EXPECT_EQ(free_gateway_id({}), "gateway");
  EXPECT_EQ(free_gateway_id({"gateway-2"}), "gateway");
  EXPECT_EQ(free_gateway_id({"gateway"}), "gateway-2");
  EXPECT_EQ(free_gateway_id({"gateway-2", "gateway", "gateway-3"}), "gateway-4");
}

}  // namespace
}  // namespace slipway::app
