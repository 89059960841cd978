#include "os/lock_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <memory>

#include "os/temporary_directory_test.h"

namespace slipway::os {
namespace {

TEST(LockFile, names_the_process_that_holds_it) {
  const TemporaryDirectory directory;
  std::unique_ptr<LockFile> first;
  auto lock = LockFile::acquire(directory.path());
  ASSERT_TRUE(lock) << lock.error().message;
  first = std::make_unique<LockFile>(std::move(*lock));

  const auto second = LockFile::acquire(directory.path());
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConflict);
  EXPECT_EQ(second.error().message, "state directory " + directory.path().string() +
                                        " is in use by process " + std::to_string(getpid()));
  first.reset();
  EXPECT_TRUE(LockFile::acquire(directory.path()));
}

TEST(LockFile, says_when_the_directory_is_missing) {
  const auto lock = LockFile::acquire("/no/such/folder");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace slipway::os
