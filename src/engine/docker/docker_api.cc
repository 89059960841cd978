#include "engine/docker/docker_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace slipway::engine {
namespace {

constexpr std::string_view kVersionPath = "/v1.41";
constexpr size_t kMaxErrorBody = 64 * 1024;

// Inspections of thousands of containers are long; nesting is shallow.
constexpr JsonLimits kLimits{64 * 1024 * 1024, 64};

ErrorCode code_of(int status) {
  switch (status) {
    case 400:
      return ErrorCode::kInvalid;
    case 401:
    case 403:
      return ErrorCode::kDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kConflict;
    default:
      return ErrorCode::kInternal;
  }
}

}  // namespace

Error docker_error(int status, std::string_view body) {
  std::string message;
  if (auto json = parse_json(body); json && json->is_object()) {
    if (const auto it = json->find("message"); it != json->end() && it->is_string()) {
      message = it->get<std::string>();
    }
  }
  if (message.empty()) message = fmt::format("the container engine answered {}", status);
  std::replace(message.begin(), message.end(), '\n', ' ');
  return Error{code_of(status), std::move(message), {}};
}

Result<DockerVersion> read_ping(const call::Headers& headers) {
  DockerVersion version;
  version.api = call::find_header(headers, "Api-Version");
  int major = 0;
  int minor = 0;
  if (std::sscanf(version.api.c_str(), "%d.%d", &major, &minor) != 2) {
    return fail(ErrorCode::kUnavailable,
                "what answers there is no container engine: its /_ping names no API version");
  }
  if (major < 1 || (major == 1 && minor < 41)) {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the container engine speaks API {} only; 1.41 is needed, which is "
                            "Docker 20.10 or podman 4.3",
                            version.api));
  }
  if (const auto podman = call::find_header(headers, "Libpod-Api-Version"); !podman.empty()) {
    version.kind = EngineKind::kPodman;
    version.engine = podman;
    return version;
  }
  // "Docker/20.10.24+dfsg1 (linux)"
  std::string_view server = call::find_header(headers, "Server");
  if (server.starts_with("Docker/")) server.remove_prefix(7);
  version.engine = server.substr(0, server.find(' '));
  return version;
}

Error DockerApi::unreachable(const Error& cause) const {
  if (cause.code != ErrorCode::kUnavailable && cause.code != ErrorCode::kDeadline) return cause;
  return Error{ErrorCode::kUnavailable,
               fmt::format("the container engine at {} does not answer: {}; is it running, and may "
                           "this user open its socket?",
                           socket_, cause.message),
               {}};
}

call::Call DockerApi::make_call(std::string_view method, const std::string& path,
                                std::chrono::milliseconds timeout) const {
  call::Call request;
  request.method = method;
  request.url = "http://engine" + path;
  request.unix_socket = socket_;
  request.total_timeout = timeout;
  request.max_response_bytes = kLimits.bytes;
  return request;
}

Result<DockerVersion> DockerApi::ping() {
  const auto answer = client_.send(make_call("GET", "/_ping", std::chrono::seconds(10)));
  if (!answer) return fail(unreachable(answer.error()));
  if (answer->status != 200) {
    return fail(ErrorCode::kUnavailable, fmt::format("the container engine at {} answered {} to a "
                                                     "ping",
                                                     socket_, answer->status));
  }
  auto version = read_ping(answer->headers);
  if (!version) return fail(version.error().within(socket_));
  return version;
}

Result<DockerAnswer> DockerApi::send(std::string_view method, const std::string& path,
                                     const Json* body, std::initializer_list<int> expected,
                                     std::chrono::milliseconds timeout,
                                     const call::Headers& headers) {
  call::Call request = make_call(method, std::string(kVersionPath) + path, timeout);
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  if (body != nullptr) {
    request.body = dump_json(*body);
    request.headers.emplace_back("Content-Type", "application/json");
  }
  const auto answer = client_.send(request);
  if (!answer) return fail(unreachable(answer.error()));
  if (answer->status >= 400 &&
      std::find(expected.begin(), expected.end(), answer->status) == expected.end()) {
    return fail(docker_error(answer->status, answer->body));
  }
  DockerAnswer result;
  result.status = answer->status;
  if (answer->status < 300 && !answer->body.empty()) {
    auto json = parse_json(answer->body, kLimits);
    if (!json) return fail(json.error().within("the container engine's answer"));
    result.body = std::move(*json);
  }
  return result;
}

Result<void> DockerApi::stream(std::string_view method, const std::string& path,
                               std::chrono::milliseconds timeout, call::Cancellation* cancel,
                               const std::function<void()>& on_open,
                               const std::function<bool(std::string_view)>& on_bytes,
                               const call::Headers& headers) {
  call::Call request = make_call(method, std::string(kVersionPath) + path, timeout);
  request.cancel = cancel;
  request.headers.insert(request.headers.end(), headers.begin(), headers.end());
  int status = 0;
  std::string complaint;
  call::StreamCallbacks callbacks;
  callbacks.on_head = [&](int head_status, const call::Headers&) {
    status = head_status;
    if (status < 400 && on_open) on_open();
    return true;
  };
  callbacks.on_bytes = [&](std::string_view bytes) {
    if (status < 400) return on_bytes(bytes);
    complaint.append(bytes.substr(0, kMaxErrorBody - std::min(kMaxErrorBody, complaint.size())));
    return true;
  };
  const auto ended = client_.stream(request, callbacks);
  if (!ended) return fail(unreachable(ended.error()));
  if (*ended >= 400) return fail(docker_error(*ended, complaint));
  return {};
}

}  // namespace slipway::engine
