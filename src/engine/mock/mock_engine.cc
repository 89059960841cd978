#include "engine/mock/mock_engine.h"

#include <fmt/format.h>

#include <algorithm>

namespace slipway::engine {
namespace {

using std::chrono::milliseconds;

Json key_to_json(const domain::ReplicaKey& key) {
  return Json{
      {"deployment", key.deployment_id}, {"revision", key.revision}, {"ordinal", key.ordinal}};
}

domain::ReplicaKey key_from_json(const Json& json) {
  return {json.at("deployment").get<std::string>(), json.at("revision").get<int64_t>(),
          json.at("ordinal").get<int>()};
}

Json start_to_json(const ReplicaSpec& spec, const std::string& id, Timestamp at, int number) {
  Json environment = Json::array();
  for (const auto& variable : spec.environment) {
    environment.push_back(Json::array({variable.name, variable.value}));
  }
  return Json{{"event", "start"},
              {"key", key_to_json(spec.key)},
              {"engine_id", id},
              {"at", to_unix_micros(at)},
              {"number", number},
              {"image", spec.image},
              {"environment", std::move(environment)},
              {"port", spec.port},
              {"cpu_millis", spec.cpu_millis},
              {"memory_bytes", spec.memory_bytes},
              {"pids_limit", spec.pids_limit}};
}

ReplicaSpec spec_from_json(const Json& json) {
  ReplicaSpec spec;
  spec.key = key_from_json(json.at("key"));
  spec.image = json.at("image").get<std::string>();
  for (const Json& pair : json.at("environment")) {
    spec.environment.push_back({pair.at(0).get<std::string>(), pair.at(1).get<std::string>()});
  }
  spec.port = json.at("port").get<int>();
  spec.cpu_millis = json.at("cpu_millis").get<int64_t>();
  spec.memory_bytes = json.at("memory_bytes").get<int64_t>();
  spec.pids_limit = json.at("pids_limit").get<int>();
  return spec;
}

Json exit_to_json(const domain::ReplicaKey& key, Timestamp at, int code, bool out_of_memory) {
  return Json{{"event", "exit"},
              {"key", key_to_json(key)},
              {"at", to_unix_micros(at)},
              {"code", code},
              {"out_of_memory", out_of_memory}};
}

Failure no_such(const domain::ReplicaKey& key) {
  return fail(ErrorCode::kNotFound, fmt::format("the mock engine has no replica '{}'", key.id()));
}

}  // namespace

class MockEngine::Subscription final : public Watch {
 public:
  Subscription(MockEngine* engine, std::function<void()> callback)
      : on_hint(std::move(callback)), engine_(engine) {}
  ~Subscription() override { engine_->unsubscribe(this); }
  const std::function<void()> on_hint;

 private:
  MockEngine* engine_;
};

Result<std::unique_ptr<MockEngine>> MockEngine::create(const Clock& clock,
                                                       MockEngineOptions options) {
  std::unique_ptr<MockEngine> engine(new MockEngine(clock, std::move(options)));
  if (engine->options_.journal) {
    std::vector<Json> entries;
    TRY_ASSIGN(engine->journal_, MockJournal::open(*engine->options_.journal, &entries));
    TRY(engine->replay(entries));
  }
  engine->timer_ = std::thread([raw = engine.get()] { raw->run_timer(); });
  return engine;
}

MockEngine::~MockEngine() {
  {
    std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  if (timer_.joinable()) timer_.join();
}

Result<void> MockEngine::replay(const std::vector<Json>& entries) {
  try {
    for (const Json& entry : entries) {
      const std::string event = entry.at("event").get<std::string>();
      const domain::ReplicaKey key = key_from_json(entry.at("key"));
      if (event == "start") {
        const ReplicaSpec spec = spec_from_json(entry);
        TRY_ASSIGN(const MockBehaviour behaviour, parse_mock_image(spec.image));
        const std::string id = entry.at("engine_id").get<std::string>();
        start_counts_[key] = entry.at("number").get<int>();
        put(spec, behaviour, id, from_unix_micros(entry.at("at").get<int64_t>()),
            start_counts_[key]);
        ++next_id_;
      } else if (event == "exit") {
        const auto it = replicas_.find(key);
        if (it == replicas_.end()) continue;
        finish(it->second, from_unix_micros(entry.at("at").get<int64_t>()),
               entry.at("code").get<int>(), entry.at("out_of_memory").get<bool>());
      } else if (event == "stop") {
        replicas_.erase(key);
      }
    }
  } catch (const Json::exception& error) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the mock engine's journal {} holds an entry of another form: {}",
                            options_.journal->native(), error.what()));
  }
  journal_entries_ = entries.size();
  return compact_if_worthwhile();
}

Result<void> MockEngine::record(const Json& entry) {
  if (!journal_) return {};
  TRY(journal_->append(entry));
  ++journal_entries_;
  return compact_if_worthwhile();
}

Result<void> MockEngine::compact_if_worthwhile() {
  if (!journal_ || journal_entries_ < 4 * replicas_.size() + 4096) return {};
  std::vector<Json> entries;
  for (const auto& [key, running] : replicas_) {
    const auto count = start_counts_.find(key);
    entries.push_back(start_to_json(running.spec, running.engine_id, running.started_at,
                                    count == start_counts_.end() ? 1 : count->second));
    if (running.exited_at) {
      entries.push_back(
          exit_to_json(key, *running.exited_at, running.exit_code, running.out_of_memory));
    }
  }
  TRY(journal_->rewrite(entries));
  journal_entries_ = entries.size();
  return {};
}

// The scripted troubles that every call meets at its door.
Result<void> MockEngine::enter() {
  if (const int64_t delay = delay_ms_.load(); delay > 0) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, milliseconds(delay), [this] { return ending_; });
  }
  if (down_.load()) {
    return fail(ErrorCode::kUnavailable,
                "the mock engine was told to be down; come_back() brings it back");
  }
  return {};
}

Capabilities MockEngine::capabilities() const {
  Capabilities capabilities;
  capabilities.name = "mock";
  capabilities.version = "mock 1";
  capabilities.isolates = true;
  capabilities.pulls_images = true;
  capabilities.limits_resources = true;
  capabilities.reports_readiness = true;
  capabilities.quick_logs = true;
  return capabilities;
}

Result<void> MockEngine::ping() { return enter(); }

Result<Capacity> MockEngine::capacity() {
  TRY(enter());
  return options_.capacity;
}

Result<void> MockEngine::ensure_image(const std::string& image, const CredentialLookup&) {
  TRY(enter());
  TRY_ASSIGN(const MockBehaviour behaviour, parse_mock_image(image));
  if (behaviour.pull_time.count() > 0) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, behaviour.pull_time, [this] { return ending_; });
  }
  switch (behaviour.image) {
    case MockBehaviour::Image::kPresent:
      return {};
    case MockBehaviour::Image::kMissing:
      return fail(ErrorCode::kNotFound,
                  fmt::format("there is no image '{}': the mock engine looked for it here and in "
                              "its registry",
                              image));
    case MockBehaviour::Image::kUnreachable:
      return fail(ErrorCode::kUnavailable,
                  fmt::format("the registry of image '{}' does not answer", image));
  }
  return {};
}

ImageSight MockEngine::find_image(const std::string& image, const CredentialLookup&) {
  const auto behaviour = parse_mock_image(image);
  if (!behaviour) return {ImageSight::Where::kMissing, behaviour.error().message};
  switch (behaviour->image) {
    case MockBehaviour::Image::kPresent:
      return {ImageSight::Where::kHere, "the mock engine has every image"};
    case MockBehaviour::Image::kMissing:
      return {ImageSight::Where::kMissing, fmt::format("there is no image '{}'", image)};
    case MockBehaviour::Image::kUnreachable:
      break;
  }
  return {ImageSight::Where::kUnknown,
          fmt::format("the registry of image '{}' does not answer", image)};
}

Result<void> MockEngine::start(const ReplicaSpec& spec) {
  TRY(enter());
  TRY_ASSIGN(const MockBehaviour behaviour, parse_mock_image(spec.image));
  if (behaviour.image != MockBehaviour::Image::kPresent) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no image '{}' here", spec.image));
  }
  {
    std::lock_guard lock(mutex_);
    if (!start_errors_.empty()) {
      Error error = std::move(start_errors_.front());
      start_errors_.pop_front();
      return fail(std::move(error));
    }
    if (replicas_.contains(spec.key)) return {};
    const Timestamp now = clock_.now();
    const int number = ++start_counts_[spec.key];
    std::string id = fmt::format("mock-{}", next_id_++);
    TRY(record(start_to_json(spec, id, now, number)));
    put(spec, behaviour, std::move(id), now, number);
    expire(now);
    ++starts_so_far_;
  }
  changed_.notify_all();
  raise_hint();
  return {};
}

void MockEngine::put(const ReplicaSpec& spec, const MockBehaviour& behaviour, std::string engine_id,
                     Timestamp started_at, int start_number) {
  Running running;
  running.spec = spec;
  running.behaviour = behaviour;
  running.engine_id = std::move(engine_id);
  running.started_at = started_at;
  const bool crashes = behaviour.crashes < 0 || start_number <= behaviour.crashes;
  if (behaviour.exits_after && crashes) {
    running.exits_at = started_at + *behaviour.exits_after;
    due_.emplace(*running.exits_at, spec.key);
  } else if (behaviour.gets_ready && behaviour.ready_after.count() > 0) {
    due_.emplace(started_at + behaviour.ready_after, spec.key);
  }
  running.lines.push_back({started_at, false, fmt::format("started {}", spec.image)});
  replicas_[spec.key] = std::move(running);
}

// Ends what is due. The exits of one instant are journalled when they are seen, which is enough:
// a replay without them finds them due again.
void MockEngine::expire(Timestamp now) {
  while (!due_.empty() && due_.begin()->first <= now) {
    const auto it = replicas_.find(due_.begin()->second);
    due_.erase(due_.begin());
    if (it == replicas_.end()) continue;
    Running& running = it->second;
    if (running.exited_at || !running.exits_at || *running.exits_at > now) continue;
    finish(running, *running.exits_at, running.behaviour.exit_code,
           running.behaviour.out_of_memory);
  }
}

void MockEngine::finish(Running& running, Timestamp at, int exit_code, bool out_of_memory) {
  running.exited_at = at;
  running.exit_code = exit_code;
  running.out_of_memory = out_of_memory;
  running.lines.push_back({at, true, fmt::format("exiting with status {}", exit_code)});
}

Result<void> MockEngine::stop(const domain::ReplicaKey& key, std::chrono::seconds grace,
                              const std::function<void()>& before_removal) {
  TRY(enter());
  {
    std::unique_lock lock(mutex_);
    if (!stop_errors_.empty()) {
      Error error = std::move(stop_errors_.front());
      stop_errors_.pop_front();
      return fail(std::move(error));
    }
    auto it = replicas_.find(key);
    if (it == replicas_.end()) return {};
    if (it->second.behaviour.ignores_sigterm && !it->second.exited_at) {
      changed_.wait_for(lock, grace, [&] {
        it = replicas_.find(key);
        return ending_ || it == replicas_.end() || it->second.exited_at.has_value();
      });
      if (it == replicas_.end()) return {};
    }
    if (!it->second.exited_at) finish(it->second, clock_.now(), 143, false);
    changed_.notify_all();
    lock.unlock();
    before_removal();
    lock.lock();
    TRY(record(
        Json{{"event", "stop"}, {"key", key_to_json(key)}, {"at", to_unix_micros(clock_.now())}}));
    replicas_.erase(key);
  }
  changed_.notify_all();
  raise_hint();
  return {};
}

bool MockEngine::is_ready(const Running& running, Timestamp now) const {
  if (running.exited_at) return false;
  if (running.forced_ready) return *running.forced_ready;
  return running.behaviour.gets_ready && now >= running.started_at + running.behaviour.ready_after;
}

ObservedReplica MockEngine::seen(const Running& running, Timestamp now) const {
  ObservedReplica seen;
  seen.key = running.spec.key;
  seen.state = running.exited_at ? RunState::kExited : RunState::kRunning;
  seen.host = options_.host;
  seen.port = options_.port;
  seen.engine_id = running.engine_id;
  seen.image_digest = "mock:" + running.spec.image;
  seen.started_at = running.started_at;
  seen.ready = is_ready(running, now);
  if (running.exited_at) {
    seen.exit_code = running.exit_code;
    seen.out_of_memory = running.out_of_memory;
    seen.finished_at = *running.exited_at;
    seen.detail = fmt::format("exited with status {}", running.exit_code);
  }
  return seen;
}

Result<std::vector<ObservedReplica>> MockEngine::observe() {
  TRY(enter());
  std::lock_guard lock(mutex_);
  const Timestamp now = clock_.now();
  expire(now);
  std::vector<ObservedReplica> all;
  all.reserve(replicas_.size());
  for (const auto& [key, running] : replicas_) all.push_back(seen(running, now));
  return all;
}

// Half of what it may use, so that a test knows.
Result<std::vector<ReplicaResources>> MockEngine::resources() {
  TRY(enter());
  const std::lock_guard lock(mutex_);
  const Timestamp now = clock_.now();
  expire(now);
  std::vector<ReplicaResources> all;
  for (const auto& [key, running] : replicas_) {
    if (running.exited_at) continue;
    const std::chrono::nanoseconds ran = now - running.started_at;
    all.push_back({.key = key,
                   .cpu_time = ran / 1000 * running.spec.cpu_millis / 2,
                   .memory_bytes = running.spec.memory_bytes / 2});
  }
  return all;
}

std::unique_ptr<Watch> MockEngine::watch(std::function<void()> on_hint) {
  auto subscription = std::make_unique<Subscription>(this, std::move(on_hint));
  std::lock_guard lock(watch_mutex_);
  subscriptions_.push_back(subscription.get());
  return subscription;
}

void MockEngine::unsubscribe(Subscription* subscription) {
  std::lock_guard lock(watch_mutex_);
  subscriptions_.remove(subscription);
}

void MockEngine::raise_hint() {
  int lose = events_to_lose_.load();
  while (lose > 0) {
    if (events_to_lose_.compare_exchange_weak(lose, lose - 1)) return;
  }
  std::lock_guard lock(watch_mutex_);
  for (Subscription* subscription : subscriptions_) subscription->on_hint();
}

Result<void> MockEngine::logs(const domain::ReplicaKey& key, const LogQuery& query,
                              const LogSink& sink) {
  TRY(enter());
  std::unique_lock lock(mutex_);
  auto it = replicas_.find(key);
  if (it == replicas_.end()) return no_such(key);
  const std::string engine_id = it->second.engine_id;
  const size_t count = it->second.lines.size();
  size_t next = query.tail < 0 || static_cast<size_t>(query.tail) > count
                    ? 0
                    : count - static_cast<size_t>(query.tail);
  while (true) {
    std::vector<LogLine> fresh(it->second.lines.begin() + static_cast<std::ptrdiff_t>(next),
                               it->second.lines.end());
    next += fresh.size();
    const bool ended = it->second.exited_at.has_value();
    lock.unlock();
    for (const LogLine& line : fresh) {
      if (line.time >= query.since && !sink(&line)) return {};
    }
    if (!query.follow || ended) return {};
    if (!fresh.empty() && !sink(nullptr)) return {};
    lock.lock();
    const bool woke = changed_.wait_for(lock, milliseconds(500), [&] {
      it = replicas_.find(key);
      return ending_ || it == replicas_.end() || it->second.engine_id != engine_id ||
             it->second.lines.size() > next || it->second.exited_at;
    });
    if (ending_ || it == replicas_.end() || it->second.engine_id != engine_id) return {};
    if (!woke) {
      lock.unlock();
      if (!sink(nullptr)) return {};
      lock.lock();
      it = replicas_.find(key);
      if (it == replicas_.end() || it->second.engine_id != engine_id) return {};
    }
  }
}

void MockEngine::fail_next_start(Error error) {
  std::lock_guard lock(mutex_);
  start_errors_.push_back(std::move(error));
}

void MockEngine::fail_next_stop(Error error) {
  std::lock_guard lock(mutex_);
  stop_errors_.push_back(std::move(error));
}

void MockEngine::lose_events(int count) { events_to_lose_ = count; }

void MockEngine::delay(milliseconds each_call) { delay_ms_ = each_call.count(); }

Result<void> MockEngine::kill(const domain::ReplicaKey& key, int exit_code) {
  {
    std::lock_guard lock(mutex_);
    const auto it = replicas_.find(key);
    if (it == replicas_.end() || it->second.exited_at) return no_such(key);
    const Timestamp now = clock_.now();
    TRY(record(exit_to_json(key, now, exit_code, false)));
    finish(it->second, now, exit_code, false);
  }
  changed_.notify_all();
  raise_hint();
  return {};
}

Result<void> MockEngine::set_ready(const domain::ReplicaKey& key, bool ready) {
  {
    std::lock_guard lock(mutex_);
    const auto it = replicas_.find(key);
    if (it == replicas_.end()) return no_such(key);
    it->second.forced_ready = ready;
  }
  raise_hint();
  return {};
}

Result<void> MockEngine::say(const domain::ReplicaKey& key, std::string text, bool is_stderr) {
  {
    std::lock_guard lock(mutex_);
    const auto it = replicas_.find(key);
    if (it == replicas_.end()) return no_such(key);
    it->second.lines.push_back({clock_.now(), is_stderr, std::move(text)});
  }
  changed_.notify_all();
  return {};
}

void MockEngine::go_down() { down_ = true; }

void MockEngine::come_back() {
  down_ = false;
  raise_hint();
}

void MockEngine::tick() {
  {
    std::lock_guard lock(mutex_);
    expire(clock_.now());
  }
  changed_.notify_all();
  raise_hint();
}

std::optional<ReplicaSpec> MockEngine::spec_of(const domain::ReplicaKey& key) {
  std::lock_guard lock(mutex_);
  const auto it = replicas_.find(key);
  if (it == replicas_.end()) return std::nullopt;
  return it->second.spec;
}

// Sleeps until the next instant at which something changes by itself, then raises the hint for it.
void MockEngine::run_timer() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    if (due_.empty()) {
      changed_.wait(lock, [this] { return ending_ || !due_.empty(); });
      continue;
    }
    const Timestamp now = clock_.now();
    const Timestamp next = due_.begin()->first;
    if (next > now) {
      // A clock in a test's hands may jump, so never sleep long on its word.
      const auto nap = std::min<std::chrono::microseconds>(next - now, milliseconds(100));
      changed_.wait_for(lock, nap);
      continue;
    }
    expire(now);
    lock.unlock();
    changed_.notify_all();
    raise_hint();
    lock.lock();
  }
}

}  // namespace slipway::engine
