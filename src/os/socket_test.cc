#include "os/socket.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "os/file.h"
#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

TEST(ListenTcp, chooses_a_port_and_says_which) {
  auto fd = listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(fd) << fd.error().message;
  EXPECT_GT(*local_port(fd->get()), 0);
  const auto taken = listen_tcp({"127.0.0.1", *local_port(fd->get())});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().code, ErrorCode::kConflict);
}

TEST(ListenTcp, shares_a_port_when_asked_to) {
  ListenOptions options;
  options.reuse_port = true;
  auto one = listen_tcp({"127.0.0.1", 0}, options);
  ASSERT_TRUE(one);
  EXPECT_TRUE(listen_tcp({"127.0.0.1", *local_port(one->get())}, options));
}

TEST(ListenTcp, refuses_names) {
  EXPECT_EQ(listen_tcp({"localhost", 0}).error().code, ErrorCode::kInvalid);
}

TEST(ListenUnix, replaces_a_dead_socket_but_never_a_live_one_or_a_file) {
  const TemporaryDirectory directory;
  const UnixAddress address{(directory.path() / "x.sock").string()};
  ListenOptions options;
  options.unix_mode = 0600;
  auto fd = listen_unix(address, options);
  ASSERT_TRUE(fd) << fd.error().message;
  struct stat status {};
  ASSERT_EQ(stat(address.path.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(local_port(fd->get()).error().code, ErrorCode::kInvalid);

  EXPECT_EQ(listen_unix(address).error().code, ErrorCode::kConflict);
  fd->reset();
  EXPECT_TRUE(listen_unix(address));

  const UnixAddress file{(directory.path() / "file").string()};
  ASSERT_TRUE(replace_file(file.path, "precious"));
  EXPECT_EQ(listen_unix(file).error().code, ErrorCode::kConflict);
  EXPECT_EQ(*read_file(file.path, 100), "precious");
}

TEST(ListenUnix, refuses_a_path_that_the_kernel_cannot_take) {
  EXPECT_EQ(listen_unix({std::string(108, 'x')}).error().code, ErrorCode::kInvalid);
}

TEST(Address, survives_being_written_and_read) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:80", "0.0.0.0:0", "unix:/run/x.sock"}) {
    const auto address = parse_address(text);
    ASSERT_TRUE(address) << text;
    EXPECT_EQ(to_string(*address), text);
  }
}

TEST(Address, refuses_what_is_none) {
  for (const char* text : {"", "8080", ":80", "localhost:80", "::1:80", "1.2.3.4:", "1.2.3.4:99999",
                           "1.2.3.4:8x", "unix:", "[::1]"}) {
    EXPECT_FALSE(parse_address(text)) << text;
  }
}

}  // namespace
}  // namespace slipway::os
