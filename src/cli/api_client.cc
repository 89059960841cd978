#include "cli/api_client.h"

#include <fmt/format.h>

#include "cli/api_reply.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

ErrorCode code_of(std::string_view word, int status) {
  for (const ErrorCode code :
       {ErrorCode::kInvalid, ErrorCode::kUnauthenticated, ErrorCode::kDenied, ErrorCode::kNotFound,
        ErrorCode::kConflict, ErrorCode::kPrecondition, ErrorCode::kTooLarge, ErrorCode::kQuota,
        ErrorCode::kThrottled, ErrorCode::kUnavailable, ErrorCode::kDeadline,
        ErrorCode::kInternal}) {
    if (to_string(code) == word) return code;
  }
  switch (status) {
    case 401:
      return ErrorCode::kUnauthenticated;
    case 403:
      return ErrorCode::kDenied;
    case 404:
      return ErrorCode::kNotFound;
    case 409:
      return ErrorCode::kConflict;
    case 429:
      return ErrorCode::kThrottled;
    case 502:
    case 503:
    case 504:
      return ErrorCode::kUnavailable;
    default:
      return status < 500 ? ErrorCode::kInvalid : ErrorCode::kInternal;
  }
}

}  // namespace

std::string deployment_path(const std::string& id, std::string_view rest) {
  return fmt::format("/api/v1/deployments/{}{}", call::url_encode(id), rest);
}

std::string item_path(std::string_view collection, const std::string& name) {
  return fmt::format("{}/{}", collection, call::url_encode(name));
}

std::vector<FieldError> faults_in(const Json& list) {
  std::vector<FieldError> out;
  for (const Json& item : list) {
    out.push_back({text_at(item, {"path"}), text_at(item, {"message"})});
  }
  return out;
}

std::vector<ExceededLimit> limits_in(const Json& list) {
  std::vector<ExceededLimit> out;
  for (const Json& item : list) {
    out.push_back({text_at(item, {"name"}), number_at(item, "limit"), number_at(item, "used"),
                   number_at(item, "asked"), text_at(item, {"message"})});
  }
  return out;
}

Error error_of(int status, std::string_view body) {
  constexpr std::string_view kType = "urn:slipway:problem:";
  const Result<Json> document = parse_json(body);
  if (!document || !document->is_object()) {
    return {code_of("", status), fmt::format("the server answered with status {}", status)};
  }
  const std::string type = text_at(*document, {"type"});
  Error error;
  error.code = code_of(type.rfind(kType, 0) == 0 ? type.substr(kType.size()) : "", status);
  error.message = fmt::format("status {}", status);
  for (const char* name : {"detail", "reason", "title"}) {
    std::string message = text_at(*document, {name});
    if (message.empty()) continue;
    error.message = std::move(message);
    break;
  }
  error.fields = faults_in(member_of(*document, "errors"));
  error.limits = limits_in(member_of(*document, "limits"));
  return error;
}

call::Call ApiClient::prepare(std::string method, const std::string& path) const {
  call::Call call;
  call.method = std::move(method);
  call.url = server_.url + path;
  call.ca_file = server_.ca_file;
  call.headers.emplace_back("Accept", "application/json");
  call.headers.emplace_back("User-Agent", "slipway");
  if (!server_.token.empty()) call.headers.emplace_back("Authorization", "Bearer " + server_.token);
  return call;
}

Result<ApiReply> ApiClient::send(const call::Call& call) const {
  TRY_ASSIGN(const call::Answer answer, outside_->send(call));
  if (answer.status < 200 || answer.status >= 300) {
    return fail(error_of(answer.status, answer.body));
  }
  ApiReply reply;
  reply.status = answer.status;
  reply.etag = answer.header("ETag");
  if (!answer.body.empty()) {
    auto body = parse_json(answer.body, JsonLimits{size_t{64} * 1024 * 1024, 64});
    if (!body) {
      return fail(
          ErrorCode::kInternal,
          fmt::format("what answers at {} is no Slipway: its answer is no JSON", server_.url));
    }
    reply.body = std::move(*body);
  }
  return reply;
}

Result<ApiReply> ApiClient::get(const std::string& path) const {
  return send(prepare("GET", path));
}

Result<ApiReply> ApiClient::send_document(std::string method, const std::string& path,
                                          const Json& body, call::Headers headers) const {
  call::Call call = prepare(std::move(method), path);
  for (auto& header : headers) call.headers.push_back(std::move(header));
  if (!body.is_null()) {
    call.headers.emplace_back("Content-Type", "application/json");
    call.body = dump_json(body);
  }
  return send(call);
}

Result<ApiReply> ApiClient::post(const std::string& path, const Json& body,
                                 call::Headers headers) const {
  return send_document("POST", path, body, std::move(headers));
}

Result<ApiReply> ApiClient::patch(const std::string& path, const Json& body,
                                  call::Headers headers) const {
  return send_document("PATCH", path, body, std::move(headers));
}

Result<ApiReply> ApiClient::put(const std::string& path, const Json& body) const {
  return send_document("PUT", path, body, {});
}

Result<ApiReply> ApiClient::remove(const std::string& path) const {
  return send(prepare("DELETE", path));
}

Result<Json> ApiClient::all_pages(const std::string& path, size_t most) const {
  Json items = Json::array();
  const char separator = path.find('?') == std::string::npos ? '?' : '&';
  std::string cursor;
  while (true) {
    std::string page_path = path;
    if (!cursor.empty())
      page_path += fmt::format("{}cursor={}", separator, call::url_encode(cursor));
    TRY_ASSIGN(const ApiReply page, get(page_path));
    if (!page.body.is_object() || !page.body.contains("items")) {
      return fail(ErrorCode::kInternal, "the server's list has no items");
    }
    for (const Json& item : page.body["items"]) {
      if (items.size() == most) return items;
      items.push_back(item);
    }
    if (items.size() == most) return items;
    const auto next = page.body.find("next_cursor");
    if (next == page.body.end() || !next->is_string() || *next == cursor) return items;
    cursor = next->get<std::string>();
  }
}

Result<void> ApiClient::stream(const std::string& path, call::Headers headers,
                               std::chrono::milliseconds limit,
                               const std::function<bool(std::string_view)>& on_bytes,
                               call::Cancellation* cancel) const {
  call::Call call = prepare("GET", path);
  call.cancel = cancel;
  call.headers.front().second = "*/*";
  for (auto& header : headers) call.headers.push_back(std::move(header));
  call.total_timeout = limit;
  int status = 0;
  std::string problem;
  call::StreamCallbacks callbacks;
  callbacks.on_head = [&](int code, const call::Headers&) {
    status = code;
    return true;
  };
  callbacks.on_bytes = [&](std::string_view bytes) {
    if (status == 200) return on_bytes(bytes);
    problem += bytes;
    return problem.size() < size_t{64} * 1024;
  };
  TRY_ASSIGN(const int final_status, outside_->stream(call, callbacks));
  if (final_status != 200) return fail(error_of(final_status, problem));
  return {};
}

}  // namespace slipway::cli
