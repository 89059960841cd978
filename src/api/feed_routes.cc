#include "api/feed_routes.h"

#include "api/json_reply.h"
#include "api/query_reader.h"
#include "snapshot/ack.h"
#include "snapshot/traffic.h"

namespace slipway::api {
namespace {

Result<snapshot::Ack> read_ack(const Request& request, const std::string& control) {
  auto ack = snapshot::parse_ack(
      request.field(snapshot::kGatewayHeader), control, request.field(snapshot::kAdoptedHeader),
      request.field(snapshot::kInUseHeader), request.field(snapshot::kMetricsAtHeader),
      request.field(snapshot::kCertificatesHeader));
  if (ack) ack->leaving = request.field(snapshot::kLeavingHeader) == "yes";
  return ack;
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

Result<Reply> add_traffic(control::Traffic& traffic, const RouteCall& call) {
  QueryReader query(call.request.query);
  const int64_t age = query.integer(snapshot::kAgeParameter, {0, INT64_MAX}).value_or(0);
  TRY(query.finish());
  TRY_ASSIGN(const snapshot::TrafficReport report, snapshot::decode_traffic(call.request.body));
  TRY(traffic.add(report, std::chrono::milliseconds(age)));
  return no_content();
}

}  // namespace

void add_feed_routes(RouteTable& table, control::GatewayFeed& feed, control::Traffic& traffic) {
  table.add({http::Method::kGet,
             std::string(snapshot::kSnapshotPath),
             "pollSnapshot",
             Access::kInternal,
             {},
             [&feed](const RouteCall& call) { return poll(feed, call); }});
  table.add({http::Method::kPost,
             std::string(snapshot::kTrafficPath),
             "reportTraffic",
             Access::kInternal,
             {},
             [&traffic](const RouteCall& call) { return add_traffic(traffic, call); }});
}

}  // namespace slipway::api
