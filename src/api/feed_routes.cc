#include "api/feed_routes.h"

#include "api/json_body.h"
#include "api/json_reply.h"
#include "api/query_reader.h"
#include "base/json.h"
#include "base/json_reader.h"
#include "snapshot/ack.h"
#include "snapshot/usage.h"

namespace slipway::api {
namespace {

Result<snapshot::Ack> read_ack(const Request& request, const std::string& control) {
  return snapshot::parse_ack(
      request.field(snapshot::kGatewayHeader), control, request.field(snapshot::kAdoptedHeader),
      request.field(snapshot::kInUseHeader), request.field(snapshot::kMetricsAtHeader));
}

Result<Reply> poll(control::GatewayFeed& feed, const RouteCall& call) {
  QueryReader query(call.request.query);
  const std::string after_text = query.text(snapshot::kAfterParameter).value_or("0");
  const std::string control = query.text(snapshot::kControlParameter).value_or("");
  TRY(query.finish());
  TRY_ASSIGN(const uint64_t after, snapshot::parse_version(after_text));
  TRY_ASSIGN(const snapshot::Ack ack, read_ack(call.request, control));
  Reply reply;
  reply.later = [&feed, ack, after](std::function<void(Reply)> answer) {
    feed.poll(ack, after, snapshot::kLongPoll,
              [answer = std::move(answer)](const std::shared_ptr<const std::string>& encoded) {
                if (encoded == nullptr) return answer(no_content());
                Reply whole;
                whole.content_type = snapshot::kSnapshotContentType;
                whole.body = *encoded;
                answer(std::move(whole));
              });
  };
  return reply;
}

Result<Reply> add_uses(control::Clients& clients, const RouteCall& call) {
  TRY_ASSIGN(const Json document, json_object_of(call.request));
  JsonReader reader(document);
  std::vector<snapshot::ClientUse> uses;
  const bool there = reader.optional_objects("uses", [&](JsonReader& item) {
    snapshot::ClientUse& use = uses.emplace_back();
    use.deployment = item.required_string("deployment");
    use.client = item.required_string("client");
    use.requests = static_cast<uint64_t>(item.required_integer("requests", {0, INT64_MAX}));
    use.last_used_micros = item.required_integer("last_used_at_us", {0, INT64_MAX});
  });
  if (!there) reader.add_fault("uses", "is required");
  TRY(reader.finish());
  TRY(clients.add_uses(uses));
  return no_content();
}

}  // namespace

void add_feed_routes(RouteTable& table, control::GatewayFeed& feed, control::Clients& clients) {
  table.add({http::Method::kGet,
             std::string(snapshot::kSnapshotPath),
             "pollSnapshot",
             Access::kInternal,
             {},
             [&feed](const RouteCall& call) { return poll(feed, call); }});
  table.add({http::Method::kPost,
             std::string(snapshot::kUsagePath),
             "reportUsage",
             Access::kInternal,
             {},
             [&clients](const RouteCall& call) { return add_uses(clients, call); }});
}

}  // namespace slipway::api
