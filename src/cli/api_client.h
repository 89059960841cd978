#pragma once
// The REST API as the commands use it: JSON in, JSON or an Error out. A problem (RFC 9457) becomes
// the Error that it describes, with every wrong field; a server that does not answer becomes
// kUnavailable. May be used from several threads at once; keeps no state but its settings.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"
#include "cli/contexts.h"
#include "cli/outside.h"

namespace slipway::cli {

struct ApiReply;

class ApiClient {
 public:
  // `outside` outlives it.
  ApiClient(const Outside& outside, Context server)
      : outside_(&outside), server_(std::move(server)) {}

  const Context& server() const { return server_; }

  // `path` begins with '/', placeholders encoded already (see deployment_path()).
  Result<ApiReply> get(const std::string& path) const;
  Result<ApiReply> post(const std::string& path, const Json& body,
                        call::Headers headers = {}) const;
  Result<ApiReply> patch(const std::string& path, const Json& body,
                         call::Headers headers = {}) const;
  Result<ApiReply> put(const std::string& path, const Json& body) const;
  Result<ApiReply> remove(const std::string& path) const;
  // Every page of a list, as one array of at most so many items.
  Result<Json> all_pages(const std::string& path, size_t most = SIZE_MAX) const;

  // Streams the bytes of an answer of status 200 into `on_bytes` (false: enough); 0 ms: no limit.
  Result<void> stream(const std::string& path, call::Headers headers,
                      std::chrono::milliseconds limit,
                      const std::function<bool(std::string_view)>& on_bytes,
                      call::Cancellation* cancel = nullptr) const;

 private:
  call::Call prepare(std::string method, const std::string& path) const;
  Result<ApiReply> send(const call::Call& call) const;
  Result<ApiReply> send_document(std::string method, const std::string& path, const Json& body,
                                 call::Headers headers) const;

  const Outside* outside_;
  Context server_;
};

// "/api/v1/deployments/<id>" + rest, with the id encoded.
std::string deployment_path(const std::string& id, std::string_view rest = "");

// "<collection>/<name>" with the name encoded.
std::string item_path(std::string_view collection, const std::string& name);

// What an answer lists as wrong fields ("path", "message") and as limits that are exceeded.
std::vector<FieldError> faults_in(const Json& list);
std::vector<ExceededLimit> limits_in(const Json& list);
// The Error that an answer of status 400 or more stands for.
Error error_of(int status, std::string_view body);

}  // namespace slipway::cli
