#include "serve/server.h"

#include "serve/h1_server.h"

namespace slipway::serve {

std::unique_ptr<Server> make_server(os::Reactor& reactor, HandlerSource& handlers,
                                    const ServerLimits& limits) {
  return std::make_unique<H1Server>(reactor, handlers, limits);
}

}  // namespace slipway::serve
