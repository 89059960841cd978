#include "engine/docker/cgroup_use.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <fstream>
#include <string>

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;
using std::chrono::nanoseconds;

class CgroupUseTest : public ::testing::Test {
 protected:
  CgroupUseTest() {
    std::string pattern = (fs::temp_directory_path() / "slipway-cgroup-XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    roots_ = {.proc = folder_ / "proc", .cgroups = folder_ / "cgroup"};
  }
  ~CgroupUseTest() override { fs::remove_all(folder_); }

  void write(const std::string& place, const std::string& text) {
    fs::create_directories((folder_ / place).parent_path());
    std::ofstream(folder_ / place) << text;
  }
  void write_version_2() {
    write("proc/7/cgroup", "0::/system.slice/docker-abc123.scope\n");
    write("cgroup/cgroup.controllers", "cpu memory\n");
    const std::string group = "cgroup/system.slice/docker-abc123.scope/";
    write(group + "memory.current", "9000\n");
    write(group + "memory.stat", "anon 5000\nfile 4000\ninactive_file 1500\n");
    write(group + "cpu.stat", "usage_usec 42\nuser_usec 40\n");
  }

  fs::path folder_;
  CgroupRoots roots_;
};

TEST_F(CgroupUseTest, reads_version_2) {
  write_version_2();
  EXPECT_EQ(read_cgroup_use(7, "abc123", roots_), (ContainerStats{nanoseconds(42'000), 7500}));
}

TEST_F(CgroupUseTest, reads_version_1_with_joined_hierarchies) {
  write("proc/7/cgroup", "5:memory:/docker/abc123\n2:cpu,cpuacct:/docker/abc123\n0::/x\n");
  write("cgroup/memory/docker/abc123/memory.usage_in_bytes", "9000\n");
  write("cgroup/memory/docker/abc123/memory.stat", "inactive_file 1\ntotal_inactive_file 2000\n");
  write("cgroup/cpuacct/docker/abc123/cpuacct.usage", "77\n");
  EXPECT_EQ(read_cgroup_use(7, "abc123", roots_), (ContainerStats{nanoseconds(77), 7000}));
}

TEST_F(CgroupUseTest, a_number_that_another_process_has_now_is_not_taken) {
  write_version_2();
  EXPECT_EQ(read_cgroup_use(7, "def456", roots_), std::nullopt);
}

TEST_F(CgroupUseTest, what_is_not_there_tells_nothing) {
  EXPECT_EQ(read_cgroup_use(7, "abc123", roots_), std::nullopt);
  write_version_2();
  fs::remove(folder_ / "cgroup/system.slice/docker-abc123.scope/memory.current");
  EXPECT_EQ(read_cgroup_use(7, "abc123", roots_), std::nullopt);
}

}  // namespace
}  // namespace slipway::engine
