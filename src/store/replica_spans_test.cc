#include "store/replica_spans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/client_requests.h"
#include "store/clients.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

Timestamp at(const char* time) { return *parse_rfc3339(time); }

class ReplicaSpans : public testing::Test {
 protected:
  ReplicaSpans() {
    EXPECT_TRUE(write([](WriteTransaction& tx) -> Result<void> {
      TRY(furnish_for_test(tx));
      return insert_sample(tx, "iris");
    }));
  }

  static ReplicaSpanRow span(const std::string& run, const char* from, const char* until,
                             const std::string& group = "default") {
    ReplicaSpanRow row;
    row.run = {"iris-r1-0", run, at(from)};
    row.subject = {.group = group,
                   .deployment_id = "iris",
                   .deployment_name = "Iris",
                   .instance_type = "cpu-1",
                   .cpu_millis = 1000,
                   .memory_bytes = int64_t{2} << 30,
                   .gpus = 0};
    if (*until != '\0') row.ended_at = at(until);
    return row;
  }
  template <typename Fn>
  Result<void> write(Fn fn) {
    return store_->write(fn);
  }
  void add(const ReplicaSpanRow& row) {
    const auto done = write([&](WriteTransaction& tx) { return replica_spans::add(tx, row); });
    ASSERT_TRUE(done) << done.error().message;
  }
  std::vector<ReplicaSpanRow> open() {
    return *store_->read([](ReadTransaction& tx) { return replica_spans::open(tx); });
  }
  // "2026-11 default 3": hours by month and group.
  std::vector<std::string> hours_of(std::optional<std::vector<std::string>> groups = {},
                                    const char* first = "2026-01", const char* last = "2027-12") {
    const auto sums = store_->read([&](ReadTransaction& tx) {
      return replica_spans::sums(tx, {.first = *domain::parse_month(first),
                                      .last = *domain::parse_month(last),
                                      .open_until = at("2026-12-01T03:00:00Z"),
                                      .groups = groups});
    });
    std::vector<std::string> out;
    for (const auto& [key, micros] : *sums) {
      out.push_back(domain::format_month(key.month) + " " + key.subject.group + " " +
                    std::to_string(micros / 3'600'000'000));
    }
    return out;
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_ = open_test_store(folder_);
};

TEST_F(ReplicaSpans, a_run_is_one_row_however_often_it_is_seen) {
  const auto row = span("a", "2026-11-01T00:00:00Z", "");
  add(row);
  add(row);
  EXPECT_THAT(open(), ElementsAre(row));
  ASSERT_TRUE(write([&](WriteTransaction& tx) -> Result<void> {
    TRY(replica_spans::close(tx, row.run, at("2026-11-01T02:00:00Z")));
    return replica_spans::close(tx, row.run, at("2026-11-01T09:00:00Z"));
  }));
  add(row);
  EXPECT_THAT(open(), IsEmpty());
  EXPECT_THAT(hours_of(), ElementsAre("2026-11 default 2"));
}

TEST_F(ReplicaSpans, another_start_of_the_same_process_number_is_another_run) {
  add(span("7", "2026-11-01T00:00:00Z", "2026-11-01T01:00:00Z"));
  add(span("7", "2026-11-01T05:00:00Z", "2026-11-01T07:00:00Z"));
  EXPECT_THAT(hours_of(), ElementsAre("2026-11 default 3"));
}

TEST_F(ReplicaSpans, hours_are_cut_at_the_months_that_are_asked_for_and_open_ones_at_now) {
  add(span("a", "2026-10-31T22:00:00Z", "2026-11-01T03:00:00Z"));
  add(span("b", "2026-11-30T23:00:00Z", ""));
  EXPECT_THAT(hours_of(),
              ElementsAre("2026-10 default 2", "2026-11 default 4", "2026-12 default 3"));
  EXPECT_THAT(hours_of({}, "2026-11", "2026-11"), ElementsAre("2026-11 default 4"));
  EXPECT_THAT(hours_of({}, "2026-05", "2026-06"), IsEmpty());
}

TEST_F(ReplicaSpans, only_wanted_groups_are_counted) {
  add(span("a", "2026-11-01T00:00:00Z", "2026-11-01T01:00:00Z"));
  add(span("b", "2026-11-01T00:00:00Z", "2026-11-01T02:00:00Z", "vision"));
  EXPECT_THAT(hours_of({{"vision"}}), ElementsAre("2026-11 vision 2"));
  EXPECT_THAT(hours_of(std::vector<std::string>{}), IsEmpty());
}

TEST_F(ReplicaSpans, folding_changes_no_hour_and_leaves_what_is_young_or_open) {
  add(span("a", "2026-09-30T22:00:00Z", "2026-10-01T03:00:00Z"));
  add(span("b", "2026-10-02T00:00:00Z", "2026-10-02T01:00:00Z"));
  add(span("c", "2026-10-02T00:00:00Z", "2026-11-20T00:00:00Z"));
  add(span("d", "2026-11-30T23:00:00Z", ""));
  const auto before = hours_of();
  const auto fold = [&](int limit) {
    return store_->write([&](WriteTransaction& tx) {
      return replica_spans::fold(tx, at("2026-11-01T00:00:00Z"), limit);
    });
  };
  EXPECT_EQ(fold(1), 1);
  EXPECT_EQ(hours_of(), before);
  EXPECT_EQ(fold(10), 1);
  EXPECT_EQ(fold(10), 0);
  EXPECT_EQ(hours_of(), before);
}

TEST_F(ReplicaSpans, a_fold_that_does_not_commit_has_done_nothing) {
  add(span("a", "2026-09-30T22:00:00Z", "2026-10-01T03:00:00Z"));
  const auto before = hours_of();
  EXPECT_FALSE(write([&](WriteTransaction& tx) -> Result<void> {
    TRY(replica_spans::fold(tx, at("2026-11-01T00:00:00Z"), 10));
    return fail(ErrorCode::kUnavailable, "killed here");
  }));
  EXPECT_EQ(hours_of(), before);
  // The same on the file that a killed process left.
  store_.reset();
  store_ = open_test_store(folder_);
  EXPECT_EQ(hours_of(), before);
}

TEST_F(ReplicaSpans, remember_when_all_was_seen) {
  const auto seen = [&] {
    return *store_->read([](ReadTransaction& tx) { return replica_spans::seen_at(tx); });
  };
  EXPECT_EQ(seen(), std::nullopt);
  for (const char* time : {"2026-11-01T00:00:00Z", "2026-11-01T00:01:00Z"}) {
    ASSERT_TRUE(
        write([&](WriteTransaction& tx) { return replica_spans::set_seen_at(tx, at(time)); }));
    EXPECT_EQ(seen(), at(time));
  }
}

TEST_F(ReplicaSpans, requests_of_clients_are_summed_by_month_and_outlive_the_deployment) {
  const auto use = [](WriteTransaction& tx, const char* time, int64_t requests) {
    return clients::add_use(tx, "iris", "robot", requests, at(time));
  };
  ASSERT_TRUE(write([&](WriteTransaction& tx) -> Result<void> {
    TRY(use(tx, "2026-10-01T00:00:00Z", 100));  // no such client yet
    ClientRow robot;
    robot.deployment_id = "iris";
    robot.name = "robot";
    robot.digest = "d";
    TRY(clients::insert(tx, robot));
    TRY(use(tx, "2026-10-31T23:59:59Z", 2));
    TRY(use(tx, "2026-11-01T00:00:00Z", 3));
    TRY(use(tx, "2026-11-02T00:00:00Z", 4));
    domain::Deployment gone = sample_deployment("iris");
    gone.desire = domain::Desire::kDeleted;
    TRY(deployments::update(tx, gone));
    return deployments::forget(tx, "iris");
  }));
  const auto between = [&](const char* first, const char* last,
                           std::optional<std::vector<std::string>> groups) {
    return *store_->read([&](ReadTransaction& tx) {
      return client_requests::between(tx, *domain::parse_month(first), *domain::parse_month(last),
                                      groups);
    });
  };
  const domain::ClientRequests october{*domain::parse_month("2026-10"), "default", "iris", "robot",
                                       2};
  const domain::ClientRequests november{*domain::parse_month("2026-11"), "default", "iris", "robot",
                                        7};
  EXPECT_THAT(between("2026-01", "2026-12", {}), ElementsAre(october, november));
  EXPECT_THAT(between("2026-11", "2026-12", {{"default"}}), ElementsAre(november));
  EXPECT_THAT(between("2026-01", "2026-12", {{"other"}}), IsEmpty());
}

}  // namespace
}  // namespace slipway::store
