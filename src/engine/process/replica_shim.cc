#include "engine/process/replica_shim.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <iterator>

#include "engine/process/replica_folder.h"
#include "engine/process/replica_log.h"
#include "engine/process/resource_groups.h"
#include "os/file.h"
#include "os/system_clock.h"

namespace slipway::engine {
namespace {

// How long output of processes that outlive the model, and hold its pipes, is waited for.
constexpr int kLastOutputMillis = 200;
constexpr int kCannotStart = 127;  // as a shell says it

struct Pipe {
  os::UniqueFd read;
  os::UniqueFd write;
};

Result<Pipe> make_pipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return fail(errno_error("cannot make a pipe", errno));
  Pipe pipe{os::UniqueFd(ends[0]), os::UniqueFd(ends[1])};
  ::fcntl(pipe.read.get(), F_SETFL, O_NONBLOCK);
  return pipe;
}

Result<ShimOrder> receive_order() {
  std::string text;
  std::array<char, 65536> buffer;
  ssize_t got = 0;
  ::lseek(kShimOrderFd, 0, SEEK_SET);
  while ((got = ::read(kShimOrderFd, buffer.data(), buffer.size())) > 0) {
    text.append(buffer.data(), static_cast<size_t>(got));
  }
  ::close(kShimOrderFd);
  TRY_ASSIGN(const Json json, parse_json(text, JsonLimits{16 * 1024 * 1024, 8}));
  return read_shim_order(json);
}

std::vector<std::filesystem::path> own_groups_beside(
    const std::vector<std::filesystem::path>& groups) {
  // The parents of the installation's group: where whoever started us is, or above.
  std::vector<std::filesystem::path> parents;
  for (const auto& group : groups) parents.push_back(group.parent_path().parent_path());
  return parents;
}

// The model is born into its groups: we go in, start it, and come out again, so that our own few
// pages are not counted and the kernel never picks us for want of the model's memory.
Result<os::Child> spawn_model(const ShimOrder& order, const Pipe& out, const Pipe& err) {
  os::ChildSpec spec;
  spec.argv = order.command;
  spec.environment = order.environment;
  spec.working_directory = order.working_directory;
  spec.stdout_fd = out.write.get();
  spec.stderr_fd = err.write.get();
  spec.run_as = order.run_as;
  spec.no_new_privileges = true;
  spec.parent_death_signal = SIGKILL;
  spec.group = os::ProcessGroup::kNewSession;
  for (const auto& group : order.resource_groups) join_resource_group(group);
  auto child = os::Child::spawn(spec);
  for (const auto& parent : own_groups_beside(order.resource_groups)) join_resource_group(parent);
  return child;
}

class Output {
 public:
  Output(Pipe out, Pipe err, ReplicaLogWriter& log)
      : out_(std::move(out)), err_(std::move(err)), log_(log) {
    out_.write.reset();
    err_.write.reset();
  }

  // Passes on what is there; waits up to `millis` for it, or for the process to end.
  // False when nothing came.
  bool pass_on(int pidfd, int millis) {
    std::array<pollfd, 3> ends{pollfd{out_.read.get(), POLLIN, 0},
                               pollfd{err_.read.get(), POLLIN, 0}, pollfd{pidfd, POLLIN, 0}};
    if (::poll(ends.data(), ends.size(), millis) <= 0) return false;
    bool any = false;
    if (ends[0].revents != 0) any = drain(out_.read, false) || any;
    if (ends[1].revents != 0) any = drain(err_.read, true) || any;
    return any;
  }

 private:
  bool drain(os::UniqueFd& fd, bool is_stderr) {
    std::array<char, 65536> buffer;
    const ssize_t got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got > 0) {
      log_.take(is_stderr, std::string_view(buffer.data(), static_cast<size_t>(got)));
      return true;
    }
    if (got == 0 || (errno != EAGAIN && errno != EINTR)) fd.reset();
    return false;
  }

  Pipe out_;
  Pipe err_;
  ReplicaLogWriter& log_;
};

void record_exit(const ShimOrder& order, const ExitRecord& record) {
  const ReplicaFolder folder{order.folder};
  (void)os::replace_file(folder.exit(), dump_json(to_json(record)), 0600);
  ::utimensat(AT_FDCWD, order.changes_file.c_str(), nullptr, 0);
}

int run(const ShimOrder& order) {
  const ReplicaFolder folder{order.folder};
  const os::SystemClock clock;
  ReplicaLogWriter log(folder, clock, order.log_bytes);

  auto out = make_pipe();
  auto err = make_pipe();
  Result<os::Child> child = fail(ErrorCode::kInternal, "no pipes");
  if (out && err) child = spawn_model(order, *out, *err);
  if (!child) {
    log.take(true, child.error().message + "\n");
    record_exit(order, ExitRecord{kCannotStart, false, clock.now(), child.error().message});
    return 0;
  }
  const StartedRecord started{child->identity(), clock.now()};
  if (!os::replace_file(folder.started(), dump_json(to_json(started)), 0600)) {
    // Nobody could find it again.
    (void)child->terminate(std::chrono::milliseconds(0));
    return 1;
  }
  ::utimensat(AT_FDCWD, order.changes_file.c_str(), nullptr, 0);

  Output output(std::move(*out), std::move(*err), log);
  std::optional<os::ExitStatus> status;
  while (!status) {
    output.pass_on(child->pidfd(), -1);
    const auto ended = child->try_wait();
    if (!ended) break;
    status = *ended;
  }
  // Whatever it left in its session goes with it.
  ::kill(-child->pid(), SIGKILL);
  while (output.pass_on(-1, kLastOutputMillis)) {
  }
  log.finish();

  ExitRecord record;
  record.at = clock.now();
  record.out_of_memory = ran_out_of_memory(order.resource_groups);
  if (status) {
    record.code = status->signal != 0 ? 128 + status->signal : status->code;
    record.detail = status->describe();
  }
  record_exit(order, record);
  return 0;
}

}  // namespace

Json to_json(const ShimOrder& order) {
  Json groups = Json::array();
  for (const auto& group : order.resource_groups) groups.push_back(group.native());
  Json json = {{"folder", order.folder.native()},
               {"changes_file", order.changes_file.native()},
               {"command", order.command},
               {"environment", order.environment},
               {"working_directory", order.working_directory},
               {"resource_groups", std::move(groups)},
               {"log_bytes", order.log_bytes}};
  if (order.run_as) json["run_as"] = Json::array({order.run_as->uid, order.run_as->gid});
  return json;
}

Result<ShimOrder> read_shim_order(const Json& json) {
  try {
    ShimOrder order;
    order.folder = json.at("folder").get<std::string>();
    order.changes_file = json.at("changes_file").get<std::string>();
    order.command = json.at("command").get<std::vector<std::string>>();
    order.environment = json.at("environment").get<std::vector<std::string>>();
    order.working_directory = json.at("working_directory").get<std::string>();
    for (const Json& group : json.at("resource_groups")) {
      order.resource_groups.emplace_back(group.get<std::string>());
    }
    order.log_bytes = json.at("log_bytes").get<int64_t>();
    if (const auto user = json.find("run_as"); user != json.end()) {
      order.run_as = os::RunAs{user->at(0).get<uid_t>(), user->at(1).get<gid_t>()};
    }
    return order;
  } catch (const Json::exception& error) {
    return fail(ErrorCode::kInternal, fmt::format("not an order to a shim: {}", error.what()));
  }
}

int run_replica_shim() {
  // The lock stays ours alone: the model must not hold it on.
  ::fcntl(kShimLockFd, F_SETFD, FD_CLOEXEC);
  ::signal(SIGPIPE, SIG_IGN);
  const auto order = receive_order();
  if (!order) {
    const std::string message = order.error().message + "\n";
    (void)!::write(STDERR_FILENO, message.data(), message.size());
    return 2;
  }
  return run(*order);
}

}  // namespace slipway::engine
