#include "engine/docker/socket_folders.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "os/file.h"
#include "os/socket.h"
#include "os/temporary_directory_test.h"

namespace slipway::engine {
namespace {

const domain::ReplicaKey kKey{"iris-ab1cd", 3, 1};

class SocketFoldersTest : public ::testing::Test {
 protected:
  os::UniqueFd listen(const std::string& path, mode_t mode) {
    os::ListenOptions options;
    options.unix_mode = mode;
    auto listener = os::listen_unix({path}, options);
    EXPECT_TRUE(listener) << listener.error().message;
    return listener ? std::move(*listener) : os::UniqueFd();
  }
  os::TemporaryDirectory root;
  SocketFolders folders{root.path()};
};

TEST_F(SocketFoldersTest, a_folder_takes_the_socket_of_whatever_user_the_image_runs_as) {
  const auto folder = folders.make(kKey);
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(*folder, (root.path() / "iris-ab1cd-r3-1").native());
  struct stat status {};
  ASSERT_EQ(::stat(folder->c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0777u);
  EXPECT_EQ(folders.find_socket(kKey), "");
  const os::UniqueFd listener = listen(*folder + "/model.sock", 0666);
  EXPECT_EQ(folders.find_socket(kKey), *folder + "/model.sock");
  EXPECT_TRUE(folders.make(kKey));  // again, as a start after a crash would
  EXPECT_EQ(folders.all(), std::vector{kKey});
  folders.remove(kKey);
  EXPECT_TRUE(folders.all().empty());
  EXPECT_EQ(folders.find_socket(kKey), "");
}

TEST_F(SocketFoldersTest, what_the_gateway_could_not_or_should_not_connect_to_is_no_socket) {
  const std::string path = folders.make(kKey).value() + "/model.sock";
  {
    const os::UniqueFd listener = listen(path, 0755);
    EXPECT_EQ(folders.find_socket(kKey), "");
    std::filesystem::remove(path);
  }
  const os::UniqueFd other = listen(root.path() / "other.sock", 0666);
  std::filesystem::create_symlink(root.path() / "other.sock", path);
  EXPECT_EQ(folders.find_socket(kKey), "");
}

TEST_F(SocketFoldersTest, no_key_leads_out_of_the_root) {
  const domain::ReplicaKey astray{"../iris-ab1cd", 3, 1};
  EXPECT_EQ(folders.make(astray).value(), "");
  EXPECT_EQ(folders.find_socket(astray), "");
  EXPECT_TRUE(std::filesystem::is_empty(root.path()));
}

TEST(SocketFolders, there_are_none_without_a_root_that_the_engine_can_name) {
  for (const char* root : {"", "/tmp/a:b"}) {
    const SocketFolders none(root);
    EXPECT_EQ(none.make(kKey).value(), "");
    EXPECT_EQ(none.find_socket(kKey), "");
    EXPECT_TRUE(none.all().empty());
  }
}

}  // namespace
}  // namespace slipway::engine
