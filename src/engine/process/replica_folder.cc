#include "engine/process/replica_folder.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>

#include "os/file.h"

namespace slipway::engine {
namespace {

constexpr size_t kMaxRecord = 64 * 1024;

std::optional<Json> read_json(const std::filesystem::path& path) {
  const auto text = os::read_file(path, kMaxRecord);
  if (!text) return std::nullopt;
  auto json = parse_json(*text);
  if (!json || !json->is_object()) return std::nullopt;
  return std::move(*json);
}

// Reads with `read`; a record of another form is as good as none.
template <typename Record, typename Read>
std::optional<Record> read_record(const std::filesystem::path& path, const Read& read) {
  const auto json = read_json(path);
  if (!json) return std::nullopt;
  try {
    return read(*json);
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

// Open file description locks belong to the open file, so a child that inherits the descriptor
// holds the lock on; and they can be asked about without being taken (fcntl(2)).
struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

}  // namespace

Result<os::UniqueFd> take_replica_lock(const ReplicaFolder& folder) {
  os::UniqueFd fd(::open(folder.lock().c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return fail(errno_error(fmt::format("cannot open {}", folder.lock().native()), errno));
  struct flock lock = whole_file(F_WRLCK);
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
    return fail(ErrorCode::kConflict, fmt::format("{} is held", folder.lock().native()));
  }
  return fd;
}

bool is_replica_locked(const ReplicaFolder& folder) {
  const os::UniqueFd fd(::open(folder.lock().c_str(), O_RDWR | O_CLOEXEC));
  if (!fd) return false;
  struct flock lock = whole_file(F_WRLCK);
  return ::fcntl(fd.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

Json to_json(const ReplicaRecord& record) {
  return Json{{"deployment", record.key.deployment_id},
              {"revision", record.key.revision},
              {"ordinal", record.key.ordinal},
              {"image", record.image},
              {"port", record.port}};
}

std::optional<ReplicaRecord> read_replica_record(const ReplicaFolder& folder) {
  return read_record<ReplicaRecord>(folder.record(), [](const Json& json) {
    return ReplicaRecord{{json.at("deployment").get<std::string>(),
                          json.at("revision").get<int64_t>(), json.at("ordinal").get<int>()},
                         json.at("image").get<std::string>(),
                         json.at("port").get<uint16_t>()};
  });
}

Json to_json(const StartedRecord& record) {
  return Json{{"pid", record.model.pid},
              {"start_time", record.model.start_time},
              {"at", to_unix_micros(record.at)}};
}

std::optional<StartedRecord> read_started_record(const ReplicaFolder& folder) {
  return read_record<StartedRecord>(folder.started(), [](const Json& json) {
    return StartedRecord{{json.at("pid").get<pid_t>(), json.at("start_time").get<uint64_t>()},
                         from_unix_micros(json.at("at").get<int64_t>())};
  });
}

Json to_json(const ExitRecord& record) {
  return Json{{"code", record.code ? Json(*record.code) : Json()},
              {"out_of_memory", record.out_of_memory},
              {"at", to_unix_micros(record.at)},
              {"detail", record.detail}};
}

std::optional<ExitRecord> read_exit_record(const ReplicaFolder& folder) {
  return read_record<ExitRecord>(folder.exit(), [](const Json& json) {
    ExitRecord record;
    if (!json.at("code").is_null()) record.code = json.at("code").get<int>();
    record.out_of_memory = json.at("out_of_memory").get<bool>();
    record.at = from_unix_micros(json.at("at").get<int64_t>());
    record.detail = json.at("detail").get<std::string>();
    return record;
  });
}

std::optional<ObservedReplica> observe_replica_folder(const ReplicaFolder& folder) {
  // Asked first: a shim that ends after this has written exit.json before it let go.
  const bool locked = is_replica_locked(folder);
  const auto record = read_replica_record(folder);
  if (!record) return std::nullopt;
  const auto started = read_started_record(folder);
  const auto ended = read_exit_record(folder);
  ObservedReplica seen;
  seen.key = record->key;
  if (started) {
    seen.engine_id = fmt::format("pid {}", started->model.pid);
    seen.started_at = started->at;
  }
  if (ended) {
    seen.state = RunState::kExited;
    seen.exit_code = ended->code;
    seen.out_of_memory = ended->out_of_memory;
    seen.finished_at = ended->at;
    seen.detail = ended->detail;
  } else if (locked) {
    seen.state = started ? RunState::kRunning : RunState::kCreated;
    if (started) {
      seen.host = "127.0.0.1";
      seen.port = record->port;
    }
  } else if (started) {
    // The shim takes the model with it, however it ends.
    seen.state = RunState::kExited;
    seen.detail = "its supervisor was killed, so its exit code is unknown";
  } else {
    seen.state = RunState::kCreated;
  }
  return seen;
}

}  // namespace slipway::engine
