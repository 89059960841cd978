#include "gateway/admin.h"

#include <string>
#include <utility>

#include "http/head_writer.h"

namespace slipway::gateway {

class AdminPages::Page final : public serve::RequestHandler {
 public:
  explicit Page(const AdminPages& pages) : pages_(pages) {}

  void on_head(const http::RequestHead& head, serve::Exchange& exchange) override {
    using http::Method;
    const bool known = head.path == "/healthz" || head.path == "/readyz" || head.path == "/metrics";
    std::string_view type = "text/plain; charset=utf-8";
    int status = 200;
    body_.clear();
    if (!known) {
      status = 404;
      body_ = "the pages here are /healthz, /readyz and /metrics\n";
    } else if (head.method != Method::kGet && head.method != Method::kHead) {
      status = 405;
      body_ = "these pages are read by GET\n";
    } else if (head.path == "/metrics") {
      body_ = telemetry::scrape(pages_.metrics_);
      type = telemetry::kTextContentType;
    } else if (head.path == "/readyz" && !pages_.ready_()) {
      status = 503;
      body_ = "no snapshot yet\n";
    } else {
      body_ = "ok\n";
    }
    fields_.clear();
    http::FieldLines lines(http::FieldLines::In::kResponse, fields_);
    lines.field(http::HeaderId::kContentType, type);
    if (status == 405) lines.field(http::HeaderId::kAllow, "GET, HEAD");
    const serve::ResponseStart start{.status = status,
                                     .content_length = static_cast<int64_t>(body_.size()),
                                     .fields = fields_,
                                     .close = head.has_body()};
    if (head.method == Method::kHead) {
      exchange.respond(start);
      exchange.finish();
    } else {
      exchange.respond_whole(start, body_);
    }
  }
  void on_body(std::string_view) override {}
  void on_end() override {}
  void on_abort(serve::AbortCause) override {}

 private:
  const AdminPages& pages_;
  std::string body_;
  std::string fields_;
};

AdminPages::AdminPages(std::vector<const telemetry::MetricSource*> metrics,
                       std::function<bool()> ready)
    : metrics_(std::move(metrics)), ready_(std::move(ready)) {}
AdminPages::~AdminPages() = default;

serve::RequestHandler& AdminPages::acquire() { return *new Page(*this); }
void AdminPages::release(serve::RequestHandler& handler) { delete static_cast<Page*>(&handler); }

}  // namespace slipway::gateway
