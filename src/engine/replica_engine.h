#pragma once
// What runs *one replica* on this node: Docker, child processes, or the scripted mock. The
// contract, held by one suite on every engine (engine/contract_suite.h):
//
//  - start() and stop() are idempotent by key: a second start of a key that runs is a success that
//  changes
//    nothing; a stop of a key that is gone is a success.
//  - Nothing is kept in memory that observe() could not tell again after our own restart: what runs
//  is
//    labelled with the owner (this installation) and the key, and is adopted.
//  - observe() is the truth; watch() only hints that looking again may pay. Hints may be lost or
//  doubled.
//  - An exited replica stays visible (with exit code and logs) until stop() removes it; a start()
//  of its key changes nothing until then.
//
// All methods block and may be called from any thread at once; a call takes at most a few seconds
// except ensure_image(), which may take as long as a pull.

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "domain/deployment.h"
#include "domain/replica.h"
#include "engine/registry_credentials.h"

namespace slipway::engine {

struct Capabilities {
  std::string name;     // "docker", "process", "mock"
  std::string version;  // of the engine behind it: "docker 20.10.24", "podman 4.3.1"
  bool isolates =
      true;  // false: replicas share this machine's files and network; said in API and log
  bool pulls_images = true;
  bool limits_resources = true;
  // The engine itself says whether a replica is ready (mock, Kubernetes): nobody probes it over
  // HTTP.
  bool reports_readiness = false;
  // Asking for new log lines costs next to nothing: nobody needs to follow them.
  bool quick_logs = false;
};

struct Capacity {
  int64_t cpu_millis = 0;  // of the whole node
  int64_t memory_bytes = 0;
};

struct ReplicaSpec {
  domain::ReplicaKey key;
  std::string image;
  std::vector<domain::EnvironmentVariable> environment;  // complete: platform variables included
  int port = 9000;  // where the model listens inside its own network; the process engine chooses
                    // another and tells it through PREDICTIVE_UNIT_SERVICE_PORT
  int64_t cpu_millis = 0;
  int64_t memory_bytes = 0;
  int gpus = 0;              // start() is kInvalid where the engine has none to give
  std::string gpu_resource;  // which kind: "nvidia.com/gpu"; "": any
  int pids_limit = 1024;
};

// Where an image is, as far as can be told without fetching it.
struct ImageSight {
  enum class Where { kHere, kInRegistry, kMissing, kUnknown };
  Where where = Where::kUnknown;
  std::string detail = {};  // for people: what was asked, and why it cannot be told
  bool operator==(const ImageSight&) const = default;
};

enum class RunState { kCreated, kRunning, kExited };

struct ObservedReplica {
  domain::ReplicaKey key;
  RunState state = RunState::kCreated;
  std::string host;  // IP literal to reach it from this node; empty until known
  uint16_t port = 0;
  // The Unix socket of this node at which it listens as well, and everybody who gets there may
  // connect; empty: it has none. Reach it through os::SocketFile: its folder is the model's.
  std::string unix_socket;
  std::string engine_id;  // container id or pid, for people
  std::string image_digest;
  Timestamp started_at{};
  // Only when kExited:
  std::optional<int> exit_code;
  bool out_of_memory = false;
  Timestamp finished_at{};
  std::string detail;         // the engine's own words, when it has some
  std::optional<bool> ready;  // only from engines that report readiness themselves
  bool operator==(const ObservedReplica&) const = default;
};

// Are these the same process? An engine may keep its id over a restart.
inline bool same_run(const ObservedReplica& one, const ObservedReplica& other) {
  return one.engine_id == other.engine_id && one.started_at == other.started_at;
}

// What a running replica uses.
struct ReplicaResources {
  domain::ReplicaKey key;
  // Of all its processes since it was started; grows while it runs, begins at 0 with the next run.
  std::chrono::nanoseconds cpu_time{0};
  int64_t memory_bytes = 0;  // without what the kernel could take back at once
  bool operator==(const ReplicaResources&) const = default;
};

struct LogLine {
  FineTime time{};
  bool is_stderr = false;
  std::string text = {};   // without the line end
  bool continues = false;  // too long for one: goes on in the next line of this stream
  bool operator==(const LogLine&) const = default;
};

struct LogQuery {
  int tail = -1;  // the newest so many lines; -1: all
  // Only lines with this time or a later one, wherever they stand. A whole second.
  FineTime since = FineTime::min();
  bool follow = false;  // go on until the replica ends or the sink says stop
};

// Gets the lines in order; false: no more, please. While following, it is called with nullptr when
// nothing more is at hand, and at least every second, so that what came can be handed on, and a
// sink whose reader is gone can stop.
using LogSink = std::function<bool(const LogLine* line)>;

// Ends the watching when destroyed.
class Watch {
 public:
  virtual ~Watch() = default;
};

class ReplicaEngine {
 public:
  virtual ~ReplicaEngine() = default;

  virtual Capabilities capabilities() const = 0;
  // Does the engine answer? The error says which socket and why not.
  virtual Result<void> ping() = 0;
  virtual Result<Capacity> capacity() = 0;

  // Makes sure the image is at hand, pulling if need be. kNotFound: no such image here and none to
  // be pulled (what was tried is in the message); kDenied: the registry refuses the credentials;
  // kUnavailable: the registry or engine does not answer. `credentials` is asked only when a pull
  // is needed, and may be empty; engines that pull nothing never ask.
  virtual Result<void> ensure_image(const std::string& image,
                                    const CredentialLookup& credentials) = 0;

  // Cheap: fetches nothing. kUnknown when the engine cannot tell, with the reason. `credentials` as
  // for ensure_image().
  virtual ImageSight find_image(const std::string& image, const CredentialLookup& credentials) = 0;

  virtual Result<void> start(const ReplicaSpec& spec) = 0;
  // SIGTERM, after `grace` SIGKILL, then removed with all that belongs to it. Between the two, when
  // nothing is written any more and all that was can still be read, `before_removal` is called, if
  // there is such a replica.
  virtual Result<void> stop(const domain::ReplicaKey& key, std::chrono::seconds grace,
                            const std::function<void()>& before_removal) = 0;
  Result<void> stop(const domain::ReplicaKey& key, std::chrono::seconds grace) {
    return stop(key, grace, [] {});
  }
  virtual Result<std::vector<ObservedReplica>> observe() = 0;
  // Of the replicas that run; one that ends meanwhile, or whose figures cannot be had, is left out.
  // Asks the engine for each one, so it takes longer than other calls where many run.
  virtual Result<std::vector<ReplicaResources>> resources() = 0;
  // `on_hint` is called from a thread of the engine when something may have changed.
  virtual std::unique_ptr<Watch> watch(std::function<void()> on_hint) = 0;
  virtual Result<void> logs(const domain::ReplicaKey& key, const LogQuery& query,
                            const LogSink& sink) = 0;
};

}  // namespace slipway::engine
