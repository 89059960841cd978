#pragma once
// The use cases around people over a real store, with callers of every kind: for the tests of this
// room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "control/people.h"
#include "store/audit.h"
#include "store/test_store.h"

namespace slipway::control {

// Group "default" with member ada and admin grace; group "other" of eve; platform admin "root".
class PeopleTest : public testing::Test {
 protected:
  using ReadTransaction = store::ReadTransaction;
  using WriteTransaction = store::WriteTransaction;

  PeopleTest()
      : store_(store::open_test_store(folder_)),
        users_(make_users({*store_, clock_, random_})),
        groups_(make_groups({*store_, clock_, random_})),
        types_(make_instance_types({*store_, clock_, random_})) {
    write([](WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      TRY(store::groups::insert(tx, {.name = "other", .display_name = "Other"}));
      TRY(store::users::insert(tx, {.name = "root", .password_hash = "x", .admin = true}));
      TRY(store::users::insert(tx, {.name = "grace", .password_hash = "x"}));
      TRY(store::users::insert(tx, {.name = "eve", .password_hash = "x"}));
      TRY(store::groups::put_member(tx, "default", {.user = "grace", .admin = true}));
      return store::groups::put_member(tx, "other", {.user = "eve"});
    });
    root_.user = "root";
    root_.platform_admin = true;
    root_.source_address = "10.0.0.9";
    ada_.user = "ada";
    ada_.groups = {"default"};
    grace_.user = "grace";
    grace_.groups = grace_.admin_of = {"default"};
    eve_.user = "eve";
    eve_.groups = {"other"};
    root_reader_ = root_;
    root_reader_.may_write = false;
  }

  template <typename Fn>
  void write(Fn&& fn) {
    const auto done = store_->write(fn);
    if (!done) throw std::runtime_error(done.error().message);
  }
  template <typename T>
  static T value(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
  }
  // kDeadline stands for a success.
  template <typename T>
  static ErrorCode code(const Result<T>& result) {
    return result ? ErrorCode::kDeadline : result.error().code;
  }
  template <typename T>
  static std::vector<std::string> paths(const Result<T>& result) {
    std::vector<std::string> out;
    if (result) return out;
    for (const FieldError& field : result.error().fields) out.push_back(field.path);
    return out;
  }
  std::vector<store::AuditRow> audit() {
    return value(
        store_->read([](ReadTransaction& tx) { return store::audit::after(tx, 0, 1000); }));
  }
  store::UserRow row_of(const std::string& user) {
    return value(store_->read([&](ReadTransaction& tx) { return store::users::find(tx, user); }))
        .value();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Groups> groups_;
  std::unique_ptr<InstanceTypes> types_;
  Caller root_;
  Caller root_reader_;  // a read-only token
  Caller ada_;
  Caller grace_;
  Caller eve_;
};

}  // namespace slipway::control
