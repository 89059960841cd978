#include "serve/server.h"

#include "serve/http_server.h"

namespace slipway::serve {

std::unique_ptr<Server> make_server(os::Reactor& reactor, HandlerSource& handlers,
                                    const ServerLimits& limits) {
  return std::make_unique<HttpServer>(reactor, handlers, limits);
}

}  // namespace slipway::serve
