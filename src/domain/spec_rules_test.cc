#include "domain/spec_rules.h"

#include <gtest/gtest.h>

#include <functional>

#include "domain/environment_rules.h"

namespace slipway::domain {
namespace {

Spec good() {
  Spec spec;
  spec.image = "iris:1";
  spec.instance_type = "cpu-1";
  return spec;
}

// The only complaint's path; "" for none, "many" for several.
std::string complaint(const std::function<void(Spec&)>& change) {
  Spec spec = good();
  change(spec);
  const auto problems = check_spec(spec);
  if (problems.empty()) return "";
  return problems.size() == 1 ? problems[0].path : "many";
}

TEST(SpecRules, accept_a_plain_spec) { EXPECT_TRUE(check_spec(good()).empty()); }

TEST(SpecRules, hold_numbers_to_their_ranges_at_both_ends) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  for (const int n : {0, -1, 101, 1'000'000'000}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.replicas = n; }), "replicas") << n;
  }
  for (const int n : {1, 100}) EXPECT_EQ(complaint([n](Spec& s) { s.replicas = n; }), "") << n;
  for (const int n : {0, -1, 65'536}) EXPECT_EQ(complaint([n](Spec& s) { s.port = n; }), "port");
  for (const int n : {1, 65'535}) EXPECT_EQ(complaint([n](Spec& s) { s.port = n; }), "");
  for (const int n : {9, 86'401}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.progress_deadline = seconds(n); }), "progress_deadline");
  }
  for (const int n : {10, 86'400}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.progress_deadline = seconds(n); }), "");
  }
  for (const int n : {99, 3'600'001}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.request_timeout = milliseconds(n); }), "request_timeout");
  }
  for (const int n : {100, 3'600'000}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.request_timeout = milliseconds(n); }), "");
  }
  for (const int64_t n : {int64_t{0}, int64_t{-1}, (int64_t{1} << 32) + 1}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.body_limit = n; }), "body_limit");
  }
  for (const int64_t n : {int64_t{1}, int64_t{1} << 32}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.body_limit = n; }), "");
  }
  for (const int64_t n : {int64_t{-1}, int64_t{10'001}}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.replica_concurrency = n; }), "replica_concurrency");
  }
  for (const int64_t n : {int64_t{0}, int64_t{10'000}}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.replica_concurrency = n; }), "");
  }
  for (const int64_t n : {int64_t{-1}, int64_t{10'000'001}}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.requests_per_minute = n; }), "requests_per_minute");
  }
  for (const int64_t n : {int64_t{0}, int64_t{10'000'000}}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.requests_per_minute = n; }), "");
  }
  for (const int n : {-1, 3601}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.drain_time = seconds(n); }), "drain_time");
  }
  for (const int n : {0, 3600}) {
    EXPECT_EQ(complaint([n](Spec& s) { s.drain_time = seconds(n); }), "");
  }
}

TEST(SpecRules, name_every_wrong_field_at_once_and_what_was_given) {
  Spec spec = good();
  spec.image = "No Image";
  spec.replicas = -1;
  spec.environment = {{"OK", "1"}, {"1BAD", "x"}};
  const auto problems = check_spec(spec);
  ASSERT_EQ(problems.size(), 3U);
  EXPECT_EQ(problems[0].path, "image");
  EXPECT_NE(problems[0].message.find("No Image"), std::string::npos);
  EXPECT_EQ(problems[1], (FieldError{"replicas", "must be 1 to 100; it is -1"}));
  EXPECT_EQ(problems[2].path, "environment[1].name");
  EXPECT_NE(problems[2].message.find("1BAD"), std::string::npos);
}

TEST(SpecRules, hold_health_paths_to_visible_ascii) {
  for (const char* path : {"", "health", "/a b", "/a\n", "/ä", "/a#b"}) {
    EXPECT_EQ(complaint([path](Spec& s) { s.health_path = path; }), "health_path") << path;
  }
  EXPECT_EQ(complaint([](Spec& s) { s.health_path = "/v2/health?full=1"; }), "");
  EXPECT_EQ(complaint([](Spec& s) { s.health_path = "/" + std::string(512, 'a'); }), "health_path");
  EXPECT_EQ(complaint([](Spec& s) { s.health_path = "/" + std::string(511, 'a'); }), "");
}

TEST(EnvironmentRules, refuse_names_outside_the_grammar_doubled_ones_and_the_platforms) {
  for (const char* name : {"", "1A", "A-B", "A B", "A=B", "Ä", "PREDICTIVE_UNIT_ID", "SELDON_X",
                           "SLIPWAY_REPLICA", "PREDICTOR_ID", "A\n"}) {
    EXPECT_EQ(complaint([name](Spec& s) {
                s.environment = {{name, "v"}};
              }),
              "environment[0].name")
        << name;
  }
  EXPECT_EQ(complaint([](Spec& s) {
              s.environment = {{"A", "1"}, {"B", "2"}, {"A", "3"}};
            }),
            "environment[2].name");
  EXPECT_EQ(complaint([](Spec& s) { s.environment = {{"_a9", ""}, {"A", "line\nline"}}; }), "");
}

TEST(EnvironmentRules, bound_single_values_the_number_and_the_sum) {
  const auto with_value = [](size_t bytes) {
    return complaint([bytes](Spec& s) { s.environment = {{"A", std::string(bytes, 'x')}}; });
  };
  EXPECT_EQ(with_value(kMaxEnvironmentValueBytes), "");
  EXPECT_EQ(with_value(kMaxEnvironmentValueBytes + 1), "environment[0].value");
  const auto with_entries = [](size_t count, size_t bytes) {
    return complaint([count, bytes](Spec& s) {
      for (size_t i = 0; i < count; ++i) {
        s.environment.push_back({"A" + std::to_string(i), std::string(bytes, 'x')});
      }
    });
  };
  EXPECT_EQ(with_entries(200, 1), "");
  EXPECT_EQ(with_entries(201, 1), "environment");
  EXPECT_EQ(with_entries(4, kMaxEnvironmentValueBytes - 2), "");
  EXPECT_EQ(with_entries(4, kMaxEnvironmentValueBytes), "environment");
}

TEST(EnvironmentRules, never_repeat_a_value) {
  const std::string secret = "s3cret" + std::string(1, '\0');
  for (const auto& problem : check_environment({{"A", secret}, {"B", "s3cret\xff"}})) {
    EXPECT_EQ(problem.message.find("s3cret"), std::string::npos) << problem.message;
  }
  EXPECT_EQ(check_environment({{"A", secret}, {"B", "s3cret\xff"}}).size(), 2U);
}

TEST(SpecRules, bound_metadata) {
  EXPECT_EQ(complaint([](Spec& s) { s.metadata = {{"", "v"}}; }), "metadata[0].key");
  EXPECT_EQ(complaint([](Spec& s) { s.metadata = {{"k", "v"}, {"k", "w"}}; }), "metadata[1].key");
  EXPECT_EQ(complaint([](Spec& s) {
              s.metadata = {{std::string(129, 'k'), "v"}};
            }),
            "metadata[0].key");
  EXPECT_EQ(complaint([](Spec& s) {
              s.metadata = {{"k", std::string(4097, 'v')}};
            }),
            "metadata[0].value");
  EXPECT_EQ(complaint([](Spec& s) { s.metadata = {{std::string(128, 'k'), "多\n行"}}; }), "");
  EXPECT_EQ(complaint([](Spec& s) {
              for (int i = 0; i < 101; ++i) s.metadata.push_back({std::to_string(i), ""});
            }),
            "metadata");
}

TEST(NameRules, accept_visible_text_of_1_to_80_characters) {
  EXPECT_EQ(check_name("x"), std::nullopt);
  EXPECT_EQ(check_name("鳶尾花 模型"), std::nullopt);
  std::string eighty;
  for (int i = 0; i < 80; ++i) eighty += "花";
  EXPECT_EQ(check_name(eighty), std::nullopt);
  for (const std::string& bad :
       {std::string(), std::string("   "), std::string(" x"), eighty + "x", std::string("a\tb"),
        std::string("a\nb"), std::string("a\x7f"),
        std::string("a\xe2\x80\xae"
                    "b"),
        std::string("\xff"), std::string("\xc0\x80"), std::string("\xed\xa0\x80")}) {
    EXPECT_NE(check_name(bad), std::nullopt) << bad;
  }
}

TEST(MessageRules, allow_lines_and_bound_the_length) {
  EXPECT_EQ(check_message(""), std::nullopt);
  EXPECT_EQ(check_message("one\ntwo"), std::nullopt);
  EXPECT_EQ(check_message(std::string(2000, 'm')), std::nullopt);
  EXPECT_NE(check_message(std::string(2001, 'm')), std::nullopt);
}

TEST(SpecRules, shorten_what_was_given) {
  Spec spec = good();
  spec.image = std::string(5000, 'X');
  for (const auto& problem : check_spec(spec)) EXPECT_LT(problem.message.size(), 300U);
}

}  // namespace
}  // namespace slipway::domain
