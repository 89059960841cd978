#include "api/feed_routes.h"

#include "api/json_reply.h"
#include "api/query_reader.h"
#include "snapshot/ack.h"

namespace slipway::api {
namespace {

Result<snapshot::Ack> read_ack(const Request& request, const std::string& control) {
  return snapshot::parse_ack(request.field(snapshot::kGatewayHeader), control,
                             request.field(snapshot::kAdoptedHeader),
                             request.field(snapshot::kInUseHeader));
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

Result<Reply> acknowledge(control::GatewayFeed& feed, const RouteCall& call) {
  QueryReader query(call.request.query);
  const std::string control = query.text(snapshot::kControlParameter).value_or("");
  TRY(query.finish());
  TRY_ASSIGN(const snapshot::Ack ack, read_ack(call.request, control));
  feed.acknowledge(ack);
  return no_content();
}

}  // namespace

void add_feed_routes(RouteTable& table, control::GatewayFeed& feed) {
  table.add({http::Method::kGet,
             std::string(snapshot::kSnapshotPath),
             "pollSnapshot",
             Access::kInternal,
             {},
             [&feed](const RouteCall& call) { return poll(feed, call); }});
  table.add({http::Method::kPost,
             "/internal/v1/ack",
             "acknowledgeSnapshot",
             Access::kInternal,
             {},
             [&feed](const RouteCall& call) { return acknowledge(feed, call); }});
}

}  // namespace slipway::api
