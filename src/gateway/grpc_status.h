#pragma once
// How a call of gRPC ended: a number from 0 (OK) to 16 in the field or trailer grpc-status, behind
// a status of HTTP that is 200 either way (grpc.io, "Status codes and their use in gRPC"). Pure.

#include <array>
#include <cstddef>
#include <string_view>

#include "http/head.h"

namespace slipway::gateway {

inline constexpr size_t kGrpcCodes = 17;
// Also what a client takes anything else for.
inline constexpr int kGrpcUnknown = 2;
inline constexpr int kNoGrpcStatus = -1;

// "OK", "CANCELLED", ...; `code` is below kGrpcCodes.
std::string_view grpc_code_name(size_t code);

// What a reply says; kNoGrpcStatus: nothing. Anything but one of the codes is kGrpcUnknown.
int grpc_status_in(const http::Fields& fields);
// The same of trailers: lines "name: value\r\n", names in lower case as HTTP/2 has them.
int grpc_status_in(std::string_view trailers);

// How a call ends that gets `http_status` of the gateway's own, by what its caller does about it.
int grpc_status_of(int http_status);

}  // namespace slipway::gateway
