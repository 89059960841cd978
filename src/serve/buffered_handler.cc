#include "serve/buffered_handler.h"

#include <fmt/format.h>

#include <utility>

#include "http/head_writer.h"
#include "serve/conversation.h"
#include "serve/problem.h"

namespace slipway::serve {

class BufferedHandler final : public RequestHandler, public Conversation::Receiver {
 public:
  explicit BufferedHandler(BufferedSource& source) : source_(source) {}

  // RequestHandler
  void on_head(const http::RequestHead& head, Exchange& exchange) override;
  void on_body(std::string_view bytes) override;
  void on_end() override;
  void on_abort(AbortCause) override { let_go(); }
  void on_writable() override {
    if (conversation_ != nullptr) conversation_->set_congested(false);
  }

  // Conversation::Receiver
  bool deliver(Conversation::Delivery delivery) override;

 private:
  void refuse(int status, std::string_view code, std::string_view detail);
  ResponseStart start_of(const Reply& reply);
  void let_go();

  BufferedSource& source_;
  Exchange* exchange_ = nullptr;
  Request request_;
  std::string lines_;
  std::shared_ptr<Conversation> conversation_;
};

void BufferedHandler::on_head(const http::RequestHead& head, Exchange& exchange) {
  exchange_ = &exchange;
  if (head.framing == http::Framing::kLength && head.content_length > source_.limits_.body_bytes) {
    return refuse(
        413, "too_large",
        fmt::format("the request body may have {} bytes at most", source_.limits_.body_bytes));
  }
  request_ = {};
  request_.method = head.method;
  request_.path = head.path;
  request_.query = head.query;
  for (const http::Field& field : head.fields) {
    request_.fields.emplace_back(field.name, field.value);
  }
  request_.peer = exchange.peer();
  exchange.send_continue();
}

void BufferedHandler::on_body(std::string_view bytes) {
  if (request_.body.size() + bytes.size() > source_.limits_.body_bytes) {
    return refuse(
        413, "too_large",
        fmt::format("the request body may have {} bytes at most", source_.limits_.body_bytes));
  }
  request_.body.append(bytes);
}

void BufferedHandler::on_end() {
  conversation_ = std::make_shared<Conversation>(source_.reactor_, *this);
  // A std::function must be copyable, what it carries here is not.
  struct Work {
    Request request;
    Responder responder;
  };
  auto work = std::make_shared<Work>(Work{std::exchange(request_, {}), Responder(conversation_)});
  const bool accepted = source_.pool_.post([work, &answerer = source_.answerer_] {
    try {
      answerer.answer(std::move(work->request), std::move(work->responder));
    } catch (...) {
      // The responder has answered 500 on its way out.
    }
  });
  if (accepted) return;
  let_go();
  refuse(503, "unavailable", "too many requests are waiting; try again later");
}

bool BufferedHandler::deliver(Conversation::Delivery delivery) {
  if (delivery.whole) {
    let_go();
    std::exchange(exchange_, nullptr)
        ->respond_whole(start_of(*delivery.whole), delivery.whole->body);
    return false;
  }
  if (delivery.start) exchange_->respond(start_of(*delivery.start));
  if (!delivery.bytes.empty()) exchange_->body(delivery.bytes);
  if (delivery.finished || delivery.aborted) {
    let_go();
    Exchange* exchange = std::exchange(exchange_, nullptr);
    if (delivery.finished) {
      exchange->finish();
    } else {
      exchange->abort();
    }
    return false;
  }
  return exchange_->congested();
}

void BufferedHandler::refuse(int status, std::string_view code, std::string_view detail) {
  const Reply reply{status,
                    {{"content-type", std::string(kProblemMediaType)}},
                    problem_body(status, code, detail)};
  request_ = {};
  std::exchange(exchange_, nullptr)->respond_whole(start_of(reply), reply.body);
}

ResponseStart BufferedHandler::start_of(const Reply& reply) {
  lines_.clear();
  http::FieldLines lines(http::FieldLines::In::kResponse, lines_);
  for (const auto& [name, value] : reply.fields) lines.field(name, value);
  ResponseStart start;
  start.status = reply.status;
  start.fields = lines_;
  return start;
}

void BufferedHandler::let_go() {
  if (conversation_ == nullptr) return;
  conversation_->close();
  conversation_ = nullptr;
}

BufferedSource::BufferedSource(os::Reactor& reactor, os::ThreadPool& pool, Answerer& answerer,
                               Limits limits)
    : reactor_(reactor), pool_(pool), answerer_(answerer), limits_(limits) {}

BufferedSource::~BufferedSource() = default;

RequestHandler& BufferedSource::acquire() {
  if (!free_.empty()) {
    BufferedHandler* handler = free_.back();
    free_.pop_back();
    return *handler;
  }
  return *handlers_.emplace_back(std::make_unique<BufferedHandler>(*this));
}

void BufferedSource::release(RequestHandler& handler) {
  free_.push_back(static_cast<BufferedHandler*>(&handler));
}

}  // namespace slipway::serve
