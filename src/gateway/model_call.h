#pragma once
// What a request to a deployment asks of its model: whether it is a call of gRPC, what it is
// counted as, and the path that the replica is asked. Pure.

#include <string_view>

#include "gateway/request_series.h"
#include "gateway/router.h"
#include "http/head.h"
#include "snapshot/snapshot.h"

namespace slipway::gateway {

// application/grpc, +proto, +json; not application/grpc-web, which is another protocol.
bool is_grpc(const http::RequestHead& head);

// What a request of a deployment's is counted as.
Service service_of(Destination destination, http::Method method);

// Where the replica is asked (seldon.md §3.1). The text is of `decision` or `route`.
std::string_view replica_path(const Decision& decision, const snapshot::Route& route);

}  // namespace slipway::gateway
