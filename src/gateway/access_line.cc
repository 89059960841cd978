#include "gateway/access_line.h"

#include <fmt/compile.h>
#include <fmt/format.h>

#include <iterator>

#include "base/time_text.h"
#include "gateway/own_reply.h"

namespace slipway::gateway {
namespace {

void append_text(std::string& out, std::string_view key, std::string_view text) {
  if (text.empty()) return;
  out += key;
  append_json_text(out, text);
}

}  // namespace

void append_access_line(std::string& out, const AccessRecord& record, Timestamp began) {
  out += "{\"time\":\"";
  append_rfc3339(out, began);
  out += "\",\"deployment\":";
  append_json_text(out, record.deployment.view());
  append_text(out, ",\"client\":", record.client.view());
  append_text(out, ",\"replica\":", record.replica.view());
  append_text(out, ",\"puid\":", record.puid.view());
  out.append(",\"service\":\"").append(to_string(record.service));
  out.append("\",\"method\":\"").append(http::to_string(record.method));
  out.append("\",\"protocol\":\"").append(to_string(record.protocol));
  fmt::format_to(std::back_inserter(out), FMT_COMPILE("\",\"status\":{}"), record.status);
  append_text(out, ",\"tls\":", record.tls);
  if (record.grpc_status != kNoGrpcStatus) {
    fmt::format_to(std::back_inserter(out), FMT_COMPILE(",\"grpc_status\":{}"),
                   static_cast<int>(record.grpc_status));
  }
  if (record.failure != Failure::kCount) {
    append_text(out, ",\"reason\":", to_string(record.failure));
  }
  fmt::format_to(std::back_inserter(out),
                 FMT_COMPILE(",\"attempts\":{},\"request_bytes\":{},\"response_bytes\":{},"
                             "\"queue_us\":{},\"upstream_us\":{},\"total_us\":{}}}\n"),
                 record.attempts, record.received, record.sent, record.queued.count(),
                 record.upstream.count(), record.total.count());
}

}  // namespace slipway::gateway
