#include "control/certificate_notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "domain/webhook.h"
#include "store/test_store.h"
#include "store/webhooks.h"

namespace slipway::control {
namespace {

using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SomeGateways final : public GatewayFeed {
 public:
  void publish(std::vector<snapshot::Route>) override {}
  uint64_t adopted_everywhere() const override { return 0; }
  uint64_t oldest_in_use() const override { return 0; }
  std::shared_ptr<const snapshot::Snapshot> current() const override { return nullptr; }
  std::vector<GatewayView> gateways() const override { return views; }
  void poll(const snapshot::Ack&, uint64_t, std::chrono::milliseconds,
            std::function<void(std::shared_ptr<const std::string>)>) override {}

  std::vector<GatewayView> views;
};

struct CertificateNoticesTest : testing::Test {
  void SetUp() override {
    make("platform", "", {std::string(domain::kCertificateNotice)});
    make("other", "", {std::string(domain::kQuotaNotice)});
    make("group", "default", {std::string(domain::kCertificateNotice)});
  }
  void make(const std::string& id, const std::string& group, std::vector<std::string> events) {
    ASSERT_TRUE(store->write([&](store::WriteTransaction& tx) {
      store::WebhookRow row;
      row.id = id;
      row.group = group;
      row.name = id;
      row.url = "https://hooks.example/";
      row.events = std::move(events);
      row.sealed = "sealed";
      row.created_by = row.updated_by = "root";
      row.created_at = row.updated_at = clock.now();
      return store::webhooks::insert(tx, row);
    }));
  }
  snapshot::ServedCertificate ending_in(const std::string& name, std::chrono::seconds left) {
    return {name, to_unix_micros(clock.now()) / 1'000'000 + left.count()};
  }
  void look() {
    const auto told = tell_of_certificates(*store, feed, outbox, clock.now());
    ASSERT_TRUE(told) << told.error().message;
  }
  // Reasons of what webhook `id` is told, the oldest first.
  std::vector<std::string> told(const std::string& id) {
    const auto rows = store->read([&](store::ReadTransaction& tx) {
      return store::deliveries::newest(tx, id, INT64_MAX, 100);
    });
    EXPECT_TRUE(rows);
    std::vector<std::string> out;
    for (const store::DeliveryRow& row : *rows) {
      const Json body = *parse_json(row.body);
      EXPECT_EQ(body["type"], "certificate.expiring");
      last = body["data"];
      out.insert(out.begin(), last["reason"].get<std::string>());
    }
    if (!rows->empty()) last = (*parse_json(rows->front().body))["data"];
    return out;
  }

  store::TestFolder folder;
  store::TestClock clock;
  std::unique_ptr<store::Store> store = store::open_test_store(folder);
  Outbox outbox{"https://slipway.example"};
  SomeGateways feed;
  Json last;
};

TEST_F(CertificateNoticesTest, each_threshold_is_told_once_to_the_platforms_webhooks) {
  feed.views = {{.id = "one", .certificates = {ending_in("models.example", days(15))}},
                {.id = "two", .certificates = {ending_in("models.example", days(15))}}};
  look();
  EXPECT_THAT(told("platform"), IsEmpty());
  clock.advance(hours(24) + hours(1));
  look();
  look();
  EXPECT_THAT(told("platform"), ElementsAre(HasSubstr("expires in less than 14 days")));
  EXPECT_EQ(last["certificate"]["name"], "models.example");
  EXPECT_EQ(last["gateways"], (Json{"one", "two"}));
  EXPECT_EQ(last["expired"], false);
  clock.advance(days(11));
  look();
  look();
  EXPECT_THAT(told("platform"), ElementsAre(HasSubstr("14 days"), HasSubstr("less than 3 days")));
  clock.advance(days(3));
  look();
  look();
  EXPECT_THAT(told("platform"),
              ElementsAre(HasSubstr("14 days"), HasSubstr("3 days"), HasSubstr("has expired")));
  EXPECT_EQ(last["expired"], true);
  EXPECT_THAT(told("other"), IsEmpty());
  EXPECT_THAT(told("group"), IsEmpty());
}

TEST_F(CertificateNoticesTest, what_is_seen_late_is_told_as_it_is_and_a_new_one_is_another) {
  feed.views = {{.id = "one", .certificates = {ending_in("models.example", hours(2))}}};
  look();
  EXPECT_THAT(told("platform"), ElementsAre(HasSubstr("less than 3 days")));
  feed.views = {{.id = "one", .certificates = {ending_in("models.example", days(90))}}};
  look();
  EXPECT_EQ(told("platform").size(), 1u);
  clock.advance(days(80));
  look();
  EXPECT_THAT(told("platform"), ElementsAre(HasSubstr("3 days"), HasSubstr("14 days")));
}

TEST_F(CertificateNoticesTest, of_several_certificates_each_is_told) {
  feed.views = {
      {.id = "one",
       .certificates = {ending_in("a.example", -hours(1)), ending_in("b.example", days(1)),
                        ending_in("c.example", days(400))}}};
  look();
  EXPECT_THAT(told("platform"), ElementsAre(HasSubstr("a.example has expired"),
                                            HasSubstr("b.example expires in less than 3")));
}

}  // namespace
}  // namespace slipway::control
