#include "operations/doctor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <set>

#include "base/json.h"
#include "operations/doctor_checks.h"
#include "operations/state_files.h"
#include "os/file.h"
#include "os/socket.h"
#include "store/database.h"
#include "store/test_store.h"

namespace slipway::operations {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr uint64_t kGiB = uint64_t{1} << 30U;

class Doctor : public ::testing::Test {
 protected:
  Doctor() {
    EXPECT_TRUE(os::make_directory(state(), 0700));
    auto opened = store::Store::open(state() / kDatabaseFile);
    if (!opened) throw std::runtime_error(opened.error().message);
    store_ = std::move(*opened);
    EXPECT_TRUE(os::replace_file(state() / "secrets.key", "key", 0600));
  }
  fs::path state() const { return folder_.path() / "state"; }

  Findings look() {
    return examine(
        {.state_dir = state(), .listen = "127.0.0.1:0", .clock = clock_, .engine = [this] {
           return engine_;
         }});
  }
  static Finding worst(const Findings& findings) {
    Finding worst = findings.at(0);
    for (const Finding& finding : findings) {
      if (finding.verdict > worst.verdict) worst = finding;
    }
    return worst;
  }
  // The problem that there is, as "check: message -> remedy".
  static std::string problem_of(const Findings& findings) {
    const Finding bad = worst(findings);
    if (bad.verdict != Verdict::kProblem) return "(none)";
    return bad.check + ": " + bad.message + " -> " + bad.remedy;
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  std::unique_ptr<store::Store> store_;
  Result<engine::Capabilities> engine_ = engine::Capabilities{.name = "docker", .version = "20"};
};

TEST_F(Doctor, finds_no_problem_beside_an_open_store_and_on_a_closed_one) {
  Findings findings = look();
  EXPECT_EQ(problem_of(findings), "(none)");
  std::set<std::string> checks;
  for (const Finding& finding : findings) {
    checks.insert(finding.check);
    EXPECT_EQ(finding.remedy.empty(), finding.verdict == Verdict::kOk) << finding.message;
  }
  EXPECT_THAT(checks, testing::UnorderedElementsAre("state directory", "disk", "database", "keys",
                                                    "engine", "front door", "clock", "limits"));
  store_.reset();
  EXPECT_EQ(problem_of(look()), "(none)");
}

TEST_F(Doctor, says_the_same_in_text_and_json) {
  engine_ = fail(ErrorCode::kUnavailable, "no engine answers at /run/x.sock");
  const Findings findings = look();
  EXPECT_TRUE(any_problem(findings));
  const std::string text = findings_text(findings);
  EXPECT_THAT(text, HasSubstr("problem  engine: no engine answers at /run/x.sock\n         -> "));
  const auto document = parse_json(findings_json(findings));
  ASSERT_TRUE(document);
  EXPECT_EQ(document->at("ok"), false);
  EXPECT_EQ(document->at("checks").size(), findings.size());
}

TEST_F(Doctor, names_what_others_can_reach_and_the_command_that_closes_it) {
  ASSERT_EQ(::chmod(state().c_str(), 0755), 0);
  EXPECT_THAT(problem_of(look()), HasSubstr("chmod 700 " + state().string()));
  ASSERT_EQ(::chmod(state().c_str(), 0700), 0);
  ASSERT_EQ(::chmod((state() / "secrets.key").c_str(), 0640), 0);
  EXPECT_THAT(problem_of(look()), HasSubstr("chmod 600 " + (state() / "secrets.key").string()));
}

TEST_F(Doctor, takes_a_machine_before_its_first_start_as_it_is) {
  const Findings findings = examine({.state_dir = folder_.path() / "not" / "yet",
                                     .listen = "127.0.0.1:0",
                                     .clock = clock_,
                                     .engine = [this] { return engine_; }});
  EXPECT_EQ(problem_of(findings), "(none)");
  EXPECT_FALSE(fs::exists(folder_.path() / "not"));
  EXPECT_EQ(worst(check_state_directory(folder_.path() / "not")).verdict, Verdict::kWarning);
}

TEST_F(Doctor, sees_a_damaged_database_and_does_not_touch_it) {
  store_.reset();
  auto bytes = os::read_file(state() / kDatabaseFile, kGiB);
  ASSERT_TRUE(bytes);
  bytes->replace(100, 8000, std::string(8000, '\xa5'));
  ASSERT_TRUE(os::replace_file(state() / kDatabaseFile, *bytes, 0600));
  EXPECT_THAT(problem_of(look()), HasSubstr("restore a backup"));
  EXPECT_EQ(*os::read_file(state() / kDatabaseFile, kGiB), *bytes);
  ASSERT_TRUE(os::replace_file(state() / kDatabaseFile, "no database", 0600));
  EXPECT_THAT(problem_of(look()), HasSubstr("database: "));
}

TEST_F(Doctor, tells_a_newer_schema_from_an_older_one) {
  store_.reset();
  const auto set_version = [&](int version) {
    auto database = store::Database::open(
        state() / kDatabaseFile, store::Database::Mode::kReadWrite, std::chrono::milliseconds(100));
    ASSERT_TRUE(database && (*database)->execute("PRAGMA user_version=" + std::to_string(version)));
  };
  set_version(1);
  const Finding older = worst(check_database(state()));
  EXPECT_EQ(older.verdict, Verdict::kWarning);
  EXPECT_THAT(older.message, HasSubstr("it has schema 1"));
  set_version(1000);
  EXPECT_THAT(problem_of(look()), HasSubstr("newer Slipway"));
}

TEST_F(Doctor, misses_the_key_of_secrets_that_are_there) {
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) {
    return tx.database().execute(
        "INSERT INTO pull_secrets VALUES ('', 's', 'r', x'00', 'ada', 0, 'ada', 0, 1)");
  }));
  EXPECT_EQ(worst(check_keys(state())).verdict, Verdict::kOk);
  fs::remove(state() / "secrets.key");
  EXPECT_THAT(problem_of(check_keys(state())), HasSubstr("1 sealed secrets"));
  ASSERT_TRUE(os::replace_file(state() / "secrets.key", "", 0600));
  EXPECT_THAT(problem_of(check_keys(state())), HasSubstr("is empty"));
}

TEST_F(Doctor, knows_a_taken_front_door_from_a_free_and_from_our_own) {
  const auto taken = os::listen_tcp({"127.0.0.1", 0});
  ASSERT_TRUE(taken);
  const std::string listen = "127.0.0.1:" + std::to_string(*os::local_port(taken->get()));
  EXPECT_THAT(problem_of(check_front_door(state(), listen)), HasSubstr(listen));
  EXPECT_EQ(worst(check_front_door(state(), "127.0.0.1:0")).verdict, Verdict::kOk);
  EXPECT_THAT(problem_of(check_front_door(state(), "nonsense")), HasSubstr("is not IP:PORT"));
  // A lock that names somebody else does not make it ours.
  ASSERT_TRUE(os::replace_file(state() / "lock", "1\n", 0600));
  ASSERT_TRUE(os::replace_file(state() / "url", "http://" + listen + "\n", 0600));
  EXPECT_EQ(worst(check_front_door(state(), listen)).verdict, Verdict::kProblem);
}

TEST_F(Doctor, warns_of_an_engine_that_isolates_or_limits_nothing) {
  engine_->isolates = false;
  engine_->limits_resources = false;
  EXPECT_EQ(check_engine(engine_).size(), 3U);
  EXPECT_FALSE(any_problem(check_engine(engine_)));
}

TEST(DoctorJudges, space_by_what_is_left) {
  const auto verdict = [](const Space& space) { return judge_space(space).at(0).verdict; };
  EXPECT_EQ(verdict({50 * kGiB, 100 * kGiB, 100'000, 200'000}), Verdict::kOk);
  EXPECT_EQ(verdict({kGiB / 2, 100 * kGiB, 100'000, 200'000}), Verdict::kWarning);
  EXPECT_EQ(verdict({1000, 100 * kGiB, 100'000, 200'000}), Verdict::kProblem);
  EXPECT_EQ(verdict({50 * kGiB, 100 * kGiB, 10, 200'000}), Verdict::kWarning);
  EXPECT_EQ(verdict({50 * kGiB, 100 * kGiB, 0, 200'000}), Verdict::kProblem);
  EXPECT_EQ(verdict({50 * kGiB, 100 * kGiB, 0, 0}), Verdict::kOk) << "not counted";
}

TEST(DoctorJudges, the_clock_by_itself_and_by_ntp_alone) {
  const Timestamp now = from_unix_micros(1'800'000'000'000'000);
  const auto verdict = [](const ClockFacts& facts) { return judge_clock(facts).at(0).verdict; };
  EXPECT_EQ(verdict({.now = now, .ntp_error = std::chrono::milliseconds(20)}), Verdict::kOk);
  EXPECT_EQ(verdict({.now = now, .ntp_error = std::chrono::seconds(5)}), Verdict::kWarning);
  EXPECT_EQ(verdict({.now = Timestamp{}, .ntp_error = {}}), Verdict::kProblem);
  EXPECT_EQ(verdict({.now = now, .monotonic_went_back = true, .ntp_error = {}}), Verdict::kProblem);
  const Finding unkept = judge_clock({.now = now, .ntp_error = {}}).at(0);
  EXPECT_EQ(unkept.verdict, Verdict::kWarning);
  EXPECT_THAT(unkept.message, testing::Not(HasSubstr("wrong by")));
}

}  // namespace
}  // namespace slipway::operations
