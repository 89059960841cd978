// The tables one by one: what goes in comes out, and their rules hold.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/api_tokens.h"
#include "store/audit.h"
#include "store/events.h"
#include "store/history.h"
#include "store/idempotency_keys.h"
#include "store/sessions.h"
#include "store/settings.h"
#include "store/statuses.h"
#include "store/test_store.h"

namespace slipway::store {
namespace {

class Tables : public testing::Test {
 protected:
  Tables() : store_(open_test_store(folder_)) {
    done([](WriteTransaction& tx) { return furnish_for_test(tx); });
  }
  template <typename Fn>
  void done(Fn&& fn) {
    const auto outcome = store_->write(fn);
    ASSERT_TRUE(outcome) << outcome.error().message;
  }
  template <typename Fn>
  ErrorCode refused(Fn&& fn) {
    const auto outcome = store_->write(fn);
    return outcome ? ErrorCode::kDeadline : outcome.error().code;
  }
  template <typename Fn>
  auto seen(Fn&& fn) {
    auto outcome = store_->read(fn);
    if (!outcome) throw std::runtime_error(outcome.error().message);
    return std::move(*outcome);
  }
  std::vector<std::string> ids(const deployments::ListQuery& query) {
    std::vector<std::string> out;
    for (const auto& d : seen([&](ReadTransaction& tx) { return deployments::list(tx, query); })) {
      out.push_back(d.deployment.id);
    }
    return out;
  }

  TestFolder folder_;
  std::unique_ptr<Store> store_;
  const Timestamp now_ = from_unix_micros(1'800'000'000'000'000);
};

TEST_F(Tables, a_deployment_comes_back_as_it_was_and_changes_what_may_change) {
  domain::Deployment d = sample_deployment("iris");
  d.desire = domain::Desire::kStopped;
  d.created_at = d.updated_at = now_;
  done([&](WriteTransaction& tx) { return deployments::insert(tx, d); });
  const auto find = [](ReadTransaction& tx) { return deployments::find(tx, "iris"); };
  EXPECT_EQ(seen(find), d);
  d.desire = domain::Desire::kRunning;
  d.revision = 2;
  d.proven_revision = 1;
  d.generation = 5;
  d.updated_by = "bob";
  done([&](WriteTransaction& tx) { return deployments::update(tx, d); });
  EXPECT_EQ(seen(find), d);
  done([&](WriteTransaction& tx) { return deployments::set_proven_revision(tx, "iris", 2); });
  d.proven_revision = 2;
  EXPECT_EQ(seen(find), d);
}

TEST_F(Tables, an_id_is_free_again_only_after_the_deployment_was_forgotten) {
  const auto insert = [](WriteTransaction& tx) { return insert_sample(tx, "iris"); };
  const auto forget = [](WriteTransaction& tx) { return deployments::forget(tx, "iris"); };
  done(insert);
  EXPECT_EQ(refused(insert), ErrorCode::kConflict);
  EXPECT_EQ(refused(forget), ErrorCode::kConflict);
  done([](WriteTransaction& tx) {
    domain::Deployment d = sample_deployment("iris");
    d.desire = domain::Desire::kDeleted;
    return deployments::update(tx, d);
  });
  EXPECT_EQ(refused(insert), ErrorCode::kConflict);
  done([this](WriteTransaction& tx) { return statuses::put(tx, "iris", {}, now_); });
  done(forget);
  EXPECT_TRUE(seen([](ReadTransaction& tx) { return revisions::all(tx, "iris"); }).empty());
  EXPECT_FALSE(seen([](ReadTransaction& tx) { return statuses::find(tx, "iris"); }));
  EXPECT_EQ(seen([](ReadTransaction& tx) { return events::newest(tx, "iris"); }), 0);
  done(forget);
  done(insert);
}

TEST_F(Tables, a_list_is_filtered_and_paged) {
  done([](WriteTransaction& tx) -> Result<void> {
    TRY(groups::insert(tx, {"other", "Other"}));
    for (const char* id : {"a-iris", "b-iris", "c-wine", "d_%"}) {
      domain::Deployment d = sample_deployment(id);
      if (d.id == "c-wine") d.group = "other";
      if (d.id == "b-iris") d.updated_by = "bob";
      TRY(deployments::insert(tx, d));
    }
    return {};
  });
  using Ids = std::vector<std::string>;
  EXPECT_EQ(ids({}), (Ids{"a-iris", "b-iris", "c-wine", "d_%"}));
  EXPECT_EQ(ids({.groups = {{"other"}}}), Ids{"c-wine"});
  EXPECT_EQ(ids({.groups = {{}}}), Ids{});
  EXPECT_EQ(ids({.search = "IRIS"}), (Ids{"a-iris", "b-iris"}));
  EXPECT_EQ(ids({.search = "_%"}), Ids{"d_%"});
  EXPECT_EQ(ids({.touched_by = "bob"}), Ids{"b-iris"});
  EXPECT_EQ(ids({.after_id = "a-iris", .after_key = "a-iris", .limit = 2}),
            (Ids{"b-iris", "c-wine"}));
}

TEST_F(Tables, revisions_come_newest_first_and_are_written_once) {
  done([](WriteTransaction& tx) { return insert_sample(tx, "iris"); });
  domain::Revision second;
  second.deployment_id = "iris";
  second.number = 2;
  second.spec.environment = {{"A", "b\n\"c\""}};
  second.author = "ada";
  second.created_at = now_;
  second.message = "better";
  const auto insert = [&](WriteTransaction& tx) { return revisions::insert(tx, second); };
  done(insert);
  EXPECT_EQ(refused(insert), ErrorCode::kConflict);
  const auto all = seen([](ReadTransaction& tx) { return revisions::all(tx, "iris"); });
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], second);
  EXPECT_EQ(all[1].number, 1);
  EXPECT_EQ(seen([](ReadTransaction& tx) { return revisions::find(tx, "iris", 2); }), second);
  EXPECT_FALSE(seen([](ReadTransaction& tx) { return revisions::find(tx, "iris", 3); }));
}

TEST_F(Tables, a_status_adds_an_event_only_when_people_would_notice) {
  done([](WriteTransaction& tx) { return insert_sample(tx, "iris"); });
  domain::Status status;
  status.phase = domain::Phase::kDeploying;
  status.reason = "0 of 2 ready";
  const auto put = [&](WriteTransaction& tx) { return statuses::put(tx, "iris", status, now_); };
  const auto all = [](ReadTransaction& tx) { return events::after(tx, "iris", 0, 100); };
  done(put);
  done(put);
  ASSERT_EQ(seen(all).size(), 1U);
  EXPECT_EQ(seen(all)[0].kind, "status");
  EXPECT_EQ(seen(all)[0].message, "Deploying: 0 of 2 ready");
  status.ready_replicas = 1;
  done(put);
  EXPECT_EQ(seen(all).size(), 1U);
  status.trouble = domain::ReplicaTrouble{"iris-r1-0", now_, "exits", {"line"}};
  status.reason = "1 of 2 ready";
  done(put);
  EXPECT_EQ(seen(all).size(), 2U);
  EXPECT_EQ(seen([](ReadTransaction& tx) { return statuses::find(tx, "iris"); }), status);
  EXPECT_EQ(refused([&](WriteTransaction& tx) { return statuses::put(tx, "no", status, now_); }),
            ErrorCode::kNotFound);
}

TEST_F(Tables, events_grow_in_one_sequence_and_only_the_newest_are_kept) {
  done([](WriteTransaction& tx) -> Result<void> {
    TRY(insert_sample(tx, "iris"));
    TRY(insert_sample(tx, "wine"));
    for (int i = 0; i < events::kKeptPerDeployment + 50; ++i) {
      TRY(events::append(tx, {0, "iris", Timestamp{}, "ready", "", std::to_string(i), ""}));
      if (i == 0) TRY(events::append(tx, {0, "wine", Timestamp{}, "ready", "", "w", ""}));
    }
    return {};
  });
  const auto all = seen([](ReadTransaction& tx) { return events::after(tx, "iris", 0, 100'000); });
  ASSERT_EQ(all.size(), static_cast<size_t>(events::kKeptPerDeployment));
  EXPECT_EQ(all.back().message, std::to_string(events::kKeptPerDeployment + 49));
  for (size_t i = 1; i < all.size(); ++i) EXPECT_LT(all[i - 1].sequence, all[i].sequence);
  EXPECT_EQ(seen([](ReadTransaction& tx) { return events::after(tx, "wine", 0, 10); }).size(), 1U);
  const int64_t newest = all.back().sequence;
  EXPECT_EQ(seen([](ReadTransaction& tx) { return events::newest(tx, "iris"); }), newest);
  const auto tail =
      seen([&](ReadTransaction& tx) { return events::after(tx, "iris", newest - 3, 2); });
  ASSERT_EQ(tail.size(), 2U);
  EXPECT_EQ(tail[0].sequence, newest - 2);
}

TEST_F(Tables, an_event_sequence_is_never_given_twice) {
  done([](WriteTransaction& tx) { return insert_sample(tx, "iris"); });
  int64_t last = 0;
  const auto append = [&](WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const int64_t sequence,
               events::append(tx, {0, "iris", Timestamp{}, "ready", "", "", ""}));
    EXPECT_GT(sequence, last);
    last = sequence;
    return {};
  };
  done(append);
  done([](WriteTransaction& tx) -> Result<void> {
    domain::Deployment d = sample_deployment("iris");
    d.desire = domain::Desire::kDeleted;
    TRY(deployments::update(tx, d));
    TRY(deployments::forget(tx, "iris"));
    return insert_sample(tx, "iris");
  });
  store_.reset();
  store_ = open_test_store(folder_);
  done(append);
}

TEST_F(Tables, groups_users_and_types_have_names_of_their_own) {
  EXPECT_EQ(refused([](WriteTransaction& tx) {
              return groups::insert(tx, {"default", ""});
            }),
            ErrorCode::kConflict);
  EXPECT_EQ(refused([](WriteTransaction& tx) {
              return users::insert(tx, {"ada", "", false, false, Timestamp{}});
            }),
            ErrorCode::kConflict);
  EXPECT_EQ(refused([](WriteTransaction& tx) {
              return instance_types::insert(tx, {"cpu-1", "", "", 1, 1, 0});
            }),
            ErrorCode::kConflict);
  EXPECT_EQ(
      refused([](WriteTransaction& tx) { return groups::put_member(tx, "none", {.user = "ada"}); }),
      ErrorCode::kNotFound);
  done([](WriteTransaction& tx) { return groups::put_member(tx, "default", {.user = "ada"}); });
  EXPECT_EQ(seen([](ReadTransaction& tx) { return groups::of_user(tx, "ada"); }),
            (std::vector<groups::Membership>{{"default", false}}));
  done([](WriteTransaction& tx) {
    return instance_types::insert(tx, {"cpu-0.5", "Half", "half of one", 500, 1, 0});
  });
  const auto types = seen([](ReadTransaction& tx) { return instance_types::all(tx); });
  ASSERT_EQ(types.size(), 2U);
  EXPECT_EQ(types[0], (domain::InstanceType{"cpu-0.5", "Half", "half of one", 500, 1, 0}));
}

TEST_F(Tables, a_group_keeps_every_field) {
  const domain::Group group{.name = "default",
                            .display_name = "模型 Team",
                            .deployment_enabled = false,
                            .quota = {.cpu_millis = 4000,
                                      .memory_bytes = int64_t{1} << 40,
                                      .gpus = 0,
                                      .deployments = std::nullopt},
                            .instance_types = {"cpu-1"},
                            .default_instance_type = "cpu-1",
                            .generation = 7};
  done([&](WriteTransaction& tx) { return groups::update(tx, group); });
  EXPECT_EQ(seen([](ReadTransaction& tx) { return groups::find(tx, "default"); }), group);
  EXPECT_EQ(seen([](ReadTransaction& tx) { return groups::all(tx); }), std::vector{group});
  EXPECT_EQ(refused([&](WriteTransaction& tx) {
              return groups::update(tx, {.name = "default", .instance_types = {"none"}});
            }),
            ErrorCode::kNotFound);
  EXPECT_EQ(seen([](ReadTransaction& tx) { return groups::find(tx, "default"); }), group);
}

TEST_F(Tables, members_come_go_and_become_admins) {
  done([](WriteTransaction& tx) {
    return groups::put_member(tx, "default", {.user = "ada", .admin = true});
  });
  EXPECT_EQ(seen([](ReadTransaction& tx) { return groups::members(tx, "default"); }),
            (std::vector<domain::Member>{{"ada", true}}));
  done([](WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const bool was, groups::remove_member(tx, "default", "ada"));
    EXPECT_TRUE(was);
    return {};
  });
  EXPECT_TRUE(seen([](ReadTransaction& tx) { return groups::of_user(tx, "ada"); }).empty());
}

TEST_F(Tables, a_group_with_deployments_cannot_be_removed) {
  done([](WriteTransaction& tx) { return insert_sample(tx, "iris"); });
  EXPECT_EQ(refused([](WriteTransaction& tx) { return groups::remove(tx, "default"); }),
            ErrorCode::kConflict);
  done([](WriteTransaction& tx) -> Result<void> {
    TRY(groups::insert(tx, {.name = "empty"}));
    return groups::remove(tx, "empty");
  });
  EXPECT_EQ(refused([](WriteTransaction& tx) { return groups::remove(tx, "empty"); }),
            ErrorCode::kNotFound);
}

TEST_F(Tables, a_user_can_be_changed) {
  UserRow ada{"ada", "hash", true, true, Timestamp{}};
  done([&](WriteTransaction& tx) { return users::update(tx, ada); });
  EXPECT_EQ(seen([](ReadTransaction& tx) { return users::find(tx, "ada"); }), ada);
  ada.name = "nobody";
  EXPECT_EQ(refused([&](WriteTransaction& tx) { return users::update(tx, ada); }),
            ErrorCode::kNotFound);
}

TEST_F(Tables, api_tokens_are_found_by_their_digest_and_go) {
  const std::string digest("\0digest\xff", 8);
  const ApiTokenRow token{"id1", digest, "laptop",     "ada",
                          false, now_,   std::nullopt, now_ + std::chrono::hours(1)};
  done([&](WriteTransaction& tx) { return api_tokens::insert(tx, token); });
  const auto find = [&](ReadTransaction& tx) { return api_tokens::find_by_digest(tx, digest); };
  EXPECT_EQ(seen(find), token);
  EXPECT_FALSE(seen([](ReadTransaction& tx) { return api_tokens::find_by_digest(tx, ""); }));
  done([&](WriteTransaction& tx) { return api_tokens::set_last_used(tx, "id1", now_); });
  EXPECT_EQ(seen(find)->last_used_at, now_);
  done([&](WriteTransaction& tx) { return api_tokens::remove_expired(tx, now_); });
  EXPECT_TRUE(seen(find));
  done([&](WriteTransaction& tx) {
    return api_tokens::remove_expired(tx, now_ + std::chrono::hours(1));
  });
  EXPECT_FALSE(seen(find));
  done([](WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(const bool was_there, api_tokens::remove(tx, "id1"));
    EXPECT_FALSE(was_there);
    return {};
  });
}

TEST_F(Tables, sessions_are_found_by_their_digest_and_end_by_age_idleness_and_user) {
  const auto session = [this](const std::string& digest) {
    return SessionRow{digest, "ada", "10.0.0.1", now_, now_, now_ + std::chrono::hours(2)};
  };
  const auto find = [](const std::string& digest) {
    return [digest](ReadTransaction& tx) { return sessions::find(tx, digest); };
  };
  const std::string digest("\0d\xff", 3);
  done([&](WriteTransaction& tx) -> Result<void> {
    TRY(sessions::insert(tx, session(digest)));
    TRY(sessions::insert(tx, session("idle")));
    return sessions::set_last_used(tx, digest, now_ + std::chrono::hours(1));
  });
  EXPECT_EQ(seen(find(digest))->last_used_at, now_ + std::chrono::hours(1));
  EXPECT_EQ(seen(find("idle")), session("idle"));
  done([&](WriteTransaction& tx) { return sessions::remove_expired(tx, now_, now_); });
  EXPECT_FALSE(seen(find("idle")));
  EXPECT_TRUE(seen(find(digest)));
  done([&](WriteTransaction& tx) {
    return sessions::remove_expired(tx, now_ + std::chrono::hours(2), now_);
  });
  EXPECT_FALSE(seen(find(digest)));
  done([&](WriteTransaction& tx) -> Result<void> {
    TRY(sessions::insert(tx, session("one")));
    TRY(sessions::insert(tx, session("two")));
    TRY_ASSIGN(const bool was_there, sessions::remove(tx, "one"));
    EXPECT_TRUE(was_there);
    return sessions::remove_of_user(tx, "ada");
  });
  EXPECT_FALSE(seen(find("one")));
  EXPECT_FALSE(seen(find("two")));
}

TEST_F(Tables, an_instance_type_knows_a_deployment_that_names_it) {
  done([](WriteTransaction& tx) { return insert_sample(tx, "iris"); });
  const auto user_of = [](const char* name) {
    return [name](ReadTransaction& tx) { return instance_types::user_of(tx, name); };
  };
  EXPECT_EQ(seen(user_of("cpu-1")), "iris");
  EXPECT_FALSE(seen(user_of("cpu")));
}

TEST_F(Tables, an_idempotency_key_is_forgotten_after_its_time) {
  const IdempotencyRow row{"ada", "k", "request", "iris", now_};
  done([&](WriteTransaction& tx) { return idempotency_keys::insert(tx, row); });
  const auto find_at = [&](Timestamp at) {
    return seen([&](ReadTransaction& tx) { return idempotency_keys::find(tx, "ada", "k", at); });
  };
  EXPECT_EQ(find_at(now_ + std::chrono::hours(23)), row);
  EXPECT_FALSE(find_at(now_ + std::chrono::hours(24)));
  EXPECT_FALSE(
      seen([&](ReadTransaction& tx) { return idempotency_keys::find(tx, "bob", "k", now_); }));
  IdempotencyRow later = row;
  later.created_at = now_ + std::chrono::hours(25);
  done([&](WriteTransaction& tx) { return idempotency_keys::insert(tx, later); });
  EXPECT_EQ(find_at(later.created_at), later);
}

TEST_F(Tables, the_audit_trail_is_read_in_order) {
  done([this](WriteTransaction& tx) -> Result<void> {
    TRY(audit::append(tx, {0, now_, "ada", "127.0.0.1", "deployment.create", "iris", "x"}));
    return audit::append(tx, {0, now_, "bob", "127.0.0.1", "deployment.stop", "iris", ""});
  });
  const auto rows = seen([](ReadTransaction& tx) { return audit::after(tx, 0, 10); });
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].actor, "ada");
  const auto rest =
      seen([&](ReadTransaction& tx) { return audit::after(tx, rows[0].sequence, 10); });
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].action, "deployment.stop");
}

TEST_F(Tables, the_installations_ids_are_made_once) {
  TestRandom random;
  std::string first;
  std::string again;
  std::string control;
  done([&](WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(first, settings::installation_id(tx, random));
    TRY_ASSIGN(control, settings::control_id(tx, random));
    return {};
  });
  store_.reset();
  store_ = open_test_store(folder_);
  done([&](WriteTransaction& tx) -> Result<void> {
    TRY_ASSIGN(again, settings::installation_id(tx, random));
    return {};
  });
  EXPECT_EQ(first, again);
  EXPECT_EQ(first.size(), 12U);
  EXPECT_EQ(control.size(), 36U);
}

TEST_F(Tables, history_comes_back_newest_first_and_page_by_page) {
  done([](WriteTransaction& tx) { return insert_sample(tx, "iris"); });
  for (int n = 1; n <= 3; ++n) {
    done([&](WriteTransaction& tx) {
      return history::append(tx, {.deployment_id = "iris",
                                  .time = now_,
                                  .kind = "update",
                                  .revision = n,
                                  .actor = "ada",
                                  .message = "größer",
                                  .changes = {{"replicas", "1", std::to_string(n)}}});
    });
  }
  const auto page = [this](int64_t before, int limit) {
    return seen([&](ReadTransaction& tx) { return history::before(tx, "iris", before, limit); });
  };
  const auto first = page(0, 2);
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(first[0].revision, 3);
  EXPECT_EQ(first[0].message, "größer");
  EXPECT_EQ(first[0].changes, (std::vector<domain::SpecChange>{{"replicas", "1", "3"}}));
  const auto second = page(first.back().sequence, 2);
  ASSERT_EQ(second.size(), 1U);
  EXPECT_EQ(second[0].revision, 1);
  EXPECT_EQ(refused([](WriteTransaction& tx) {
              return history::append(tx, {.deployment_id = "gone", .kind = "stop"});
            }),
            ErrorCode::kNotFound);
}

TEST_F(Tables, history_keeps_the_newest_entries_of_each_deployment) {
  done([](WriteTransaction& tx) -> Result<void> {
    TRY(insert_sample(tx, "iris"));
    for (int n = 0; n < history::kKeptPerDeployment + 3; ++n) {
      TRY(history::append(tx, {.deployment_id = "iris", .kind = "stop", .revision = n}));
    }
    return {};
  });
  const auto all = seen([](ReadTransaction& tx) { return history::before(tx, "iris", 0, 5000); });
  EXPECT_EQ(all.size(), static_cast<size_t>(history::kKeptPerDeployment));
  EXPECT_EQ(all.back().revision, 3);
}

TEST_F(Tables, lists_in_every_order_page_by_page_without_losing_or_repeating_any) {
  constexpr int kCount = 23;
  done([this](WriteTransaction& tx) -> Result<void> {
    for (int n = 0; n < kCount; ++n) {
      domain::Deployment d = sample_deployment(fmt::format("id-{:02}", n));
      d.name = n % 3 == 0 ? "Same" : fmt::format("name {}", n % 5);
      d.created_at = now_ + std::chrono::seconds(n % 4);
      d.updated_at = now_ - std::chrono::seconds(n % 6);
      d.desire = n % 7 == 0 ? domain::Desire::kStopped : domain::Desire::kRunning;
      TRY(deployments::insert(tx, d));
    }
    domain::Status failed;
    failed.phase = domain::Phase::kFailed;
    failed.generation = 1;
    TRY(statuses::put(tx, "id-01", failed, now_));
    failed.generation = 7;  // of another generation: not shown
    return statuses::put(tx, "id-02", failed, now_);
  });
  using deployments::SortBy;
  for (const SortBy sort : {SortBy::kId, SortBy::kName, SortBy::kUpdated, SortBy::kCreated,
                            SortBy::kStatus, SortBy::kGroup}) {
    for (const bool descending : {false, true}) {
      deployments::ListQuery query;
      query.sort = sort;
      query.descending = descending;
      query.limit = 1000;
      const std::vector<std::string> whole = ids(query);
      EXPECT_EQ(whole.size(), static_cast<size_t>(kCount));
      std::vector<std::string> paged;
      query.limit = 4;
      while (true) {
        const auto page = seen([&](ReadTransaction& tx) { return deployments::list(tx, query); });
        for (const auto& row : page) paged.push_back(row.deployment.id);
        if (page.size() < 4) break;
        query.after_id = page.back().deployment.id;
        query.after_key = page.back().key;
      }
      EXPECT_EQ(paged, whole) << static_cast<int>(sort) << descending;
    }
  }
  deployments::ListQuery query;
  query.phase = domain::Phase::kFailed;
  EXPECT_EQ(ids(query), std::vector<std::string>{"id-01"});
  query.phase = domain::Phase::kStopping;
  EXPECT_EQ(ids(query).size(), 4U);
}

TEST_F(Tables, a_revision_is_found_by_its_tag_and_goes_when_it_is_removed) {
  done([](WriteTransaction& tx) -> Result<void> {
    TRY(insert_sample(tx, "iris"));
    return revisions::set_tag(tx, "iris", 1, "golden");
  });
  const auto tagged = [](ReadTransaction& tx) { return revisions::find_tag(tx, "iris", "golden"); };
  EXPECT_EQ(seen(tagged), 1);
  const auto facts = seen([](ReadTransaction& tx) { return revisions::facts(tx, "iris"); });
  ASSERT_EQ(facts.size(), 1U);
  EXPECT_TRUE(facts[0].is_tagged);
  EXPECT_EQ(refused([](WriteTransaction& tx) { return revisions::set_tag(tx, "iris", 2, "x"); }),
            ErrorCode::kNotFound);
  done([](WriteTransaction& tx) { return revisions::remove(tx, "iris", 1); });
  EXPECT_EQ(seen(tagged), std::nullopt);
}

}  // namespace
}  // namespace slipway::store
