#pragma once
// For tests of the rooms above too: a folder that goes with the test, a clock whose hands the test
// turns, a seeded generator, and a Store with one group, one instance type and one user.

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <mutex>
#include <random>
#include <stdexcept>
#include <string>

#include "base/clock.h"
#include "base/random.h"
#include "store/deployments.h"
#include "store/groups.h"
#include "store/instance_types.h"
#include "store/revisions.h"
#include "store/store.h"
#include "store/users.h"

namespace slipway::store {

class TestFolder {
 public:
  TestFolder() {
    std::string path = (std::filesystem::temp_directory_path() / "slipway-test-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) throw std::runtime_error("mkdtemp failed: " + path);
    path_ = path;
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path database() const { return path_ / "slipway.db"; }

 private:
  std::filesystem::path path_;
};

class TestClock final : public Clock {
 public:
  Timestamp now() const override { return from_unix_micros(micros_.load()); }
  Monotonic monotonic() const override {
    return Monotonic{std::chrono::microseconds{micros_.load()}};
  }
  void advance(std::chrono::microseconds by) { micros_ += by.count(); }

 private:
  std::atomic<int64_t> micros_{1'800'000'000'000'000};
};

class TestRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    const std::lock_guard lock(mutex_);
    for (std::byte& b : out) b = static_cast<std::byte>(engine_());
  }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{42};
};

inline std::unique_ptr<Store> open_test_store(const TestFolder& folder,
                                              const StoreOptions& options = {}) {
  auto opened = Store::open(folder.database(), options);
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

// Group "default", instance type "cpu-1", user "ada" who is a member.
inline Result<void> furnish_for_test(WriteTransaction& tx) {
  TRY(groups::insert(tx,
                     {.name = "default", .display_name = "Default", .deployment_enabled = true}));
  TRY(instance_types::insert(tx, {"cpu-1", "One CPU", "", 1000, int64_t{2} << 30, 0}));
  TRY(users::insert(tx, {"ada", "", false, false, Timestamp{}}));
  return groups::put_member(tx, "default", {.user = "ada"});
}

inline domain::Deployment sample_deployment(const std::string& id) {
  domain::Deployment out;
  out.id = id;
  out.name = "Name of " + id;
  out.group = "default";
  out.revision = 1;
  out.generation = 1;
  out.created_by = out.updated_by = "ada";
  return out;
}

inline Result<void> insert_sample(WriteTransaction& tx, const std::string& id) {
  TRY(deployments::insert(tx, sample_deployment(id)));
  domain::Revision revision;
  revision.deployment_id = id;
  revision.number = 1;
  revision.spec.image = "iris:1";
  revision.spec.instance_type = "cpu-1";
  revision.author = "ada";
  return revisions::insert(tx, revision);
}

}  // namespace slipway::store
