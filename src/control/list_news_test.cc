#include "control/list_news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "store/test_store.h"

namespace slipway::control {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
constexpr std::chrono::milliseconds kNow{0};

class ListNewsTest : public testing::Test {
 protected:
  void change(const std::string& id) { store_->change_feed().announce({0, {id}, {id}}); }

  store::TestFolder folder_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  std::unique_ptr<ListNews> news_ = make_list_news(*store_, random_);
};

TEST_F(ListNewsTest, tells_what_changed_since_a_position_each_id_once) {
  change("before");
  const std::string here = news_->position();
  EXPECT_THAT(news_->after(here, kNow).ids, IsEmpty());
  change("b");
  change("a");
  change("b");
  const ListNews::Since since = news_->after(here, kNow);
  EXPECT_FALSE(since.is_lost);
  EXPECT_THAT(since.ids, ElementsAre("a", "b"));
  EXPECT_THAT(news_->after(since.position, kNow).ids, IsEmpty());
  EXPECT_THAT(news_->after(here, kNow).ids, ElementsAre("a", "b"));
}

TEST_F(ListNewsTest, wakes_who_waits) {
  const std::string here = news_->position();
  std::thread other([&] { change("iris"); });
  const ListNews::Since since = news_->after(here, std::chrono::minutes(1));
  other.join();
  EXPECT_THAT(since.ids, ElementsAre("iris"));
}

TEST_F(ListNewsTest, is_lost_after_too_much_and_after_another_start) {
  const std::string here = news_->position();
  for (size_t i = 0; i < ListNews::kKept; ++i) change(std::to_string(i));
  EXPECT_FALSE(news_->after(here, kNow).is_lost);
  change("one more");
  const ListNews::Since since = news_->after(here, kNow);
  EXPECT_TRUE(since.is_lost);
  EXPECT_EQ(since.position, news_->position());
  const auto restarted = make_list_news(*store_, random_);
  EXPECT_TRUE(restarted->after(since.position, kNow).is_lost);
  for (const std::string& odd : {std::string(), std::string("x"), here + "x", here + "99999999"}) {
    EXPECT_TRUE(news_->after(odd, kNow).is_lost) << odd;
  }
}

TEST_F(ListNewsTest, finds_what_the_list_would_show) {
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::furnish_for_test(tx));
    return store::insert_sample(tx, "iris");
  }));
  Caller ada;
  ada.user = "ada";
  ada.groups = {"default"};
  const auto finds = [&](const Caller& caller, const DeploymentFilter& filter,
                         const std::string& id = "iris") {
    const auto found = news_->find(caller, filter, id);
    EXPECT_TRUE(found);
    return found && *found;
  };
  DeploymentFilter in_default;
  in_default.groups = {"default"};
  DeploymentFilter in_other;
  in_other.groups = {"other"};
  DeploymentFilter like_iris;
  like_iris.search = "IRI";
  DeploymentFilter like_rose;
  like_rose.search = "rose";
  DeploymentFilter stopped;
  stopped.phase = domain::Phase::kStopped;
  EXPECT_TRUE(finds(ada, {}));
  EXPECT_FALSE(finds(ada, {}, "rose"));
  EXPECT_TRUE(finds(ada, in_default));
  EXPECT_FALSE(finds(ada, in_other));
  EXPECT_TRUE(finds(ada, like_iris));
  EXPECT_FALSE(finds(ada, like_rose));
  EXPECT_FALSE(finds(ada, stopped));
  Caller eve;
  eve.user = "eve";
  eve.groups = {"other"};
  EXPECT_FALSE(finds(eve, {}));
  EXPECT_FALSE(finds(eve, in_default));
}

}  // namespace
}  // namespace slipway::control
