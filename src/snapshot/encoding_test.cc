#include "snapshot/encoding.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "snapshot/byte_cursor.h"
#include "snapshot/digest.h"

namespace slipway::snapshot {
namespace {

Snapshot small() {
  Snapshot snapshot;
  snapshot.version = 7;
  snapshot.control_id = "k3v9";
  snapshot.published_at_micros = 1'795'000'000'000'000;
  Route route;
  route.deployment = "iris";
  route.state = RouteState::kServing;
  route.revision = 3;
  route.replicas = {{"r1", "10.0.0.2", 9000}};
  snapshot.routes.push_back(route);
  Route stopped;
  stopped.deployment = "mnist";
  stopped.state = RouteState::kStopped;
  stopped.reason = "stopped by alice";
  snapshot.routes.push_back(stopped);
  return snapshot;
}

// The bytes with a checksum that fits, as a writer with other ideas would have made them.
std::string resealed(std::string bytes) {
  bytes.resize(bytes.size() - sizeof(Digest));
  const Digest digest = digest_of(bytes);
  return bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
}

rc::Gen<std::string> id() {
  return rc::gen::map(rc::gen::container<std::string>(
                          rc::gen::elementOf(std::string("abcdefghijklmnopqrstuvwxyz0123456789-"))),
                      [](std::string text) { return "i" + text.substr(0, 60); });
}

rc::Gen<Snapshot> any_snapshot() {
  return rc::gen::exec([] {
    Snapshot snapshot;
    snapshot.version = *rc::gen::positive<uint64_t>();
    snapshot.control_id = *id();
    snapshot.published_at_micros = *rc::gen::arbitrary<int64_t>();
    for (const std::string& deployment : *rc::gen::unique<std::vector<std::string>>(id())) {
      Route route;
      route.deployment = deployment;
      route.revision = *rc::gen::arbitrary<uint64_t>();
      route.request_timeout_ms = *rc::gen::arbitrary<uint32_t>();
      route.body_limit_bytes = *rc::gen::arbitrary<uint64_t>();
      route.drain_ms = *rc::gen::arbitrary<uint32_t>();
      route.replica_concurrency = *rc::gen::arbitrary<uint32_t>();
      route.prediction_path = "/" + *id();
      for (const std::string& replica : *rc::gen::unique<std::vector<std::string>>(id())) {
        route.replicas.push_back({replica, *rc::gen::element<std::string>("127.0.0.1", "fd00::1"),
                                  *rc::gen::inRange<uint16_t>(1, 65535)});
      }
      route.state = route.replicas.empty() ? RouteState::kNotReady : RouteState::kServing;
      if (route.replicas.empty()) route.reason = *id();
      snapshot.routes.push_back(std::move(route));
    }
    snapshot.sort_routes();
    return snapshot;
  });
}

TEST(Encoding, what_was_encoded_is_decoded) {
  const bool holds = rc::check([] {
    // Small sizes: many snapshots rather than long ones.
    const Snapshot snapshot = *rc::gen::resize(12, any_snapshot());
    const Result<std::string> bytes = encode(snapshot);
    RC_ASSERT(bytes.has_value());
    const Result<Snapshot> decoded = decode(*bytes);
    RC_ASSERT(decoded.has_value());
    RC_ASSERT(*decoded == snapshot);
    RC_ASSERT(encode(*decoded).value() == *bytes);
  });
  EXPECT_TRUE(holds);
}

TEST(Encoding, an_empty_platform_has_a_snapshot_too) {
  Snapshot snapshot;
  snapshot.version = 1;
  snapshot.control_id = "c";
  const Result<Snapshot> decoded = decode(encode(snapshot).value());
  ASSERT_TRUE(decoded);
  EXPECT_EQ(*decoded, snapshot);
}

TEST(Encoding, every_truncation_is_refused) {
  const std::string bytes = encode(small()).value();
  for (size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_FALSE(decode(std::string_view(bytes).substr(0, length))) << length;
  }
}

TEST(Encoding, every_flipped_bit_is_refused) {
  std::string bytes = encode(small()).value();
  ASSERT_TRUE(decode(bytes));
  for (size_t bit = 0; bit < bytes.size() * 8; ++bit) {
    const auto mask = static_cast<char>(1 << (bit % 8));
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
    EXPECT_FALSE(decode(bytes)) << "bit " << bit;
    bytes[bit / 8] = static_cast<char>(bytes[bit / 8] ^ mask);
  }
}

TEST(Encoding, trailing_bytes_are_refused_with_and_without_a_fitting_checksum) {
  std::string bytes = encode(small()).value();
  EXPECT_FALSE(decode(bytes + "x"));
  bytes.insert(bytes.size() - sizeof(Digest), "x");
  EXPECT_FALSE(decode(resealed(bytes)));
}

TEST(Encoding, a_truncation_with_a_fitting_checksum_is_refused) {
  const std::string bytes = encode(small()).value();
  for (size_t length = sizeof(Digest); length < bytes.size(); ++length) {
    EXPECT_FALSE(decode(resealed(bytes.substr(0, length)))) << length;
  }
}

TEST(Encoding, changed_bytes_with_a_fitting_checksum_never_decode_to_an_invalid_snapshot) {
  const std::string bytes = encode(small()).value();
  for (size_t at = 0; at + sizeof(Digest) < bytes.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7F, 0xFF, bytes[at] + 1}) {
      std::string changed = bytes;
      changed[at] = static_cast<char>(value);
      const Result<Snapshot> decoded = decode(resealed(changed));
      EXPECT_TRUE(!decoded || validate(*decoded).has_value()) << at;
    }
  }
}

TEST(Encoding, unsorted_and_duplicate_routes_are_refused_on_both_sides) {
  Snapshot snapshot = small();
  std::swap(snapshot.routes[0], snapshot.routes[1]);
  const Result<std::string> unsorted = encode(snapshot);
  ASSERT_FALSE(unsorted);
  EXPECT_EQ(unsorted.error().code, ErrorCode::kInternal);
  // "mnist" becomes "aaaaa" in the bytes: sorted before "iris".
  std::string bytes = encode(small()).value();
  bytes.replace(bytes.find("mnist"), 5, "aaaaa");
  const Result<Snapshot> decoded = decode(resealed(bytes));
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("sorted"), std::string::npos);
}

TEST(Encoding, a_newer_format_is_refused_by_name) {
  std::string bytes = encode(small()).value();
  bytes[12] = 2;
  const Result<Snapshot> decoded = decode(resealed(bytes));
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("format is 2"), std::string::npos)
      << decoded.error().message;
}

TEST(Encoding, a_section_that_only_newer_readers_know_is_skipped) {
  std::string bytes = encode(small()).value();
  bytes[14] = 3;  // sections
  std::string section;
  append_number(section, uint16_t{9});
  append_string(section, "later");
  bytes.insert(bytes.size() - sizeof(Digest), section);
  const Result<Snapshot> decoded = decode(resealed(bytes));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, small());
}

TEST(Encoding, a_count_without_the_bytes_for_it_costs_no_memory) {
  std::string bytes = encode(small()).value();
  // The count of replicas stands in front of the first replica's record.
  const size_t count = bytes.find("r1") - 4 - 4 - 4;
  ASSERT_EQ(bytes[count], 1);
  bytes.replace(count, 4, std::string("\x10\x27\x00\x00", 4));  // 10,000
  EXPECT_FALSE(decode(resealed(bytes)));
}

TEST(Digest, is_blake2b_with_16_bytes) {
  // From b2sum -l 128 of "abc".
  const Digest expected = {0xcf, 0x4a, 0xb7, 0x91, 0xc6, 0x2b, 0x8d, 0x2b,
                           0x21, 0x09, 0xc9, 0x02, 0x75, 0x28, 0x78, 0x16};
  EXPECT_EQ(digest_of("abc"), expected);
}

}  // namespace
}  // namespace slipway::snapshot
