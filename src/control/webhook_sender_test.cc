// Webhooks as a whole: use case, outbox, sender and a real receiver on loopback that answers as a
// test tells it. The clock stands still until the test turns it, so pauses take no time.
#include "control/webhook_sender.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <deque>

#include "base/json.h"
#include "control/retention_job.h"
#include "control/webhooks.h"
#include "domain/webhook.h"
#include "identity/webhook_signature.h"
#include "store/audit.h"
#include "store/test_store.h"

namespace slipway::control {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr seconds kPatience{60};

// Answers each request with the next status, the last one for ever; 0: holds it until the end.
class Receiver {
 public:
  explicit Receiver(std::deque<int> statuses) : statuses_(std::move(statuses)) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    ::listen(listener_, 16);
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    {
      const std::lock_guard lock(mutex_);
      ending_ = true;
    }
    changed_.notify_all();
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/hook"; }
  // Head and body of each request, once there are so many.
  std::vector<std::string> requests(size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return requests_.size() >= count; });
    return requests_;
  }
  void say(std::string text) {
    const std::lock_guard lock(mutex_);
    reply_ = std::move(text);
  }

 private:
  void run() {
    while (true) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      std::string request = read_request(fd);
      int status = 0;
      std::string reply;
      {
        std::unique_lock lock(mutex_);
        requests_.push_back(std::move(request));
        status = statuses_.front();
        reply = reply_;
        if (statuses_.size() > 1) statuses_.pop_front();
        changed_.notify_all();
        if (status == 0) changed_.wait(lock, [this] { return ending_; });
      }
      const std::string answer = "HTTP/1.1 " + std::to_string(status) +
                                 " X\r\nLocation: http://169.254.169.254/\r\nConnection: close\r\n"
                                 "Content-Length: " +
                                 std::to_string(reply.size()) + "\r\n\r\n" + reply;
      if (status != 0) (void)::send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
      ::close(fd);
    }
  }
  static std::string read_request(int fd) {
    std::string text;
    char c = 0;
    size_t wanted = std::string::npos;
    while (text.size() < wanted && ::recv(fd, &c, 1, 0) == 1) {
      text += c;
      if (wanted != std::string::npos || !text.ends_with("\r\n\r\n")) continue;
      const size_t at = text.find("Content-Length: ");
      wanted = text.size() + (at == std::string::npos ? 0 : std::stoul(text.substr(at + 16)));
    }
    return text;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<int> statuses_;
  std::vector<std::string> requests_;
  std::string reply_ = "thanks";
  bool ending_ = false;
  int listener_ = -1;
  uint16_t port_ = 0;
  std::thread thread_;
};

std::string field(const std::string& request, const std::string& name) {
  const size_t at = request.find(name + ": ");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 2;
  return request.substr(begin, request.find("\r\n", begin) - begin);
}
std::string body(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

class WebhookSenderTest : public testing::Test {
 protected:
  WebhookSenderTest() {
    EXPECT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
      TRY(store::furnish_for_test(tx));
      return store::insert_sample(tx, "iris");
    }));
    admin_.user = "grace";
    admin_.groups = admin_.admin_of = {"default"};
    member_.user = "mary";
    member_.groups = {"default"};
    stranger_.user = "eve";
    platform_.user = "root";
    platform_.platform_admin = true;
  }

  void start() {
    sender_.emplace(WebhookSenderParts{.store = *store_,
                                       .box = box_,
                                       .clock = clock_,
                                       .random = random_,
                                       .allowed = allowed_,
                                       .logger = Logger::silent(),
                                       .version = "1"});
  }
  // Its id; the secret is kept.
  std::string make(const std::string& url,
                   std::vector<std::string> events = {"deployment.failed", "quota.refused"}) {
    const auto made = webhooks_->create(admin_, {"default", "Chat", url, std::move(events), true});
    EXPECT_TRUE(made) << made.error().message;
    secret_ = made->secret;
    return made->webhook.id;
  }
  void tell(domain::Phase phase, bool proven = false, int64_t generation = 1) {
    const auto done = store_->write([&](store::WriteTransaction& tx) -> Result<void> {
      domain::Status status;
      status.phase = phase;
      status.reason = "because";
      status.generation = generation;
      return outbox_.tell_status(tx, store::sample_deployment("iris"), status, proven,
                                 clock_.now());
    });
    ASSERT_TRUE(done) << done.error().message;
  }
  void tell_quota(const std::string& name = "iris") {
    ASSERT_TRUE(store_->write([&](store::WriteTransaction& tx) {
      return outbox_.tell_quota(tx, "default", name, "group 'default' may use 1 CPU", clock_.now());
    }));
  }
  std::vector<DeliveryView> deliveries(const std::string& id) {
    return webhooks_->deliveries(admin_, id, "", 200)->items;
  }
  // "type state", the oldest first.
  std::vector<std::string> told(const std::string& id) {
    std::vector<std::string> out;
    for (const DeliveryView& one : deliveries(id)) {
      out.insert(out.begin(), one.type + " " + one.state);
    }
    return out;
  }
  // Until the newest delivery has so many tries.
  DeliveryView tried(const std::string& id, size_t tries) {
    const auto give_up = std::chrono::steady_clock::now() + kPatience;
    while (true) {
      const auto all = deliveries(id);
      if (!all.empty() && all[0].attempts.size() >= tries) return all[0];
      if (std::chrono::steady_clock::now() > give_up) {
        ADD_FAILURE() << "no " << tries << " tries";
        return all.empty() ? DeliveryView{} : all[0];
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
  }
  void turn(std::chrono::microseconds by) {
    clock_.advance(by);
    if (sender_) sender_->wake();
  }

  store::TestFolder folder_;
  store::TestClock clock_;
  store::TestRandom random_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  identity::SecretBox box_{{identity::make_secret_key(random_)}, random_};
  PrivateAddresses allowed_ = PrivateAddresses::parse("127.0.0.1").value();
  Outbox outbox_{"https://slipway.example"};
  std::unique_ptr<Webhooks> webhooks_ =
      make_webhooks({*store_, box_, clock_, random_, outbox_, allowed_});
  std::optional<WebhookSender> sender_;
  Caller admin_;
  Caller member_;
  Caller stranger_;
  Caller platform_;
  std::string secret_;
};

TEST_F(WebhookSenderTest, sends_what_happened_signed_until_it_is_accepted) {
  Receiver receiver({500, 302, 204});
  start();
  const std::string id = make(receiver.url());
  tell(domain::Phase::kFailed);
  EXPECT_EQ(tried(id, 1).state, "pending");
  turn(seconds(6));
  EXPECT_EQ(tried(id, 2).state, "pending");
  turn(seconds(40));
  const DeliveryView done = tried(id, 3);
  EXPECT_EQ(done.state, "delivered");
  EXPECT_EQ(done.attempts[0].status, 500);
  EXPECT_EQ(done.attempts[1].status, 302) << "a redirect is not followed";
  EXPECT_EQ(done.attempts[2].status, 204);
  EXPECT_EQ(done.attempts[0].reply, "thanks");

  const auto requests = receiver.requests(3);
  ASSERT_EQ(requests.size(), 3U);
  for (const std::string& request : requests) {
    EXPECT_THAT(request, testing::StartsWith("POST /hook HTTP/1.1\r\n"));
    EXPECT_EQ(field(request, "webhook-id"), done.id);
    EXPECT_EQ(body(request), done.body);
    EXPECT_EQ(
        field(request, "webhook-signature"),
        identity::webhook_signature(
            secret_, done.id, std::stoll(field(request, "webhook-timestamp")), body(request)));
    EXPECT_EQ(field(request, "Content-Type"), "application/json");
  }
  const Json told = *parse_json(done.body);
  EXPECT_EQ(told["type"], "deployment.failed");
  EXPECT_EQ(told["data"]["deployment"]["id"], "iris");
  EXPECT_EQ(told["data"]["group"], "default");
  EXPECT_EQ(told["data"]["reason"], "because");
  EXPECT_EQ(told["data"]["url"], "https://slipway.example/api/v1/deployments/iris");
}

TEST_F(WebhookSenderTest, what_was_told_before_a_kill_is_sent_after_it) {
  Receiver receiver({200});
  const std::string id = make(receiver.url());
  tell(domain::Phase::kFailed);
  EXPECT_THAT(told(id), ElementsAre("deployment.failed pending"));
  webhooks_.reset();
  store_.reset();
  store_ = store::open_test_store(folder_);
  webhooks_ = make_webhooks({*store_, box_, clock_, random_, outbox_, allowed_});
  start();
  EXPECT_EQ(tried(id, 1).state, "delivered");
}

TEST_F(WebhookSenderTest, nothing_is_told_of_what_did_not_commit) {
  const std::string id = make("http://127.0.0.1:9/");
  EXPECT_FALSE(store_->write([&](store::WriteTransaction& tx) -> Result<void> {
    TRY(outbox_.tell_quota(tx, "default", "iris", "x", clock_.now()));
    return fail(ErrorCode::kConflict, "no");
  }));
  EXPECT_THAT(told(id), IsEmpty());
}

TEST_F(WebhookSenderTest, is_given_up_after_a_day_of_tries) {
  Receiver receiver({503});
  start();
  const std::string id = make(receiver.url());
  tell(domain::Phase::kFailed);
  for (size_t tries = 1; tries < 9; ++tries) {
    EXPECT_EQ(tried(id, tries).state, "pending");
    turn(hours(12));
  }
  const DeliveryView over = tried(id, 9);
  EXPECT_EQ(over.state, "failed");
  EXPECT_FALSE(over.next_at);
  // Somebody may ask for it again; it begins anew under the same id.
  ASSERT_TRUE(webhooks_->redeliver(admin_, id, over.id));
  EXPECT_EQ(tried(id, 10).state, "pending");
  EXPECT_EQ(receiver.requests(10).size(), 10U);
}

TEST_F(WebhookSenderTest, a_receiver_that_is_gone_is_asked_no_more) {
  Receiver receiver({410});
  start();
  const std::string id = make(receiver.url());
  tell(domain::Phase::kFailed);
  EXPECT_EQ(tried(id, 1).state, "failed");
  const auto disabled = webhooks_->get(admin_, id);
  EXPECT_FALSE(disabled->enabled);
  EXPECT_THAT(disabled->disabled_reason, HasSubstr("410"));
  tell_quota();
  EXPECT_EQ(told(id).size(), 1U);
  const auto refused = webhooks_->test(admin_, id);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kConflict);
  const auto enabled = webhooks_->update(admin_, id, {.enabled = true}, {});
  EXPECT_TRUE(enabled->enabled);
  EXPECT_EQ(enabled->disabled_reason, "");
}

TEST_F(WebhookSenderTest, slow_receivers_hold_no_other_up) {
  std::deque<Receiver> slow;
  std::vector<std::string> ids;
  start();
  for (size_t i = 0; i < WebhookSender::kThreads - 1; ++i) {
    slow.emplace_back(std::deque<int>{0});
    ids.push_back(make(slow.back().url()));
  }
  tell(domain::Phase::kFailed);
  for (Receiver& receiver : slow) EXPECT_EQ(receiver.requests(1).size(), 1U);
  // They hold what they got; who answers is told all the same.
  Receiver quick({200});
  const std::string id = make(quick.url());
  tell_quota();
  EXPECT_EQ(tried(id, 1).state, "delivered");
  sender_.reset();
  EXPECT_THAT(deliveries(ids[0]).back().attempts, IsEmpty()) << "what we cut off is no try";
}

TEST_F(WebhookSenderTest, a_reply_is_short_and_never_shows_the_secret) {
  Receiver receiver({200});
  const std::string id = make(receiver.url());
  receiver.say("you are " + secret_ + std::string(4000, '!'));
  start();
  tell(domain::Phase::kFailed);
  const std::string reply = tried(id, 1).attempts[0].reply;
  EXPECT_LE(reply.size(), WebhookSender::kReplyBytes);
  EXPECT_THAT(reply, HasSubstr("you are ***"));
  EXPECT_THAT(reply, Not(HasSubstr(secret_)));
}

TEST_F(WebhookSenderTest, an_address_is_refused_when_it_is_connected_to) {
  // A name that is harmless to read leads to loopback, which nobody allowed.
  allowed_ = {};
  webhooks_ = make_webhooks({*store_, box_, clock_, random_, outbox_, allowed_});
  start();
  Receiver receiver({200});
  std::string url = receiver.url();
  url.replace(url.find("127.0.0.1"), 9, "localhost");
  const std::string id = make(url);
  tell(domain::Phase::kFailed);
  const DeliveryView refused = tried(id, 1);
  EXPECT_EQ(refused.attempts[0].status, 0);
  EXPECT_THAT(refused.attempts[0].error, HasSubstr("private address"));
  EXPECT_THAT(receiver.requests(0), IsEmpty());
}

TEST_F(WebhookSenderTest, a_failure_is_told_once_and_its_end_too) {
  const std::string id = make("http://127.0.0.1:9/",
                              {"deployment.deployed", "deployment.failed", "deployment.recovered"});
  tell(domain::Phase::kDeploying);
  tell(domain::Phase::kDeployed, /*proven=*/true);
  turn(minutes(2));
  tell(domain::Phase::kDeploying);
  tell(domain::Phase::kDeployed);
  EXPECT_THAT(told(id), ElementsAre("deployment.deployed pending"));
  tell(domain::Phase::kFailed);
  tell(domain::Phase::kDeploying);
  tell(domain::Phase::kFailed);
  turn(minutes(2));
  tell(domain::Phase::kDeployed);
  EXPECT_THAT(told(id), ElementsAre("deployment.deployed pending", "deployment.failed pending",
                                    "deployment.recovered pending"));
  turn(minutes(2));
  tell(domain::Phase::kFailed, false, 2);
  turn(minutes(2));
  tell(domain::Phase::kFailed, false, 3);
  turn(minutes(2));
  tell(domain::Phase::kStopped);
  tell(domain::Phase::kDeployed, true, 4);
  EXPECT_THAT(told(id), testing::Contains("deployment.failed pending").Times(3));
  EXPECT_THAT(told(id).back(), "deployment.deployed pending");
}

TEST_F(WebhookSenderTest, a_deployment_that_flaps_makes_no_storm_and_its_last_state_is_told) {
  Receiver receiver({200});
  start();
  const std::string id = make(receiver.url(), {"deployment.failed", "deployment.recovered"});
  for (int i = 0; i < 20; ++i) {
    tell(domain::Phase::kFailed);
    clock_.advance(seconds(1));
    tell(domain::Phase::kDeployed);
    clock_.advance(seconds(1));
  }
  tell(domain::Phase::kFailed);
  // One of each went out at most; the last one waits for its minute.
  EXPECT_LE(told(id).size(), 3U);
  EXPECT_EQ(told(id).back(), "deployment.failed pending");
  turn(minutes(2));
  EXPECT_EQ(tried(id, 1).type, "deployment.failed");
}

TEST_F(WebhookSenderTest, only_who_wants_it_is_told) {
  const std::string own = make("http://127.0.0.1:9/", {"quota.refused"});
  const auto all = webhooks_->create(
      platform_, {"", "All", "http://127.0.0.1:9/", {"quota.refused", "deployment.failed"}, true});
  ASSERT_TRUE(all) << all.error().message;
  tell(domain::Phase::kFailed);
  tell_quota();
  tell_quota("another");
  tell_quota();
  EXPECT_EQ(told(own).size(), 3U) << "the repeated one waits for its minute";
  EXPECT_EQ(webhooks_->deliveries(platform_, all->webhook.id, "", 200)->items.size(), 4U);
}

TEST_F(WebhookSenderTest, is_managed_by_its_groups_admins_and_hidden_from_strangers) {
  const std::string id = make("http://127.0.0.1:9/");
  const auto platform =
      webhooks_->create(platform_, {"", "All", "http://127.0.0.1:9/", {"quota.refused"}, true});
  ASSERT_TRUE(platform);
  EXPECT_EQ(webhooks_->list(platform_)->size(), 2U);
  EXPECT_EQ(webhooks_->list(admin_)->size(), 1U);
  EXPECT_THAT(*webhooks_->list(member_), IsEmpty());
  const auto code = [](const auto& refused) { return refused.error().code; };
  EXPECT_EQ(code(webhooks_->get(member_, id)), ErrorCode::kDenied);
  EXPECT_EQ(code(webhooks_->get(stranger_, id)), ErrorCode::kNotFound);
  EXPECT_EQ(code(webhooks_->get(admin_, platform->webhook.id)), ErrorCode::kNotFound);
  EXPECT_EQ(code(webhooks_->rotate(member_, id)), ErrorCode::kDenied);
  EXPECT_EQ(code(webhooks_->deliveries(member_, id, "", 5)), ErrorCode::kDenied);
  const NewWebhook wanted{"default", "Chat", "http://127.0.0.1:9/", {"quota.refused"}, true};
  EXPECT_EQ(code(webhooks_->create(member_, wanted)), ErrorCode::kDenied);
  EXPECT_EQ(code(webhooks_->create(stranger_, wanted)), ErrorCode::kInvalid);
  Caller reader = admin_;
  reader.may_write = false;
  EXPECT_EQ(code(webhooks_->remove(reader, id, {})), ErrorCode::kDenied);
  EXPECT_TRUE(webhooks_->get(reader, id));
  EXPECT_EQ(code(webhooks_->update(admin_, id, {.name = "x"}, 7)), ErrorCode::kPrecondition);
  EXPECT_TRUE(webhooks_->remove(admin_, id, 1));
  EXPECT_EQ(code(webhooks_->get(admin_, id)), ErrorCode::kNotFound);
}

TEST_F(WebhookSenderTest, names_every_wrong_field) {
  const auto refused = webhooks_->create(
      admin_,
      {"default", "", "ftp://x", {"deployment.exploded", "quota.refused", "quota.refused"}, true});
  ASSERT_FALSE(refused);
  std::vector<std::string> paths;
  for (const FieldError& one : refused.error().fields) paths.push_back(one.path);
  EXPECT_THAT(paths, ElementsAre("name", "url", "events[0]", "events[1]", "events[2]"));
  EXPECT_FALSE(webhooks_->create(admin_, {"default", "Chat", "https://x.example/", {}, true}));
}

TEST_F(WebhookSenderTest,
       its_secret_is_in_no_table_in_the_clear_and_its_url_is_masked_in_the_audit) {
  const std::string id = make("http://127.0.0.1:9/T0/secret-path");
  const std::string first = secret_;
  const auto rotated = webhooks_->rotate(admin_, id);
  ASSERT_TRUE(rotated);
  EXPECT_NE(rotated->secret, first);
  EXPECT_THAT(rotated->secret, testing::StartsWith("whsec_"));
  const auto rows =
      store_->read([](store::ReadTransaction& tx) { return store::webhooks::all(tx); });
  EXPECT_THAT(rows->at(0).sealed, Not(HasSubstr(rotated->secret)));
  const auto audit =
      store_->read([](store::ReadTransaction& tx) { return store::audit::after(tx, 0, 100); });
  ASSERT_EQ(audit->size(), 2U);
  for (const store::AuditRow& row : *audit) {
    EXPECT_EQ(row.group, "default");
    EXPECT_THAT(row.after, HasSubstr("\"secret\":\"***\""));
    EXPECT_THAT(row.after, Not(HasSubstr("secret-path")));
    EXPECT_THAT(row.after, Not(HasSubstr("whsec_")));
  }
}

TEST_F(WebhookSenderTest, the_log_is_paged_and_bounded) {
  const std::string id = make("http://127.0.0.1:9/");
  for (int i = 0; i < 5; ++i) tell_quota("d" + std::to_string(i));
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const auto page = webhooks_->deliveries(admin_, id, cursor, 2);
    ASSERT_TRUE(page);
    for (const DeliveryView& one : page->items) seen.push_back(one.id);
    cursor = page->next_cursor;
  } while (!cursor.empty());
  EXPECT_EQ(seen.size(), 5U);
  EXPECT_FALSE(webhooks_->deliveries(admin_, id, "x", 2));
  EXPECT_FALSE(webhooks_->deliveries(admin_, id, "", 0));
  const auto remove = [&](Timestamp before, int kept) {
    return *store_->write([&](store::WriteTransaction& tx) {
      return store::deliveries::remove_old(tx, before, kept, 100);
    });
  };
  EXPECT_EQ(remove(clock_.now(), 2), 0) << "what is pending is not removed for others";
  EXPECT_EQ(sweep(*store_, {}, clock_.now() + hours(24 * 31))->deliveries, 5);
  Receiver receiver({200});
  ASSERT_TRUE(webhooks_->update(admin_, id, {.url = receiver.url()}, {}));
  start();
  for (int i = 0; i < 4; ++i) {
    tell_quota("e" + std::to_string(i));
    EXPECT_EQ(tried(id, 1).state, "delivered");
  }
  const auto newest = deliveries(id)[0].id;
  EXPECT_EQ(remove(Timestamp{}, 1), 3);
  EXPECT_EQ(deliveries(id).at(0).id, newest);
}

TEST_F(WebhookSenderTest, goes_with_its_group) {
  const std::string id = make("http://127.0.0.1:9/");
  tell_quota();
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::groups::insert(tx, {.name = "other", .deployment_enabled = true}));
    return {};
  }));
  const auto other = webhooks_->create(
      platform_, {"other", "Chat", "http://127.0.0.1:9/", {"quota.refused"}, true});
  ASSERT_TRUE(other);
  ASSERT_TRUE(store_->write([](store::WriteTransaction& tx) -> Result<void> {
    TRY(store::groups::remove(tx, "other"));
    return {};
  }));
  EXPECT_FALSE(webhooks_->get(platform_, other->webhook.id));
  EXPECT_TRUE(webhooks_->get(platform_, id));
}

}  // namespace
}  // namespace slipway::control
