#include "cli/apply_ask.h"

#include <fmt/format.h>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kDeployments = "/api/v1/deployments";

Result<std::vector<ApplyDocument>> read_files(const Session& session, const ApplyFiles& wanted) {
  std::vector<ApplyDocument> documents;
  for (const std::string& file : wanted.files) {
    TRY_ASSIGN(const std::string text, read_input(session, file));
    const std::string shown = file == "-" ? "stdin" : file;
    TRY_ASSIGN(auto read, read_apply_documents(shown, text, wanted.group));
    for (ApplyDocument& document : read) {
      Json& value = document.yaml.value;
      if (!wanted.message.empty() && !value.contains("message")) {
        value["message"] = wanted.message;
      }
      documents.push_back(std::move(document));
    }
  }
  if (documents.empty()) return fail(ErrorCode::kInvalid, "the files hold no document");
  return documents;
}

// The id of the deployment that the document means; "" when there is none yet.
Result<std::string> find_id(const ApiClient& client, const ApplyDocument& document) {
  if (!document.id().empty()) return document.id();
  std::string path =
      fmt::format("{}?limit=500&search={}", kDeployments, call::url_encode(document.name()));
  if (!document.group().empty()) path += "&group=" + call::url_encode(document.group());
  TRY_ASSIGN(const Json found, client.all_pages(path));
  std::string id;
  for (const Json& deployment : found) {
    if (text_at(deployment, {"name"}) != document.name()) continue;
    if (!id.empty()) {
      return fail(
          ErrorCode::kConflict,
          fmt::format("{}: several deployments are called '{}' ({}, {}, ...); say by its id "
                      "which one is meant",
                      document.place("name"), document.name(), id, text_at(deployment, {"id"})));
    }
    id = text_at(deployment, {"id"});
  }
  return id;
}

// Everything that the server has to say about one document; only what keeps it from answering at
// all is an error here.
Result<ServerAnswer> ask_about(const ApiClient& client, const ApplyDocument& document) {
  ServerAnswer answer{nullptr, {}, Json(nullptr)};
  TRY_ASSIGN(const std::string id, find_id(client, document));
  if (!id.empty()) {
    const Result<ApiReply> present = client.get(deployment_path(id));
    if (present) {
      answer.present = present->body;
      answer.etag = present->etag;
    } else if (present.error().code != ErrorCode::kNotFound) {
      return fail(present.error());
    }
  }
  const Result<ApplyRequest> request = request_of(document, answer.present);
  if (!request) return answer;  // the plan says what is wrong with it
  const std::string path = request->creates ? fmt::format("{}/dry-run", kDeployments)
                                            : deployment_path(request->id, "/dry-run");
  Result<ApiReply> tried = client.post(path, request->body);
  if (tried) {
    answer.dry_run = std::move(tried->body);
  } else if (tried.error().code == ErrorCode::kUnavailable ||
             tried.error().code == ErrorCode::kUnauthenticated) {
    return fail(tried.error());
  } else {
    answer.dry_run = fail(tried.error());
  }
  return answer;
}

}  // namespace

Result<std::vector<ApplyStep>> make_plan(const Session& session, const ApiClient& client,
                                         const ApplyFiles& wanted) {
  TRY_ASSIGN(const auto documents, read_files(session, wanted));
  std::vector<ServerAnswer> answers;
  for (const ApplyDocument& document : documents) {
    TRY_ASSIGN(ServerAnswer answer, ask_about(client, document));
    answers.push_back(std::move(answer));
  }
  Json in_group = Json::array();
  if (wanted.prune) {
    TRY_ASSIGN(in_group, client.all_pages(fmt::format("{}?limit=500&group={}", kDeployments,
                                                      call::url_encode(wanted.group))));
  }
  return plan_apply(documents, answers, in_group);
}

}  // namespace slipway::cli
