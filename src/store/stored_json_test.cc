#include "store/stored_json.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway::store {
namespace {

// Text as the rules let it in: UTF-8.
rc::Gen<std::string> text() {
  return rc::gen::map(
      rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 8)), [](const std::vector<int>& v) {
        static const char* const kPieces[] = {"a", "\"", "\\", "\n", "花", "😀", "\x01", ":"};
        std::string out;
        for (const int i : v) out += kPieces[i];
        return out;
      });
}

domain::Spec any_spec() {
  domain::Spec spec;
  spec.image = *text();
  spec.instance_type = *text();
  spec.replicas = *rc::gen::inRange(1, 101);
  for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
    spec.environment.push_back({*text(), *text()});
    spec.metadata.push_back({*text(), *text()});
  }
  spec.description = *text();
  spec.port = *rc::gen::inRange(1, 65'536);
  if (*rc::gen::arbitrary<bool>()) spec.health_path = *text();
  spec.progress_deadline = std::chrono::seconds(*rc::gen::inRange(10, 86'401));
  spec.request_timeout = std::chrono::milliseconds(*rc::gen::inRange(100, 3'600'001));
  spec.body_limit = *rc::gen::inRange<int64_t>(1, (int64_t{1} << 32) + 1);
  spec.drain_time = std::chrono::seconds(*rc::gen::inRange(0, 3601));
  spec.replica_concurrency = *rc::gen::inRange<int64_t>(0, 10'001);
  spec.requests_per_minute = *rc::gen::inRange<int64_t>(0, 10'000'001);
  spec.allow_websocket = *rc::gen::arbitrary<bool>();
  return spec;
}

TEST(StoredJson, gives_every_spec_back) {
  EXPECT_TRUE(rc::check("round trip", [] {
    const domain::Spec spec = any_spec();
    const auto again = decode_spec(encode_spec(spec));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == spec);
  }));
}

TEST(StoredJson, gives_every_status_back) {
  EXPECT_TRUE(rc::check("round trip", [] {
    domain::Status status;
    status.phase = *rc::gen::element(domain::Phase::kDeploying, domain::Phase::kDeployed,
                                     domain::Phase::kStopping, domain::Phase::kStopped,
                                     domain::Phase::kFailed);
    status.reason = *text();
    status.generation = *rc::gen::arbitrary<int64_t>();
    status.serving_revision = *rc::gen::arbitrary<int64_t>();
    status.ready_replicas = *rc::gen::arbitrary<int>();
    status.wanted_replicas = *rc::gen::arbitrary<int>();
    status.since = from_unix_micros(*rc::gen::arbitrary<int64_t>());
    if (*rc::gen::arbitrary<bool>()) {
      status.trouble =
          domain::ReplicaTrouble{*text(), from_unix_micros(7), *text(), {*text(), *text()}};
    }
    const auto again = decode_status(encode_status(status));
    RC_ASSERT(again.has_value());
    RC_ASSERT(*again == status);
  }));
}

TEST(StoredJson, reads_what_is_missing_as_the_default) {
  const auto spec = decode_spec(R"({"image":"iris:1","instance_type":"cpu-1"})");
  ASSERT_TRUE(spec);
  domain::Spec wanted;
  wanted.image = "iris:1";
  wanted.instance_type = "cpu-1";
  EXPECT_EQ(*spec, wanted);
}

TEST(StoredJson, refuses_what_it_never_writes) {
  for (const char* bad :
       {"", "7", "[]", R"({"replicas":"two"})", R"({"replicas":99999999999})",
        R"({"environment":[["a"]]})", R"({"environment":{}})", R"({"health_path":7})"}) {
    const auto spec = decode_spec(bad);
    ASSERT_FALSE(spec) << bad;
    EXPECT_EQ(spec.error().code, ErrorCode::kInternal);
  }
  for (const char* bad : {"{}", R"({"phase":"Great"})", R"({"phase":"Failed","trouble":7})",
                          R"({"phase":"Failed","trouble":{"log_tail":[7]}})"}) {
    EXPECT_FALSE(decode_status(bad)) << bad;
  }
}

}  // namespace
}  // namespace slipway::store
