#pragma once
// The Docker Engine's REST API over its Unix socket, as far as transport and errors go: versions,
// JSON bodies, and the engine's complaints as Errors. Knows nothing of replicas. Any thread.
//
// Works with dockerd from 20.10 (API 1.41) on, and with podman's compatible socket from 4.3 on.
// Source: https://docs.docker.com/engine/api/v1.41/

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "call/http_client.h"

namespace slipway::engine {

enum class EngineKind { kDocker, kPodman };

struct DockerVersion {
  EngineKind kind = EngineKind::kDocker;
  std::string engine;  // "20.10.24+dfsg1", "4.3.1"
  std::string api;     // the newest that it speaks: "1.41"
  bool operator==(const DockerVersion&) const = default;
};

struct DockerAnswer {
  int status = 0;
  Json body;  // null when there was none
};

class DockerApi {
 public:
  // `client` must outlive the object. `socket` is a path.
  DockerApi(call::HttpClient& client, std::string socket)
      : client_(client), socket_(std::move(socket)) {}

  const std::string& socket() const { return socket_; }

  // Asks the engine who it is. kUnavailable when it does not answer or is too old.
  Result<DockerVersion> ping();

  // Any answer of the engine with a status below 400, or one listed in `expected`, is an answer;
  // everything else an Error with the engine's own message. `path` starts behind the version;
  // `headers` go out besides our own.
  Result<DockerAnswer> send(std::string_view method, const std::string& path,
                            const Json* body = nullptr, std::initializer_list<int> expected = {},
                            std::chrono::milliseconds timeout = std::chrono::seconds(60),
                            const call::Headers& headers = {});

  // An answer that comes in pieces; ends when the engine ends it,
  // `on_bytes` says stop, or `cancel` is switched. timeout 0: none. Statuses from 400 on are
  // Errors.
  Result<void> stream(std::string_view method, const std::string& path,
                      std::chrono::milliseconds timeout, call::Cancellation* cancel,
                      const std::function<void()>& on_open,
                      const std::function<bool(std::string_view)>& on_bytes,
                      const call::Headers& headers = {});

 private:
  call::Call make_call(std::string_view method, const std::string& path,
                       std::chrono::milliseconds timeout) const;
  Error unreachable(const Error& cause) const;

  call::HttpClient& client_;
  const std::string socket_;
};

// The engine's complaint, "message" of its JSON, as an Error with the code that fits `status`.
Error docker_error(int status, std::string_view body);

// What the answer to GET /_ping says; kUnavailable when it speaks no API of 1.41 or newer.
Result<DockerVersion> read_ping(const call::Headers& headers);

}  // namespace slipway::engine
