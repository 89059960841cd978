#include "control/secret_keys.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "control/sealed_logins.h"
#include "os/file.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using testing::HasSubstr;

class SecretKeyFile : public testing::Test {
 protected:
  std::filesystem::path file() const { return folder_.path() / "secrets.key"; }
  std::string content() const { return os::read_file(file(), 1 << 16).value(); }
  size_t keys() const { return identity::parse_secret_keys(content()).value().size(); }

  Result<std::unique_ptr<identity::SecretBox>> open() {
    return open_secret_box(*store_, file(), random_);
  }
  void keep(const std::string& name) {
    const auto box = open();
    ASSERT_TRUE(box) << box.error().message;
    store::PullSecretRow row;
    row.group = "default";
    row.name = name;
    row.registry = "ghcr.io";
    row.sealed = seal_logins(**box, "default", name, {{"ghcr.io", "ada", "hush " + name}});
    const auto done = store_->write(
        [&](store::WriteTransaction& tx) { return store::pull_secrets::insert(tx, row); });
    ASSERT_TRUE(done);
  }
  std::vector<store::PullSecretRow> rows() {
    return store_->read([](store::ReadTransaction& tx) { return store::pull_secrets::all(tx); })
        .value();
  }
  void expect_all_open() {
    const auto box = open();
    ASSERT_TRUE(box) << box.error().message;
    for (const auto& row : rows()) {
      const auto logins = open_logins(**box, row);
      ASSERT_TRUE(logins) << logins.error().message;
      EXPECT_EQ(logins->at(0).password, "hush " + row.name);
    }
  }

  store::TestFolder folder_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
};

TEST_F(SecretKeyFile, is_made_once_and_for_nobody_else) {
  ASSERT_TRUE(open());
  struct stat info {};
  ASSERT_EQ(::stat(file().c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777, 0600U);
  const std::string made = content();
  ASSERT_TRUE(open());
  EXPECT_EQ(content(), made);
}

TEST_F(SecretKeyFile, that_others_may_read_is_refused) {
  ASSERT_TRUE(open());
  ASSERT_EQ(::chmod(file().c_str(), 0640), 0);
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kDenied);
  EXPECT_THAT(opened.error().message, HasSubstr("chmod 600"));
}

TEST_F(SecretKeyFile, is_never_made_anew_while_something_is_sealed) {
  keep("one");
  ASSERT_TRUE(os::remove_file(file()));
  const auto opened = open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(opened.error().message, HasSubstr("backup"));
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_FALSE(rotate_secret_key(*store_, file(), random_));
  EXPECT_FALSE(std::filesystem::exists(file()));
}

TEST_F(SecretKeyFile, of_another_database_is_refused) {
  keep("one");
  ASSERT_TRUE(os::replace_file(
      file(), identity::format_secret_keys({identity::make_secret_key(random_)}), 0600));
  EXPECT_EQ(open().error().code, ErrorCode::kConflict);
  EXPECT_EQ(rotate_secret_key(*store_, file(), random_).error().code, ErrorCode::kConflict);
  ASSERT_TRUE(os::replace_file(file(), "hush\n", 0600));
  const auto broken = open();
  EXPECT_EQ(broken.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(broken.error().message, HasSubstr("secrets.key"));
}

TEST_F(SecretKeyFile, changing_the_key_seals_every_row_anew) {
  keep("one");
  keep("two");
  const auto before = rows();
  const std::string old_keys = content();
  const auto done = rotate_secret_key(*store_, file(), random_);
  ASSERT_TRUE(done) << done.error().message;
  EXPECT_EQ(*done, 2);
  EXPECT_EQ(keys(), 1U);
  expect_all_open();
  for (size_t i = 0; i < before.size(); ++i) EXPECT_NE(rows()[i].sealed, before[i].sealed);
  // The old key opens nothing any more.
  ASSERT_TRUE(os::replace_file(file(), old_keys, 0600));
  EXPECT_EQ(open().error().code, ErrorCode::kConflict);
}

TEST_F(SecretKeyFile, a_change_that_is_cut_off_after_any_step_loses_nothing_and_can_be_finished) {
  for (int steps = 0; steps <= 3; ++steps) {
    SCOPED_TRACE(steps);
    keep("before-" + std::to_string(steps));
    if (steps >= 1) {
      ASSERT_TRUE(add_secret_key(file(), random_));
    }
    if (steps >= 2) {
      const auto box = open();
      ASSERT_TRUE(box);
      ASSERT_TRUE(reseal_secrets(*store_, **box));
    }
    if (steps >= 3) {
      ASSERT_TRUE(drop_old_secret_keys(file()));
    }
    // As after a kill -9: everything is read again from disk.
    store_.reset();
    store_ = store::open_test_store(folder_);
    expect_all_open();
    keep("between-" + std::to_string(steps));
    ASSERT_TRUE(rotate_secret_key(*store_, file(), random_));
    EXPECT_EQ(keys(), 1U);
    expect_all_open();
  }
}

TEST_F(SecretKeyFile, a_row_that_does_not_open_keeps_the_old_key_and_changes_no_row) {
  keep("one");
  keep("two");
  auto broken = rows()[1];
  broken.sealed.back() = static_cast<char>(broken.sealed.back() ^ 1);
  ASSERT_TRUE(store_->write(
      [&](store::WriteTransaction& tx) { return store::pull_secrets::reseal(tx, broken); }));
  const auto before = rows();
  const auto done = rotate_secret_key(*store_, file(), random_);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr("'two'"));
  EXPECT_EQ(rows(), before);
  const auto box = open();
  ASSERT_TRUE(box);
  EXPECT_TRUE(open_logins(**box, before[0]));
}

}  // namespace
}  // namespace slipway::control
