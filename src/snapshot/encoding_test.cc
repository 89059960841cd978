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
  route.replicas = {{"r1", "10.0.0.2", 9000, "iris:3"}};
  route.access = Access::kPrivate;
  Client bot;
  bot.name = "bot";
  bot.digest.fill(0xB0);
  bot.previous_digest.fill(0xA0);
  bot.previous_until_micros = 1'795'000'060'000'000;
  bot.expires_at_micros = 1'796'000'000'000'000;
  bot.requests_per_minute = 600;
  route.clients = {bot};
  snapshot.digest_key.fill(0x5A);
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

rc::Gen<TokenDigest> digest() {
  return rc::gen::map(rc::gen::inRange(1, 256), [](int first) {
    TokenDigest out{};
    for (size_t i = 0; i < out.size(); ++i) {
      out[i] = static_cast<uint8_t>(static_cast<size_t>(first) * (i + 1));
    }
    return out;
  });
}

rc::Gen<Client> client_named(const std::string& name) {
  return rc::gen::exec([name] {
    Client client;
    client.name = name;
    client.digest = *digest();
    if (*rc::gen::arbitrary<bool>()) {
      client.previous_digest = *digest();
      client.previous_until_micros = *rc::gen::inRange<int64_t>(1, INT64_MAX);
    }
    if (*rc::gen::arbitrary<bool>()) {
      client.expires_at_micros = *rc::gen::inRange<int64_t>(0, INT64_MAX);
    }
    client.requests_per_minute = *rc::gen::arbitrary<uint32_t>();
    return client;
  });
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
                                  *rc::gen::inRange<uint16_t>(1, 65535), *id()});
      }
      route.state = route.replicas.empty() ? RouteState::kNotReady : RouteState::kServing;
      if (route.replicas.empty()) route.reason = *id();
      if (*rc::gen::arbitrary<bool>()) {
        route.access = Access::kPrivate;
        for (const std::string& name : *rc::gen::unique<std::vector<std::string>>(id())) {
          route.clients.push_back(*client_named(name));
        }
      }
      route.requests_per_minute = *rc::gen::arbitrary<uint32_t>();
      route.websocket = *rc::gen::arbitrary<bool>();
      snapshot.routes.push_back(std::move(route));
    }
    snapshot.digest_key = *digest();
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

// Fields are added at the end of records: a gateway may keep a file that has none of them.
TEST(Encoding, a_replica_of_an_older_writer_has_no_image_or_no_unix_socket) {
  Snapshot snapshot;
  snapshot.version = 1;
  snapshot.control_id = "c";
  Route& route = snapshot.routes.emplace_back();
  route.deployment = "iris";
  route.state = RouteState::kServing;
  route.replicas = {{"r1", "10.0.0.2", 9000}};
  // Of its last five bytes, the length of the empty image and the flag, so many go, and are taken
  // from the lengths of all that it is in.
  for (const size_t missing : {1, 5}) {
    std::string bytes = encode(snapshot).value();
    const size_t host = bytes.find("10.0.0.2");
    bytes.erase(host + 8 + 2 + 5 - missing, missing);
    const size_t replica = host - 4 - 2 - 4 - 4;
    const size_t name = bytes.find("iris");
    for (const size_t length : {replica, name - 4 - 4, name - 4 - 4 - 4 - 4}) {
      bytes[length] = static_cast<char>(bytes[length] - static_cast<char>(missing));
    }
    const Result<Snapshot> decoded = decode(resealed(bytes));
    ASSERT_TRUE(decoded) << missing << ": " << decoded.error().message;
    EXPECT_EQ(*decoded, snapshot);
  }
}

// The last route of the snapshot without the last bytes of its record.
std::string cut_last_route(const Snapshot& snapshot, int bytes) {
  std::string out = encode(snapshot).value();
  // The route's length stands in front of its id, the section's in front of the count of routes.
  const size_t route = out.find(snapshot.routes.back().deployment) - 8;
  out.erase(out.size() - sizeof(Digest) - static_cast<size_t>(bytes), static_cast<size_t>(bytes));
  for (const size_t length : {route, route - 8}) {
    out[length] = static_cast<char>(out[length] - bytes);
  }
  return resealed(out);
}

TEST(Encoding, a_route_of_an_older_writer_has_no_rate_and_no_websocket) {
  Snapshot snapshot = small();
  snapshot.routes = {snapshot.routes[1]};
  Snapshot limited = snapshot;
  limited.routes[0].requests_per_minute = 7;
  limited.routes[0].websocket = true;
  EXPECT_EQ(decode(encode(limited).value()).value(), limited);
  const Result<Snapshot> decoded = decode(cut_last_route(limited, 5));
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(*decoded, snapshot);
  for (int bytes = 1; bytes < 5; ++bytes) {
    EXPECT_FALSE(decode(cut_last_route(limited, bytes))) << bytes;
  }
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

// The first format knew no private routes: what it says about access cannot be believed.
TEST(Encoding, another_format_older_or_newer_is_refused_by_name) {
  for (const int format : {1, 3}) {
    std::string bytes = encode(small()).value();
    bytes[12] = static_cast<char>(format);
    const Result<Snapshot> decoded = decode(resealed(bytes));
    ASSERT_FALSE(decoded);
    EXPECT_NE(decoded.error().message.find("format is " + std::to_string(format)),
              std::string::npos)
        << decoded.error().message;
  }
}

TEST(Encoding, a_route_that_ends_before_its_access_is_refused) {
  Snapshot snapshot = small();
  snapshot.routes = {snapshot.routes[1]};
  // Behind access and the count of clients, five bytes, stand a rate and websocket, five more.
  const Result<Snapshot> decoded = decode(cut_last_route(snapshot, 10));
  ASSERT_FALSE(decoded);
  EXPECT_NE(decoded.error().message.find("route 0 is malformed"), std::string::npos)
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

TEST(TokenDigestTest, is_blake2b_with_32_bytes_and_a_key) {
  DigestKey key;
  for (size_t i = 0; i < key.size(); ++i) key[i] = static_cast<uint8_t>(i);
  // From Python's hashlib.blake2b(b"slc_abc", digest_size=32, key=bytes(range(32))).
  const TokenDigest expected = {0x58, 0xa6, 0x85, 0xd8, 0xf4, 0x26, 0x7e, 0x27, 0xe9, 0x5c, 0x6d,
                                0x9e, 0xe9, 0x5f, 0x57, 0xd7, 0xc6, 0xd6, 0xff, 0xca, 0xb8, 0xcd,
                                0xd9, 0xd7, 0xef, 0x6c, 0x82, 0x5e, 0xfd, 0xd8, 0xe1, 0x45};
  EXPECT_EQ(token_digest("slc_abc", key), expected);
  key[0] = 1;
  EXPECT_NE(token_digest("slc_abc", key), expected);
}

TEST(TokenDigestTest, is_the_same_only_when_every_byte_is) {
  TokenDigest a{};
  EXPECT_TRUE(same_digest(a, TokenDigest{}));
  for (size_t i = 0; i < a.size(); ++i) {
    TokenDigest b{};
    b[i] = 1;
    EXPECT_FALSE(same_digest(a, b)) << i;
  }
  EXPECT_TRUE(same_secret("secret", "secret"));
  EXPECT_FALSE(same_secret("secret", "secreT"));
  EXPECT_FALSE(same_secret("secret", "secret2"));
}

}  // namespace
}  // namespace slipway::snapshot
