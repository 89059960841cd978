#include "control/system_report.h"

#include <system_error>
#include <utility>

#include "control/people_access.h"
#include "engine/replica_engine.h"
#include "logs/log_store.h"
#include "store/store.h"

namespace slipway::control {
namespace {

namespace fs = std::filesystem;
using std::chrono::duration_cast;
using std::chrono::milliseconds;

// 0 when there is no such file.
uint64_t bytes_of_file(const fs::path& file) {
  std::error_code error;
  const uintmax_t bytes = fs::file_size(file, error);
  return error ? 0 : bytes;
}

uint64_t bytes_of_database(const fs::path& file) {
  return bytes_of_file(file) + bytes_of_file(file.string() + "-wal");
}

// Files come and go meanwhile: what cannot be looked at is not counted.
uint64_t bytes_of_folder(const fs::path& folder) {
  uint64_t bytes = 0;
  std::error_code error;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at(folder, skip, error), end; !error && at != end;
       at.increment(error)) {
    std::error_code gone;
    if (at->is_regular_file(gone)) bytes += bytes_of_file(at->path());
  }
  return bytes;
}

class LiveSystem final : public System {
 public:
  explicit LiveSystem(SystemParts parts)
      : parts_(std::move(parts)),
        started_at_(parts_.clock.now()),
        started_(parts_.clock.monotonic()) {}

  Result<SystemReport> report(const Caller& caller) override {
    TRY(check_platform_admin(caller));
    SystemReport report;
    report.started_at = started_at_;
    report.uptime = duration_cast<milliseconds>(parts_.clock.monotonic() - started_);
    report.engine = engine();
    report.database = database();
    report.disk = disk();
    if (const auto snapshot = parts_.feed.current()) {
      report.snapshot_version = snapshot->version;
      report.snapshot_published_at = from_unix_micros(snapshot->published_at_micros);
    }
    const Monotonic now = parts_.clock.monotonic();
    for (GatewayView& gateway : parts_.feed.gateways()) {
      report.gateways.push_back({.id = std::move(gateway.id),
                                 .adopted_version = gateway.adopted_version,
                                 .age = duration_cast<milliseconds>(now - gateway.last_seen),
                                 .metrics_at = std::move(gateway.metrics_at),
                                 .certificates = std::move(gateway.certificates)});
    }
    return report;
  }

 private:
  SystemReport::Engine engine() {
    SystemReport::Engine told;
    const Result<void> answer = parts_.engine.ping();
    if (!answer) told.problem = answer.error().message;
    engine::Capabilities capabilities = parts_.engine.capabilities();
    told.name = std::move(capabilities.name);
    told.version = std::move(capabilities.version);
    told.isolates = capabilities.isolates;
    if (!answer) return told;
    if (const auto node = parts_.engine.capacity()) {
      told.cpu_millis = node->cpu_millis;
      told.memory_bytes = node->memory_bytes;
    }
    return told;
  }

  SystemReport::Database database() {
    SystemReport::Database told;
    told.bytes = bytes_of_database(parts_.database);
    told.history_bytes = bytes_of_database(parts_.history);
    if (const Result<void> answer = parts_.store.check(); !answer) {
      told.problem = answer.error().message;
    }
    return told;
  }

  SystemReport::Disk disk() {
    SystemReport::Disk told;
    told.state_dir = parts_.state_dir;
    std::error_code error;
    const fs::space_info space = fs::space(parts_.state_dir, error);
    if (!error) {
      told.free_bytes = space.available;
      told.size_bytes = space.capacity;
    }
    told.logs_bytes = bytes_of_folder(parts_.logs.options().root);
    told.logs_paused = parts_.logs.disk().paused();
    return told;
  }

  const SystemParts parts_;
  const Timestamp started_at_;
  const Monotonic started_;
};

}  // namespace

std::unique_ptr<System> make_system(SystemParts parts) {
  return std::make_unique<LiveSystem>(std::move(parts));
}

}  // namespace slipway::control
