#include "control/kept_answers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "store/idempotency_keys.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using testing::HasSubstr;
using testing::Not;

class KeptAnswersTest : public testing::Test {
 protected:
  static KeptAnswer made() {
    return {.status = 201,
            .content_type = "application/json",
            .body = R"({"name":"visible-in-no-file"})",
            .fields = {{"Location", "/api/v1/groups/x"}}};
  }
  std::string refusal(const std::string& user, const std::string& key, const std::string& request) {
    const auto begun = answers_->begin(user, key, request);
    return begun ? "" : begun.error().message;
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  identity::SecretBox box_{{identity::make_secret_key(random_)}, random_};
  std::unique_ptr<KeptAnswers> answers_ = make_kept_answers(*store_, box_, clock_);
};

TEST_F(KeptAnswersTest, gives_a_repeat_what_the_first_was_answered) {
  ASSERT_FALSE(*answers_->begin("ada", "k", "request"));
  ASSERT_TRUE(answers_->keep("ada", "k", "request", made()));
  answers_->end("ada", "k");
  const auto again = answers_->begin("ada", "k", "request");
  ASSERT_TRUE(again && *again);
  EXPECT_EQ((*again)->status, 201);
  EXPECT_EQ((*again)->body, made().body);
  EXPECT_EQ((*again)->fields, made().fields);
  EXPECT_EQ((*again)->content_type, "application/json");
  EXPECT_FALSE(*answers_->begin("bob", "k", "request"));
  EXPECT_FALSE(*answers_->begin("ada", "k2", "request"));
}

TEST_F(KeptAnswersTest, refuses_a_key_for_another_request) {
  ASSERT_FALSE(*answers_->begin("ada", "k", "request"));
  ASSERT_TRUE(answers_->keep("ada", "k", "request", made()));
  EXPECT_THAT(refusal("ada", "k", "request 2"), HasSubstr("used for another request"));
  ASSERT_TRUE(store_->write([&](store::WriteTransaction& tx) {
    return store::idempotency_keys::insert(tx, {"ada", "c", "00ff", "iris", clock_.now()});
  }));
  EXPECT_THAT(refusal("ada", "c", "request"), HasSubstr("used for another request"));
}

TEST_F(KeptAnswersTest, refuses_a_repeat_while_the_first_is_under_way_or_was_cut_off) {
  ASSERT_FALSE(*answers_->begin("ada", "k", "request"));
  EXPECT_THAT(refusal("ada", "k", "request"), HasSubstr("carried out at this moment"));
  const auto after_a_crash = make_kept_answers(*store_, box_, clock_);
  const auto again = after_a_crash->begin("ada", "k", "request");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kConflict);
  EXPECT_THAT(again.error().message, HasSubstr("cut off"));
}

TEST_F(KeptAnswersTest, lets_a_key_be_used_again_when_nothing_was_done_or_a_day_has_gone) {
  ASSERT_FALSE(*answers_->begin("ada", "k", "request"));
  ASSERT_TRUE(answers_->forget("ada", "k"));
  answers_->end("ada", "k");
  ASSERT_FALSE(*answers_->begin("ada", "k", "request 2"));
  ASSERT_TRUE(answers_->keep("ada", "k", "request 2", made()));
  answers_->end("ada", "k");
  clock_.advance(std::chrono::hours(25));
  EXPECT_FALSE(*answers_->begin("ada", "k", "request 3"));
}

TEST_F(KeptAnswersTest, stores_nothing_in_clear_and_of_a_secret_nothing_at_all) {
  ASSERT_FALSE(*answers_->begin("ada", "k", "password=in-the-request"));
  ASSERT_TRUE(answers_->keep("ada", "k", "password=in-the-request", made()));
  answers_->end("ada", "k");
  KeptAnswer secret = made();
  secret.showed_secret = true;
  ASSERT_FALSE(*answers_->begin("ada", "s", "request"));
  ASSERT_TRUE(answers_->keep("ada", "s", "request", secret));
  const auto again = answers_->begin("ada", "s", "request");
  ASSERT_TRUE(again && *again);
  EXPECT_TRUE((*again)->showed_secret);
  EXPECT_EQ((*again)->body, "");
  answers_.reset();
  store_.reset();
  std::ifstream file(folder_.database(), std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), {});
  EXPECT_THAT(bytes, HasSubstr("idempotency_keys"));
  EXPECT_THAT(bytes, Not(HasSubstr("in-the-request")));
  EXPECT_THAT(bytes, Not(HasSubstr("visible-in-no-file")));
}

}  // namespace
}  // namespace slipway::control
