#include "api/client_routes.h"

#include <fmt/format.h>

#include "api/client_schemas.h"
#include "api/json_body.h"
#include "api/json_reply.h"
#include "base/json.h"
#include "base/json_reader.h"

namespace slipway::api {
namespace {

using control::Clients;

// Null: no expiry; missing: not said.
std::optional<std::optional<Timestamp>> read_expiry(JsonReader& reader) {
  constexpr std::string_view kName = "expires_at";
  if (reader.take_null(kName)) return std::optional<Timestamp>();
  const auto text = reader.optional_string(kName);
  if (!text) return std::nullopt;
  const Result<Timestamp> time = parse_rfc3339(*text);
  if (time) return *time;
  reader.add_fault(kName, "must be a time as in RFC 3339, like 2027-01-31T12:00:00Z, or null");
  return std::nullopt;
}

std::optional<std::optional<int64_t>> read_rate(JsonReader& reader) {
  constexpr std::string_view kName = "requests_per_minute";
  if (reader.take_null(kName)) return std::optional<int64_t>();
  const auto rate = reader.optional_integer(kName, {1, Clients::kMostPerMinute});
  if (!rate) return std::nullopt;
  return *rate;
}

Reply issued_reply(int status, const control::IssuedClient& issued) {
  Json document = client_json(issued.client);
  document["token"] = issued.token;
  return json_reply(status, document);
}

Result<Reply> list(Clients& clients, const RouteCall& call) {
  TRY_ASSIGN(const auto all, clients.list(call.caller, call.path["id"]));
  Json items = Json::array();
  for (const control::ClientView& client : all) items.push_back(client_json(client));
  return page_reply(std::move(items));
}

Result<Reply> add(Clients& clients, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  control::NewClient wanted;
  wanted.name = reader.required_string("name");
  wanted.expires_at = read_expiry(reader).value_or(std::nullopt);
  wanted.requests_per_minute = read_rate(reader).value_or(std::nullopt);
  TRY(reader.finish());
  const std::string& id = call.path["id"];
  TRY_ASSIGN(const auto issued, clients.add(call.caller, id, wanted));
  Reply reply = issued_reply(201, issued);
  reply.fields.emplace_back(
      "Location", fmt::format("/api/v1/deployments/{}/clients/{}", id, issued.client.name));
  return reply;
}

Result<Reply> get(Clients& clients, const RouteCall& call) {
  TRY_ASSIGN(const auto client, clients.get(call.caller, call.path["id"], call.path["name"]));
  return json_reply(200, client_json(client));
}

Result<Reply> patch(Clients& clients, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  control::ClientPatch changes;
  changes.expires_at = read_expiry(reader);
  changes.requests_per_minute = read_rate(reader);
  TRY(reader.finish());
  TRY_ASSIGN(const auto client,
             clients.update(call.caller, call.path["id"], call.path["name"], changes));
  return json_reply(200, client_json(client));
}

Result<Reply> remove(Clients& clients, const RouteCall& call) {
  TRY(clients.remove(call.caller, call.path["id"], call.path["name"]));
  return no_content();
}

Result<Reply> rotate(Clients& clients, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request, /*may_be_empty=*/true));
  JsonReader reader(document);
  const auto overlap =
      reader.optional_integer("overlap_seconds", {0, Clients::kLongestOverlap.count()});
  TRY(reader.finish());
  TRY_ASSIGN(const auto issued, clients.rotate(call.caller, call.path["id"], call.path["name"],
                                               std::chrono::seconds(overlap.value_or(0))));
  return issued_reply(200, issued);
}

}  // namespace

Json client_json(const control::ClientView& client) {
  Json out = {{"name", client.name},
              {"created_by", client.created_by},
              {"created_at", format_rfc3339(client.created_at)},
              {"expires_at", time_json(client.expires_at)},
              {"requests_per_minute", nullptr},
              {"last_used_at", time_json(client.last_used_at)},
              {"requests", client.requests},
              {"previous_token_until", time_json(client.previous_token_until)}};
  if (client.requests_per_minute) out["requests_per_minute"] = *client.requests_per_minute;
  return out;
}

void add_client_routes(RouteTable& table, control::Clients& clients) {
  table.add_schemas(client_schemas());
  const auto to = [&](Result<Reply> (*handler)(Clients&, const RouteCall&)) {
    return [&clients, handler](const RouteCall& call) { return handler(clients, call); };
  };
  using http::Method;
  const std::string all = "/api/v1/deployments/{id}/clients";
  const std::string one = all + "/{name}";
  table.add({Method::kGet,
             all,
             "listClients",
             Access::kMember,
             {.tag = "clients",
              .summary = "Who may use a private endpoint",
              .response_schema = "Page:Client"},
             to(list)});
  table.add({Method::kPost,
             all,
             "addClient",
             Access::kMember,
             {.tag = "clients",
              .summary = "Add a client; its token is in this answer only",
              .request_schema = "NewClient",
              .status = 201,
              .response_schema = "IssuedClient",
              .repeat = Repeat::kShowsSecret},
             to(add)});
  table.add({Method::kGet,
             one,
             "getClient",
             Access::kMember,
             {.tag = "clients", .summary = "One client", .response_schema = "Client"},
             to(get)});
  table.add({Method::kPatch,
             one,
             "updateClient",
             Access::kMember,
             {.tag = "clients",
              .summary = "Change a client's expiry or rate; null takes it away",
              .request_schema = "ClientPatch",
              .response_schema = "Client"},
             to(patch)});
  table.add(
      {Method::kDelete,
       one,
       "removeClient",
       Access::kMember,
       {.tag = "clients", .summary = "Remove a client; its tokens end at once", .status = 204},
       to(remove)});
  table.add({Method::kPost,
             one + "/rotate",
             "rotateClient",
             Access::kMember,
             {.tag = "clients",
              .summary = "Give a client a new token, in this answer only",
              .request_schema = "ClientRotation",
              .response_schema = "IssuedClient",
              .repeat = Repeat::kShowsSecret},
             to(rotate)});
}

}  // namespace slipway::api
