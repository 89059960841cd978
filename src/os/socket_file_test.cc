#include "os/socket_file.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <fstream>

#include "os/socket.h"
#include "os/socket_address.h"
#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

TEST(SocketFile, leads_to_the_socket_that_was_opened_even_when_its_name_is_another_s) {
  const TemporaryDirectory directory;
  // Longer than sockaddr_un could hold.
  const auto folder = directory.path() / std::string(120, 'x');
  std::filesystem::create_directory(folder);
  const auto near = directory.path() / "s";
  ListenOptions options;
  options.unix_mode = 0666;
  const auto listener = listen_unix({near.string()}, options);
  ASSERT_TRUE(listener) << listener.error().message;
  std::filesystem::rename(near, folder / "s");
  const auto file = SocketFile::open(folder / "s");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE(file->open_to_all());
  std::filesystem::remove(folder / "s");
  std::ofstream(folder / "s") << "no socket";

  SocketAddress address;
  ASSERT_TRUE(to_socket_address(UnixAddress{file->path()}, address));
  const UniqueFd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  EXPECT_EQ(::connect(client.get(), &address.any, address.length), 0);
}

TEST(SocketFile, takes_no_link_no_file_and_no_folder_for_a_socket) {
  const TemporaryDirectory directory;
  const auto listener = listen_unix({(directory.path() / "s").string()});
  ASSERT_TRUE(listener);
  std::filesystem::create_symlink("s", directory.path() / "link");
  std::ofstream(directory.path() / "file") << "x";
  std::filesystem::create_directory(directory.path() / "folder");
  for (const char* name : {"link", "file", "folder"}) {
    const auto file = SocketFile::open(directory.path() / name);
    ASSERT_FALSE(file) << name;
    EXPECT_EQ(file.error().code, ErrorCode::kInvalid) << file.error().message;
  }
  EXPECT_EQ(SocketFile::open(directory.path() / "none").error().code, ErrorCode::kNotFound);
}

TEST(SocketFile, tells_whether_everybody_may_connect) {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "s";
  const auto listener = listen_unix({path.string()});
  ASSERT_TRUE(listener);
  for (const mode_t mode : {0600, 0755, 0622, 0777}) {
    ASSERT_EQ(::chmod(path.c_str(), mode), 0);
    EXPECT_EQ(SocketFile::open(path)->open_to_all(), (mode & 02) != 0) << mode;
  }
}

}  // namespace
}  // namespace slipway::os
