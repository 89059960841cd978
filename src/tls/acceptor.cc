#include "tls/acceptor.h"

#include <utility>

namespace slipway::tls {
namespace {

constexpr size_t kSpareBuffers = 64;
constexpr size_t kSpareBufferBytes = 256 * 1024;

}  // namespace

Acceptor::Acceptor(os::Reactor& reactor, ServerContext& context, os::Acceptor& above)
    : reactor_(reactor), context_(context), above_(above), plain_(kPlainBytes, '\0') {}

os::StreamHandler* Acceptor::on_accept(os::Stream& stream) {
  ServerStream* wrapped = free_;
  if (wrapped != nullptr) {
    free_ = wrapped->next_free_;
  } else {
    wrapped = &streams_.emplace_back(*this);
  }
  if (!wrapped->start(stream)) {
    reclaim(*wrapped);
    return nullptr;
  }
  os::StreamHandler* handler = above_.on_accept(*wrapped);
  if (handler == nullptr) {
    wrapped->abandon();
    return nullptr;
  }
  wrapped->set_handler(*handler);
  return wrapped;
}

void Acceptor::reclaim(ServerStream& stream) {
  stream.next_free_ = free_;
  free_ = &stream;
}

std::string Acceptor::borrow_buffer() {
  if (spare_buffers_.empty()) return {};
  std::string buffer = std::move(spare_buffers_.back());
  spare_buffers_.pop_back();
  return buffer;
}

void Acceptor::return_buffer(std::string& buffer) {
  std::string mine = std::exchange(buffer, std::string());
  if (spare_buffers_.size() >= kSpareBuffers || mine.capacity() > kSpareBufferBytes) return;
  mine.clear();
  spare_buffers_.push_back(std::move(mine));
}

}  // namespace slipway::tls
