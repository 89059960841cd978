#include "identity/password.h"

#include <gtest/gtest.h>

#include "store/test_store.h"

namespace slipway::identity {
namespace {

TEST(Password, is_verified_against_its_own_hash_only) {
  const auto hash = hash_password("correct horse");
  ASSERT_TRUE(hash);
  EXPECT_TRUE(hash->starts_with("$argon2id$")) << *hash;
  EXPECT_TRUE(verify_password(*hash, "correct horse"));
  EXPECT_FALSE(verify_password(*hash, "correct horsf"));
  EXPECT_FALSE(verify_password(*hash, ""));
}

TEST(Password, hashes_differ_for_the_same_password) {
  EXPECT_NE(hash_password("correct horse"), hash_password("correct horse"));
}

TEST(Password, is_not_verified_against_what_is_no_hash) {
  for (const char* bad : {"", "x", "$argon2id$", "correct horse"}) {
    EXPECT_FALSE(verify_password(bad, "correct horse")) << bad;
  }
}

TEST(Password, must_be_of_a_sensible_length) {
  EXPECT_FALSE(check_password("1234567"));
  EXPECT_TRUE(check_password("12345678"));
  EXPECT_TRUE(check_password(std::string(1024, 'x')));
  EXPECT_FALSE(check_password(std::string(1025, 'x')));
  EXPECT_FALSE(check_password(std::string("12345678\0", 9)));
}

TEST(Password, that_was_generated_is_long_and_new) {
  store::TestRandom random;
  const std::string one = generate_password(random);
  EXPECT_EQ(one.size(), 23U);
  EXPECT_NE(one, generate_password(random));
  EXPECT_TRUE(check_password(one));
}

}  // namespace
}  // namespace slipway::identity
