#include "serve/responder.h"

#include <utility>

#include "http/header_table.h"
#include "serve/conversation.h"
#include "serve/problem.h"

namespace slipway::serve {

std::string_view find_field(const HeaderFields& fields, std::string_view name) {
  for (const auto& [key, value] : fields) {
    if (http::equals_ignoring_case(key, name)) return value;
  }
  return {};
}

ReplyStream::ReplyStream(std::shared_ptr<Conversation> conversation)
    : conversation_(std::move(conversation)) {}

ReplyStream::~ReplyStream() { conversation_->abort(); }

bool ReplyStream::write(std::string_view bytes) { return conversation_->write(bytes); }

bool ReplyStream::wait_writable(std::chrono::milliseconds timeout) {
  return conversation_->wait_writable(kBuffered, timeout);
}

bool ReplyStream::wait_closed(std::chrono::milliseconds timeout) {
  return conversation_->wait_closed(timeout);
}

void ReplyStream::finish() { conversation_->finish(); }

void ReplyStream::abort() { conversation_->abort(); }

bool ReplyStream::closed() const { return conversation_->closed(); }

Responder::Responder(std::shared_ptr<Conversation> conversation)
    : conversation_(std::move(conversation)) {}

Responder::~Responder() {
  if (conversation_ == nullptr || answered_) return;
  conversation_->reply({500,
                        {{"content-type", std::string(kProblemMediaType)}},
                        problem_body(500, "internal", "the request was not answered")});
}

void Responder::reply(Reply reply) {
  answered_ = true;
  conversation_->reply(std::move(reply));
}

std::shared_ptr<ReplyStream> Responder::stream(int status, HeaderFields fields) {
  answered_ = true;
  conversation_->start(status, std::move(fields));
  return std::make_shared<ReplyStream>(conversation_);
}

bool Responder::closed() const { return conversation_->closed(); }

}  // namespace slipway::serve
