#include "engine/process/process_engine.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <map>
#include <set>
#include <system_error>

#include "engine/process/change_watch.h"
#include "engine/process/model_folder.h"
#include "engine/process/replica_log.h"
#include "engine/process/replica_shim.h"
#include "os/file.h"
#include "os/process_usage.h"

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr milliseconds kLook{10};
constexpr seconds kStartPatience{10};
constexpr seconds kEndPatience{10};

bool wait_until(const std::function<bool()>& done, milliseconds patience) {
  const auto deadline = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) return false;
    ::poll(nullptr, 0, static_cast<int>(kLook.count()));
  }
  return true;
}

bool is_free_port(uint16_t port) {
  const os::UniqueFd fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int one = 1;
  // Connections that a former replica left in TIME_WAIT do not count as taken.
  ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_ANY);
  address.sin_port = htons(port);
  return fd && ::bind(fd.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0;
}

// Nothing of our own environment reaches a model. Later entries win over earlier ones.
std::vector<std::string> environment_for(const ReplicaSpec& spec, const ModelFolder& model,
                                         uint16_t port) {
  std::map<std::string, std::string> variables = {
      {"PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"},
      {"HOME", "/tmp"},
      {"LANG", "C.UTF-8"},
      {"PYTHONUNBUFFERED", "1"}};
  for (const auto& variable : model.environment) variables[variable.name] = variable.value;
  for (const auto& variable : spec.environment) variables[variable.name] = variable.value;
  variables["PREDICTIVE_UNIT_SERVICE_PORT"] = std::to_string(port);
  variables["PREDICTIVE_UNIT_HTTP_SERVICE_PORT"] = std::to_string(port);
  std::vector<std::string> entries;
  for (const auto& [name, value] : variables) entries.push_back(fmt::format("{}={}", name, value));
  return entries;
}

// In memory only: the environment may hold secrets, and no file shall.
Result<os::UniqueFd> in_memory_file(const std::string& content) {
  os::UniqueFd fd(::memfd_create("slipway-shim-order", MFD_CLOEXEC));
  if (!fd) return fail(errno_error("cannot make a file in memory", errno));
  size_t done = 0;
  while (done < content.size()) {
    const ssize_t written = ::write(fd.get(), content.data() + done, content.size() - done);
    if (written <= 0) return fail(errno_error("cannot write a file in memory", errno));
    done += static_cast<size_t>(written);
  }
  return fd;
}

}  // namespace

Result<std::unique_ptr<ProcessEngine>> ProcessEngine::create(ProcessEngineOptions options) {
  TRY(os::make_directory(options.state, 0700));
  ResourceGroups groups = ResourceGroups::probe(options.installation);
  std::unique_ptr<ProcessEngine> engine(new ProcessEngine(std::move(options), std::move(groups)));
  const os::UniqueFd changes(
      ::open(engine->changes_file().c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
  if (!changes) {
    return fail(
        errno_error(fmt::format("cannot write to {}", engine->options_.state.native()), errno));
  }
  return engine;
}

Capabilities ProcessEngine::capabilities() const {
  Capabilities capabilities;
  capabilities.name = "process";
  utsname name{};
  ::uname(&name);
  capabilities.version = fmt::format("processes on {} {}", name.sysname, name.release);
  capabilities.isolates = false;
  capabilities.pulls_images = false;
  capabilities.limits_resources = groups_.limits_everything();
  return capabilities;
}

Result<void> ProcessEngine::ping() {
  std::error_code error;
  if (!fs::is_directory(options_.models_root, error)) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the models' folder {} is not there; make it, or name another in the "
                            "configuration",
                            options_.models_root.native()));
  }
  return {};
}

Result<Capacity> ProcessEngine::capacity() {
  const long cpus = ::sysconf(_SC_NPROCESSORS_ONLN);
  const long pages = ::sysconf(_SC_PHYS_PAGES);
  const long page_size = ::sysconf(_SC_PAGESIZE);
  return Capacity{cpus * 1000, static_cast<int64_t>(pages) * page_size};
}

Result<void> ProcessEngine::ensure_image(const std::string& image, const CredentialLookup&) {
  TRY(ping());
  TRY(find_model_folder(options_.models_root, image));
  return {};
}

ImageSight ProcessEngine::find_image(const std::string& image, const CredentialLookup&) {
  const auto folder = find_model_folder(options_.models_root, image);
  if (folder) return {ImageSight::Where::kHere, "the model's folder is on this node"};
  const bool missing = folder.error().code == ErrorCode::kNotFound;
  return {missing ? ImageSight::Where::kMissing : ImageSight::Where::kUnknown,
          folder.error().message};
}

ReplicaFolder ProcessEngine::folder_of(const domain::ReplicaKey& key) const {
  return ReplicaFolder{options_.state / key.id()};
}

std::vector<ReplicaFolder> ProcessEngine::folders() const {
  std::vector<ReplicaFolder> all;
  std::error_code error;
  for (fs::directory_iterator it(options_.state, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored)) all.push_back(ReplicaFolder{it->path()});
  }
  return all;
}

// The same key gets the same port again where it can, so that a restart changes little. Of another
// installation it gets another one: a port is free until a model listens there, and two that choose
// at the same time would answer each other's probes.
Result<uint16_t> ProcessEngine::choose_port(const domain::ReplicaKey& key) const {
  std::set<uint16_t> taken;
  for (const ReplicaFolder& folder : folders()) {
    if (const auto record = read_replica_record(folder)) taken.insert(record->port);
  }
  const size_t count = size_t{options_.last_port} - options_.first_port + 1;
  const size_t start = std::hash<std::string>{}(options_.installation + key.id()) % count;
  for (size_t i = 0; i < count; ++i) {
    const auto port = static_cast<uint16_t>(options_.first_port + (start + i) % count);
    if (!taken.contains(port) && is_free_port(port)) return port;
  }
  return fail(ErrorCode::kUnavailable, fmt::format("every port from {} to {} is taken",
                                                   options_.first_port, options_.last_port));
}

Result<void> ProcessEngine::start(const ReplicaSpec& spec) {
  if (!domain::parse_replica_id(spec.key.id())) {
    return fail(ErrorCode::kInvalid, fmt::format("'{}' is no replica id", spec.key.id()));
  }
  if (spec.gpus > 0) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the instance type asks for {} GPU{}, and the process engine hands out "
                            "none; choose an instance type without GPU, or run a container engine",
                            spec.gpus, spec.gpus == 1 ? "" : "s"));
  }
  TRY(ping());
  const auto holder = keys_.hold(spec.key);
  const ReplicaFolder folder = folder_of(spec.key);
  if (is_replica_locked(folder) || read_exit_record(folder) || read_started_record(folder)) {
    return {};
  }
  // What a start left behind that a crash cut short before anything ran.
  std::error_code error;
  fs::remove_all(folder.path, error);
  auto launched = launch(folder, spec);
  if (!launched && !is_replica_locked(folder)) {
    groups_.remove(spec.key.id());
    fs::remove_all(folder.path, error);
  }
  say_changed();
  return launched;
}

Result<void> ProcessEngine::launch(const ReplicaFolder& folder, const ReplicaSpec& spec) {
  TRY_ASSIGN(const ModelFolder model, find_model_folder(options_.models_root, spec.image));
  TRY(os::make_directory(folder.path, 0700));
  TRY_ASSIGN(const os::UniqueFd lock, take_replica_lock(folder));
  uint16_t port = 0;
  {
    std::lock_guard one_at_a_time(port_mutex_);
    TRY_ASSIGN(port, choose_port(spec.key));
    const ReplicaRecord record{spec.key, spec.image, port};
    TRY(os::replace_file(folder.record(), dump_json(to_json(record)), 0600));
  }
  ShimOrder order;
  order.folder = folder.path;
  order.changes_file = changes_file();
  order.command = model.command;
  order.environment = environment_for(spec, model, port);
  order.working_directory = model.path.native();
  order.resource_groups = groups_.create(
      spec.key.id(), ResourceLimits{spec.cpu_millis, spec.memory_bytes, spec.pids_limit});
  order.run_as = options_.run_as;
  TRY_ASSIGN(const os::UniqueFd order_file, in_memory_file(dump_json(to_json(order))));

  os::ChildSpec shim;
  shim.argv = options_.shim_command;
  shim.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"};
  shim.working_directory = "/";
  shim.passed_fds = {{order_file.get(), "order"}, {lock.get(), "lock"}};
  const os::UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  shim.stdout_fd = nowhere.get();
  shim.stderr_fd = nowhere.get();
  shim.group = os::ProcessGroup::kNewSession;
  auto child = os::Child::spawn(shim);
  if (!child) return fail(child.error().within("cannot start a replica's supervisor"));
  const bool told = wait_until(
      [&] {
        const auto ended = child->try_wait();
        return read_started_record(folder) || read_exit_record(folder) || !ended || *ended;
      },
      kStartPatience);
  if (!told || (!read_started_record(folder) && !read_exit_record(folder))) {
    (void)child->terminate(milliseconds(0));
    return fail(ErrorCode::kInternal,
                fmt::format("the supervisor of {} did not start it", spec.key.id()));
  }
  return {};
}

Result<void> ProcessEngine::stop(const domain::ReplicaKey& key, seconds grace,
                                 const std::function<void()>& before_removal) {
  if (!domain::parse_replica_id(key.id())) return {};
  TRY(ping());
  const auto holder = keys_.hold(key);
  const ReplicaFolder folder = folder_of(key);
  std::error_code error;
  if (!fs::exists(folder.path, error)) return {};

  const auto ended = [&] { return !is_replica_locked(folder); };
  if (!ended()) {
    // A start that was cut short may have its shim on the way still.
    wait_until([&] { return ended() || read_started_record(folder).has_value(); }, kStartPatience);
    if (const auto started = read_started_record(folder); started && !ended()) {
      (void)os::signal_process_group(started->model, SIGTERM);
      if (!wait_until(ended, grace)) {
        (void)os::signal_process_group(started->model, SIGKILL);
      }
    }
    if (!wait_until(ended, kEndPatience)) {
      return fail(ErrorCode::kUnavailable,
                  fmt::format("the processes of {} do not end, not even on SIGKILL", key.id()));
    }
  }
  before_removal();
  groups_.remove(key.id());
  fs::remove_all(folder.path, error);
  if (error) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("cannot remove {}: {}", folder.path.native(), error.message()));
  }
  say_changed();
  return {};
}

Result<std::vector<ObservedReplica>> ProcessEngine::observe() {
  TRY(ping());
  std::vector<ObservedReplica> all;
  for (const ReplicaFolder& folder : folders()) {
    if (auto seen = observe_replica_folder(folder)) all.push_back(std::move(*seen));
  }
  return all;
}

// By process groups and not by control groups: those are not to be had on every machine.
Result<std::vector<ReplicaResources>> ProcessEngine::resources() {
  TRY(ping());
  TRY_ASSIGN(const auto groups, os::use_by_process_group());
  std::vector<ReplicaResources> all;
  for (const ReplicaFolder& folder : folders()) {
    const auto record = read_replica_record(folder);
    const auto started = read_started_record(folder);
    if (!record || !started || !is_replica_locked(folder)) continue;
    const auto group = groups.find(started->model.pid);
    if (group == groups.end()) continue;
    all.push_back({.key = record->key,
                   .cpu_time = group->second.cpu_time,
                   .memory_bytes = group->second.memory_bytes});
  }
  return all;
}

void ProcessEngine::say_changed() const {
  ::utimensat(AT_FDCWD, changes_file().c_str(), nullptr, 0);
}

std::unique_ptr<Watch> ProcessEngine::watch(std::function<void()> on_hint) {
  return std::make_unique<ChangeWatch>(changes_file(), std::move(on_hint));
}

Result<void> ProcessEngine::logs(const domain::ReplicaKey& key, const LogQuery& query,
                                 const LogSink& sink) {
  const ReplicaFolder folder = folder_of(key);
  if (!domain::parse_replica_id(key.id()) || !read_replica_record(folder)) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no replica '{}'", key.id()));
  }
  return read_replica_log(folder, query, sink);
}

}  // namespace slipway::engine
