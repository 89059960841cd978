#pragma once
// The inside of ServerContext. For the files of this room only.

#include <string_view>
#include <vector>

#include "tls/handles.h"
#include "tls/loaded_certificate.h"
#include "tls/server_context.h"

namespace slipway::tls {

using ContextPtr = std::unique_ptr<SSL_CTX, Deleter<SSL_CTX_free>>;
using SessionPtr = std::unique_ptr<SSL, Deleter<SSL_free>>;
using MethodPtr = std::unique_ptr<BIO_METHOD, Deleter<BIO_meth_free>>;

struct ServerContext::Certificates {
  std::vector<LoadedCertificate> loaded;
  std::vector<std::vector<std::string>> names;
};

struct ServerContext::OpenSsl {
  ContextPtr context;
  MethodPtr method;  // memory: reads what arrived, writes into the acceptor's buffer
};

}  // namespace slipway::tls
