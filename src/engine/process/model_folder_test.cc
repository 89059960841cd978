#include "engine/process/model_folder.h"

#include <gtest/gtest.h>

#include <fstream>

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;

class ModelFolderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "slipway-models-XXXXXX").string();
    base_ = ::mkdtemp(pattern.data());
    root_ = base_ / "models";
    write("iris", "command = [\"./serve\", \"--fast\"]\n[environment]\nMODEL_NAME = \"Iris\"\n");
  }
  void TearDown() override { fs::remove_all(base_); }
  void write(const fs::path& name, const std::string& manifest) {
    fs::create_directories(root_ / name);
    std::ofstream(root_ / name / "slipway-model.toml") << manifest;
  }

  fs::path base_;
  fs::path root_;
};

TEST_F(ModelFolderTest, reads_command_and_environment) {
  const auto folder = find_model_folder(root_, "iris");
  ASSERT_TRUE(folder) << folder.error().message;
  EXPECT_EQ(folder->command,
            (std::vector<std::string>{(fs::canonical(root_) / "iris/serve").string(), "--fast"}));
  ASSERT_EQ(folder->environment.size(), 1u);
  EXPECT_EQ(folder->environment[0].value, "Iris");
}

TEST_F(ModelFolderTest, a_tag_chooses_its_own_folder_when_there_is_one) {
  write("iris/2.0", "command = [\"two\"]");
  EXPECT_EQ(find_model_folder(root_, "iris:2.0")->command.front(), "two");
  EXPECT_EQ(find_model_folder(root_, "iris:1.0")->path.filename(), "iris");
}

TEST_F(ModelFolderTest, no_name_leaves_the_root) {
  fs::create_directories(base_ / "secret");
  std::ofstream(base_ / "secret/slipway-model.toml") << "command = [\"x\"]";
  fs::create_symlink(base_ / "secret", root_ / "link");
  for (const char* image : {"../secret", "..", ".", "", "iris/../../secret", "/etc", "link",
                            "iris:..", "iris:../../secret", "iris:", "a b", "a;b", "$HOME"}) {
    const auto folder = find_model_folder(root_, image);
    ASSERT_FALSE(folder) << image;
    EXPECT_EQ(folder.error().code, ErrorCode::kNotFound) << folder.error().message;
  }
}

TEST_F(ModelFolderTest, a_broken_manifest_is_named) {
  for (const char* manifest :
       {"", "command = []", "command = \"x\"", "command = [1]", "command = [\"x\"]\nfoo = 1",
        "command = [\"x\"]\n[environment]\nA = 1", "command = ["}) {
    write("broken", manifest);
    const auto folder = find_model_folder(root_, "broken");
    ASSERT_FALSE(folder) << manifest;
    EXPECT_EQ(folder.error().code, ErrorCode::kInvalid);
    EXPECT_NE(folder.error().message.find("slipway-model.toml"), std::string::npos);
  }
}

}  // namespace
}  // namespace slipway::engine
