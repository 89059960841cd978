#include "tls/acceptor.h"

namespace slipway::tls {
namespace {

constexpr size_t kSpareBuffers = 64;
constexpr size_t kSpareBufferBytes = 256 * 1024;

}  // namespace

Acceptor::Acceptor(os::Reactor& reactor, ServerContext& context, os::Acceptor& above)
    : reactor_(reactor),
      context_(context),
      above_(above),
      plain_(kPlainBytes, '\0'),
      spare_buffers_(kSpareBuffers, kSpareBufferBytes) {}

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

}  // namespace slipway::tls
