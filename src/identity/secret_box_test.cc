#include "identity/secret_box.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "store/test_store.h"

namespace slipway::identity {
namespace {

using testing::HasSubstr;

TEST(SecretBox, opens_what_it_sealed) {
  store::TestRandom random;
  const SecretBox box({make_secret_key(random)}, random);
  const bool holds = rc::check([&](const std::string& plain, const std::string& owner) {
    const auto opened = box.open(box.seal(plain, owner), owner);
    RC_ASSERT(opened.has_value());
    RC_ASSERT(*opened == plain);
  });
  EXPECT_TRUE(holds);
}

TEST(SecretBox, never_seals_the_same_twice_and_hides_it) {
  store::TestRandom random;
  const SecretBox box({make_secret_key(random)}, random);
  const std::string sealed = box.seal("correct horse", "a");
  EXPECT_NE(sealed, box.seal("correct horse", "a"));
  EXPECT_EQ(sealed.find("horse"), std::string::npos);
}

TEST(SecretBox, refuses_another_row_and_every_changed_byte) {
  store::TestRandom random;
  const SecretBox box({make_secret_key(random)}, random);
  const std::string sealed = box.seal("hush", secret_owner("t", "a", "bc"));
  EXPECT_FALSE(box.open(sealed, secret_owner("t", "ab", "c")));
  for (size_t i = 0; i < sealed.size(); ++i) {
    std::string broken = sealed;
    broken[i] = static_cast<char>(broken[i] ^ 1);
    EXPECT_FALSE(box.open(broken, secret_owner("t", "a", "bc"))) << i;
  }
  for (size_t length = 0; length < sealed.size(); ++length) {
    EXPECT_FALSE(box.open(sealed.substr(0, length), secret_owner("t", "a", "bc"))) << length;
  }
}

TEST(SecretBox, tells_keys_apart) {
  store::TestRandom random;
  const SecretKey old_key = make_secret_key(random);
  const SecretKey new_key = make_secret_key(random);
  EXPECT_NE(old_key.id(), new_key.id());
  EXPECT_EQ(old_key.id().size(), 16U);
  const SecretBox before({old_key}, random);
  const SecretBox during({new_key, old_key}, random);
  const SecretBox after({new_key}, random);
  const std::string sealed = before.seal("hush", "a");
  EXPECT_EQ(during.open(sealed, "a").value(), "hush");
  EXPECT_FALSE(during.is_current(sealed));
  EXPECT_TRUE(during.is_current(during.seal("hush", "a")));
  EXPECT_FALSE(after.knows_key_of(sealed));
  EXPECT_THAT(after.open(sealed, "a").error().message, HasSubstr("key file"));
}

TEST(SecretKeys, are_read_as_they_were_written) {
  store::TestRandom random;
  const std::vector<SecretKey> keys = {make_secret_key(random), make_secret_key(random)};
  const auto read = parse_secret_keys(format_secret_keys(keys));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, keys);
}

TEST(SecretKeys, what_is_no_key_is_refused_by_line_and_not_quoted) {
  for (const char* bad : {"", "# nothing\n", "hush\n", "slipway-secrets-key-1 hush\n",
                          "slipway-secrets-key-1 aHVzaA==\n"}) {
    const auto read = parse_secret_keys(bad);
    ASSERT_FALSE(read) << bad;
    EXPECT_EQ(read.error().message.find("hush"), std::string::npos);
  }
  store::TestRandom random;
  const auto second = parse_secret_keys(format_secret_keys({make_secret_key(random)}) + "x\n");
  EXPECT_THAT(second.error().message, HasSubstr("line 4"));
}

}  // namespace
}  // namespace slipway::identity
