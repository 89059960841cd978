#include "run_control.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <optional>
#include <thread>

#include "api/api.h"
#include "api/api_answerer.h"
#include "control/audit_log.h"
#include "control/certificate_notices.h"
#include "control/clients.h"
#include "control/control_metrics.h"
#include "control/control_plane.h"
#include "control/deployment_use_cases.h"
#include "control/kept_answers.h"
#include "control/list_news.h"
#include "control/metrics.h"
#include "control/metrics_upkeep.h"
#include "control/people.h"
#include "control/pull_secrets.h"
#include "control/readiness_probe.h"
#include "control/resource_sampler.h"
#include "control/retention_job.h"
#include "control/secret_keys.h"
#include "control/system_report.h"
#include "control/traffic.h"
#include "control/usage_report.h"
#include "control/webhook_sender.h"
#include "control/webhooks.h"
#include "engine_choice.h"
#include "identity/accounts.h"
#include "identity/oidc/sign_in.h"
#include "listeners.h"
#include "oidc_settings.h"
#include "os/file.h"
#include "os/lock_file.h"
#include "os/reactor.h"
#include "os/signals.h"
#include "os/system_clock.h"
#include "os/system_random.h"
#include "os/thread_pool.h"
#include "parent.h"
#include "serve/buffered_handler.h"
#include "serve/long_threads.h"
#include "serve/server.h"
#include "state_directory.h"
#include "store/metrics_history.h"
#include "store/settings.h"
#include "store/store.h"
#include "ui_directory.h"

namespace slipway::app {
namespace {

// A predecessor that was told to end may still be finishing an engine call.
constexpr std::chrono::seconds kPredecessorGrace{15};

Result<os::LockFile> lock_out_predecessors(const Settings& settings) {
  const auto deadline = std::chrono::steady_clock::now() + kPredecessorGrace;
  while (true) {
    auto lock = os::LockFile::acquire(control_lock_directory(settings), "control's directory");
    if (lock || std::chrono::steady_clock::now() > deadline) return lock;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// Printed once and kept nowhere but as a digest.
Result<void> welcome(identity::Accounts& accounts) {
  std::optional<std::string> given;
  if (const char* password = std::getenv("SLIPWAY_ADMIN_PASSWORD"); password != nullptr) {
    given = password;
    // No child, no /proc/self/environ of ours needs it any more.
    ::unsetenv("SLIPWAY_ADMIN_PASSWORD");
  }
  auto bootstrap = accounts.bootstrap(given);
  if (!bootstrap) return fail(bootstrap.error().within("SLIPWAY_ADMIN_PASSWORD"));
  if (bootstrap->generated_password) {
    std::cout << fmt::format("First start: sign in as '{}' with the password {}\n",
                             bootstrap->admin, *bootstrap->generated_password)
              << std::flush;
  }
  return {};
}

Result<std::string> installation_of(store::Store& store, Random& random) {
  return store.write(
      [&](store::WriteTransaction& tx) { return store::settings::installation_id(tx, random); });
}

logs::LogStoreOptions log_store_options(const Settings& settings) {
  constexpr uint64_t kMiB = uint64_t{1024} * 1024;
  return {.root = log_directory(settings),
          .keep = {.bytes = static_cast<uint64_t>(settings.logs_keep_mib) * kMiB,
                   .age = std::chrono::hours(24) * settings.logs_keep_days},
          .free_floor = static_cast<uint64_t>(settings.logs_free_mib) * kMiB};
}

// The two doors of control on one reactor: the API, and the feed that only gateways reach.
class Doors {
 public:
  Doors(os::Reactor& reactor, const api::Api& api, const Settings& settings)
      : api_answerer_(api, streams_, api::Listener::kBehindGateway),
        feed_answerer_(api, streams_, api::Listener::kInternal),
        threads_("api", static_cast<size_t>(settings.api_threads)),
        api_source_(reactor, threads_, api_answerer_, {}),
        feed_source_(reactor, threads_, feed_answerer_, {}),
        api_server_(serve::make_server(reactor, api_source_, {})),
        feed_server_(serve::make_server(reactor, feed_source_, {})) {}

  Result<void> listen(const std::vector<NamedListener>& listeners) {
    for (const NamedListener& listener : listeners) {
      if (listener.name == kApi) TRY(api_server_->listen(listener.fd.get()));
      if (listener.name == kFeed) TRY(feed_server_->listen(listener.fd.get()));
    }
    return {};
  }

 private:
  // Followed logs and event streams at a time; one more is answered with 503.
  serve::LongThreads streams_{512};
  api::ApiAnswerer api_answerer_;
  api::ApiAnswerer feed_answerer_;
  os::ThreadPool threads_;  // ends before what its threads answer with
  serve::BufferedSource api_source_;
  serve::BufferedSource feed_source_;
  std::unique_ptr<serve::Server> api_server_;
  std::unique_ptr<serve::Server> feed_server_;
};

Result<int> serve_control(const Settings& settings, const Logger& log) {
  TRY(os::block_signals({SIGTERM, SIGINT}));
  TRY_ASSIGN(const std::vector<NamedListener> listeners, inherit_or(&listen_as_control, settings));
  TRY_ASSIGN(const os::LockFile lock, lock_out_predecessors(settings));

  os::SystemClock clock;
  os::SystemRandom random;
  TRY_ASSIGN(const std::unique_ptr<store::Store> store,
             store::Store::open(database_file(settings)));
  TRY_ASSIGN(const std::unique_ptr<identity::Accounts> accounts,
             identity::Accounts::open(*store, clock, random));
  TRY(welcome(*accounts));
  TRY_ASSIGN(const std::optional<identity::oidc::Config> oidc, oidc_config(settings));
  // As with the admin's password: no child of ours needs it any more.
  ::unsetenv(kOidcSecretVariable);
  TRY_ASSIGN(const std::string installation, installation_of(*store, random));
  TRY(os::replace_file(installation_file(settings), installation + "\n", 0600));

  TRY_ASSIGN(const std::unique_ptr<identity::SecretBox> box,
             control::open_secret_box(*store, secrets_key_file(settings), random));
  if (box->key_count() > 1) {
    log.warn(
        "a change of the key of secrets was cut off; nothing is lost. Finish it with "
        "'slipwayd secrets rotate-key' when slipwayd may stop");
  }
  const std::unique_ptr<engine::CredentialSource> credentials =
      control::make_credential_source(*store, *box);
  const std::unique_ptr<control::PullSecrets> secrets =
      control::make_pull_secrets(*store, *box, clock);

  call::HttpClient client;
  TRY_ASSIGN(const std::unique_ptr<engine::ReplicaEngine> engine,
             make_engine({settings, installation, clock, client}, log.named("engine")));
  control::HttpProber prober;
  logs::LogStore logs(log_store_options(settings));
  auto private_addresses = control::PrivateAddresses::parse(settings.webhook_private_addresses);
  if (!private_addresses) {
    return fail(private_addresses.error().within("webhook_private_addresses"));
  }
  const control::Outbox outbox(settings.public_url);
  const control::WebhookSender sender({.store = *store,
                                       .box = *box,
                                       .clock = clock,
                                       .random = random,
                                       .allowed = *private_addresses,
                                       .logger = log.named("webhooks"),
                                       .version = SLIPWAY_VERSION});
  TRY_ASSIGN(const std::unique_ptr<control::ControlPlane> plane,
             control::ControlPlane::start({.store = *store,
                                           .engine = *engine,
                                           .credentials = credentials.get(),
                                           .logs = &logs,
                                           .prober = prober,
                                           .clock = clock,
                                           .random = random,
                                           .logger = log,
                                           .outbox = &outbox}));

  const std::unique_ptr<control::Deployments> deployments = control::make_deployments(
      {*store, clock, random, plane->views(), plane->workloads(), logs, &outbox});
  control::RetentionRules kept;
  kept.audit = std::chrono::hours(24) * settings.audit_keep_days;
  kept.revisions.newest = static_cast<int>(settings.revisions_keep);
  if (settings.revisions_keep_days > 0) {
    kept.revisions.oldest = std::chrono::hours(24) * settings.revisions_keep_days;
  }
  const control::CertificateNotices certificates(*store, plane->feed(), outbox, clock,
                                                 log.named("certificates"));
  const control::RetentionJob retention(*store, clock, kept, log.named("retention"));
  const std::unique_ptr<control::Clients> clients = control::make_clients({*store, clock, random});
  store::MetricsHistory history(
      metrics_file(settings),
      {.on_problem = [history_log = log.named("metrics")](const std::string& problem) {
        if (problem.empty()) return history_log.info("the history of metrics is kept again");
        history_log.error(problem);
      }});
  const control::ResourceSampler sampler(
      {[&] { return engine->resources(); }, plane->views(), history, clock},
      log.named("resources"));
  const control::MetricsUpkeep upkeep(history, clock, log.named("metrics"));
  const std::unique_ptr<control::Traffic> traffic = control::make_traffic(*store, history, clock);
  const std::unique_ptr<control::Metrics> history_reading =
      control::make_metrics(*store, history, clock);
  std::optional<identity::oidc::SignIn> oidc_sign_in;
  if (oidc) {
    oidc_sign_in.emplace(identity::oidc::SignIn::Parts{
        *oidc, *store, clock, random, accounts->sessions(),
        [&](const call::Call& call) { return client.send(call); }, log.named("oidc")});
  }
  const control::ControlMetrics metrics(*store, plane->feed(), plane->views(), logs.disk(),
                                        settings.state_dir);
  const std::unique_ptr<control::System> system =
      control::make_system({.store = *store,
                            .engine = *engine,
                            .feed = plane->feed(),
                            .logs = logs,
                            .clock = clock,
                            .state_dir = settings.state_dir,
                            .database = database_file(settings),
                            .history = metrics_file(settings)});
  const std::unique_ptr<control::Users> users = control::make_users({*store, clock, random});
  const std::unique_ptr<control::Groups> groups = control::make_groups({*store, clock, random});
  const std::unique_ptr<control::InstanceTypes> instance_types =
      control::make_instance_types({*store, clock, random});
  const std::unique_ptr<control::AuditLog> audit = control::make_audit_log(*store);
  const std::unique_ptr<control::Webhooks> webhooks =
      control::make_webhooks({.store = *store,
                              .box = *box,
                              .clock = clock,
                              .random = random,
                              .outbox = outbox,
                              .allowed = *private_addresses});
  const std::unique_ptr<control::UsageReport> usage = control::make_usage_report(*store, clock);
  const std::unique_ptr<control::KeptAnswers> answers =
      control::make_kept_answers(*store, *box, clock);
  const std::unique_ptr<control::ListNews> news = control::make_list_news(*store, random);
  TRY_ASSIGN(api::UiFiles ui, ui_files(settings, log));
  const api::Api api(
      {.deployments = *deployments,
       .clients = *clients,
       .secrets = *secrets,
       .audit = *audit,
       .usage = *usage,
       .webhooks = *webhooks,
       .answers = *answers,
       .news = *news,
       .feed = plane->feed(),
       .traffic = *traffic,
       .metrics = *history_reading,
       .system = *system,
       .users = *users,
       .groups = *groups,
       .instance_types = *instance_types,
       .identity = api::doors_of(*accounts),
       .operations = {.version = SLIPWAY_VERSION,
                      .readiness = {{"store", [&] { return store->check(); }}},
                      .metrics = {&metrics},
                      .gateway_metrics = [&] { return plane->feed().metric_addresses(); },
                      .public_url = settings.public_url},
       .public_url = settings.public_url,
       .log = log.named("api"),
       .oidc = oidc_sign_in ? api::doors_of(*oidc_sign_in) : api::OidcDoors{},
       .ui = std::move(ui)});

  TRY_ASSIGN(const std::unique_ptr<os::Reactor> reactor, os::make_reactor());
  TRY_ASSIGN(const auto signals,
             os::SignalWatch::start(*reactor, {SIGTERM, SIGINT}, [&](int) { reactor->stop(); }));
  {
    Doors doors(*reactor, api, settings);
    TRY(doors.listen(listeners));
    log.info("control serves", {{"installation", installation}});
    reactor->run();
  }
  return 0;
}

}  // namespace

int run_control(const Settings& settings, const Logger& log) {
  auto served = serve_control(settings, log);
  if (served) return *served;
  log.error(served.error().message);
  std::cerr << "slipwayd control: " << served.error().message << "\n";
  return kGivesUp;
}

}  // namespace slipway::app
