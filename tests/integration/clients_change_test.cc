// A change of a client, from the use case through store, reconciler and feed to the door of a real
// gateway, and the usage back: everything of control but the public API, with a mock engine whose
// replicas are a scripted model.

#include <gtest/gtest.h>

#include <thread>

#include "api/api.h"
#include "api/api_answerer.h"
#include "control/audit_log.h"
#include "control/clients.h"
#include "control/control_plane.h"
#include "control/deployment_use_cases.h"
#include "control/kept_answers.h"
#include "control/list_news.h"
#include "control/people.h"
#include "control/pull_secrets.h"
#include "control/secret_keys.h"
#include "control/system_report.h"
#include "control/usage_report.h"
#include "control/webhooks.h"
#include "engine/mock/mock_engine.h"
#include "os/socket.h"
#include "os/thread_pool.h"
#include "serve/buffered_handler.h"
#include "serve/long_threads.h"
#include "serve/server.h"
#include "store/test_store.h"
#include "support/gateway_fixture.h"
#include "support/scripted_upstream.h"

namespace slipway::test {
namespace {

class NoProber final : public control::Prober {
 public:
  control::ProbeOutcome probe(const control::ProbeTarget&) override { return {.ready = true}; }
};

// The internal door of control on a free port of the loopback interface.
class FeedDoor {
 public:
  explicit FeedDoor(const api::Api& api)
      : reactor_(os::make_reactor().value()),
        listener_(os::listen_tcp({"127.0.0.1", 0}).value()),
        port_(os::local_port(listener_.get()).value()),
        answerer_(api, streams_, api::Listener::kInternal),
        source_(*reactor_, threads_, answerer_, {}),
        server_(serve::make_server(*reactor_, source_, {})) {
    if (!server_->listen(listener_.get())) throw std::runtime_error("the feed cannot listen");
    thread_ = std::thread([this] { reactor_->run(); });
  }
  ~FeedDoor() {
    reactor_->stop();
    thread_.join();
  }
  uint16_t port() const { return port_; }

 private:
  serve::LongThreads streams_{4};
  std::unique_ptr<os::Reactor> reactor_;
  os::UniqueFd listener_;
  uint16_t port_ = 0;
  api::ApiAnswerer answerer_;
  os::ThreadPool threads_{"feed", 2};  // ends before what its threads answer with
  serve::BufferedSource source_;
  std::unique_ptr<serve::Server> server_;
  std::thread thread_;
};

class ClientsChange : public testing::Test {
 protected:
  ClientsChange() {
    ada_.user = "ada";
    ada_.groups = {"default"};
    const auto furnished = store_->write(store::furnish_for_test);
    if (!furnished) throw std::runtime_error(furnished.error().message);
  }
  void deploy() {
    control::NewDeployment wish;
    wish.group = "default";
    wish.name = "iris";
    wish.id = "iris";
    wish.spec.image = "mock/ok";
    wish.spec.instance_type = "cpu-1";
    wish.spec.private_access = true;
    const auto made = deployments_->create(ada_, wish);
    if (!made) throw std::runtime_error(made.error().message);
  }
  int status_with(const std::string& token) {
    Wire client = gateway_.client();
    client.send(post(kPredict, "{}", "Authorization: Bearer " + token + "\r\n"));
    const auto answer = client.read_message();
    const int status = answer ? answer->status() : 0;
    if (status != 401) ++admitted_;
    return status;
  }

  int64_t admitted_ = 0;
  AutonomousUpstream model_{
      [](const Message& request) { return reply(request.field("x-forwarded-user")); }};
  store::TestFolder folder_;
  os::SystemClock clock_;
  os::SystemRandom random_;
  NoProber prober_;
  control::Caller ada_;
  std::unique_ptr<store::Store> store_ = store::open_test_store(folder_);
  std::unique_ptr<engine::MockEngine> engine_ =
      engine::MockEngine::create(clock_, {.journal = {}, .port = model_.port()}).value();
  std::unique_ptr<control::ControlPlane> plane_ =
      control::ControlPlane::start({.store = *store_,
                                    .engine = *engine_,
                                    .prober = prober_,
                                    .clock = clock_,
                                    .random = random_,
                                    .logger = Logger::silent()})
          .value();
  logs::LogStore logs_{{.root = folder_.path() / "logs", .keep = {}, .free_floor = 0}};
  std::unique_ptr<control::Deployments> deployments_ = control::make_deployments(
      {*store_, clock_, random_, plane_->views(), plane_->workloads(), logs_});
  std::unique_ptr<control::Clients> clients_ = control::make_clients({*store_, clock_, random_});
  std::unique_ptr<identity::SecretBox> box_ =
      control::open_secret_box(*store_, folder_.path() / "secrets.key", random_).value();
  std::unique_ptr<control::PullSecrets> secrets_ =
      control::make_pull_secrets(*store_, *box_, clock_);
  store::MetricsHistory history_{folder_.path() / "metrics.db", {}};
  std::unique_ptr<control::Traffic> traffic_ = control::make_traffic(*store_, history_, clock_);
  std::unique_ptr<control::Metrics> metrics_ = control::make_metrics(*store_, history_, clock_);
  std::unique_ptr<control::System> system_ =
      control::make_system({.store = *store_,
                            .engine = *engine_,
                            .feed = plane_->feed(),
                            .logs = logs_,
                            .clock = clock_,
                            .state_dir = folder_.path(),
                            .database = folder_.path() / "slipway.db",
                            .history = folder_.path() / "metrics.db"});
  std::unique_ptr<control::Users> users_ = control::make_users({*store_, clock_, random_});
  std::unique_ptr<control::Groups> groups_ = control::make_groups({*store_, clock_, random_});
  std::unique_ptr<control::InstanceTypes> instance_types_ =
      control::make_instance_types({*store_, clock_, random_});
  std::unique_ptr<control::AuditLog> audit_ = control::make_audit_log(*store_);
  std::unique_ptr<control::UsageReport> usage_ = control::make_usage_report(*store_, clock_);
  control::Outbox outbox_{"http://127.0.0.1"};
  std::unique_ptr<control::Webhooks> webhooks_ =
      control::make_webhooks({*store_, *box_, clock_, random_, outbox_});
  std::unique_ptr<control::KeptAnswers> answers_ =
      control::make_kept_answers(*store_, *box_, clock_);
  std::unique_ptr<control::ListNews> news_ = control::make_list_news(*store_, random_);
  api::Api api_{{.deployments = *deployments_,
                 .clients = *clients_,
                 .secrets = *secrets_,
                 .audit = *audit_,
                 .usage = *usage_,
                 .webhooks = *webhooks_,
                 .answers = *answers_,
                 .news = *news_,
                 .feed = plane_->feed(),
                 .traffic = *traffic_,
                 .metrics = *metrics_,
                 .system = *system_,
                 .users = *users_,
                 .groups = *groups_,
                 .instance_types = *instance_types_,
                 .identity = {},
                 .operations = {"0", {}, {}},
                 .public_url = "http://127.0.0.1",
                 .log = Logger::silent()}};
  FeedDoor feed_{api_};
  GatewayFixture gateway_{[this](gateway::GatewayConfig& config) {
    config.control_feed = os::TcpAddress{"127.0.0.1", feed_.port()};
    config.report_period = std::chrono::milliseconds(20);
  }};
};

TEST_F(ClientsChange, reaches_the_gateway_and_its_use_comes_back) {
  deploy();
  ASSERT_TRUE(eventually([&] { return status_with("slc_wrong") == 401; }));
  admitted_ = 0;  // there is a route now: what is not refused was let in
  const auto bot = clients_->add(ada_, "iris", {.name = "bot"});
  ASSERT_TRUE(bot) << bot.error().message;
  ASSERT_TRUE(eventually([&] { return status_with(bot->token) == 200; }));

  const auto rotated = clients_->rotate(ada_, "iris", "bot", std::chrono::hours(1));
  ASSERT_TRUE(rotated);
  ASSERT_TRUE(eventually([&] { return status_with(rotated->token) == 200; }));
  EXPECT_EQ(status_with(bot->token), 200);
  ASSERT_TRUE(clients_->rotate(ada_, "iris", "bot", std::chrono::seconds(0)));
  EXPECT_TRUE(eventually([&] { return status_with(bot->token) == 401; }));
  EXPECT_EQ(status_with(rotated->token), 401);

  EXPECT_TRUE(eventually([&] {
    const auto view = clients_->get(ada_, "iris", "bot");
    return view && view->requests == admitted_ && view->last_used_at;
  }));
}

TEST_F(ClientsChange, a_removed_client_is_refused) {
  deploy();
  const auto bot = clients_->add(ada_, "iris", {.name = "bot"});
  ASSERT_TRUE(bot) << bot.error().message;
  ASSERT_TRUE(eventually([&] { return status_with(bot->token) == 200; }));
  ASSERT_TRUE(clients_->remove(ada_, "iris", "bot"));
  EXPECT_TRUE(eventually([&] { return status_with(bot->token) == 401; }));
}

}  // namespace
}  // namespace slipway::test
