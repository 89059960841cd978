#pragma once
// A certificate that nobody vouches for, to try TLS out: a fresh P-256 key, signed by itself. Any
// thread; random bytes are OpenSSL's.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "tls/certificate.h"

namespace slipway::tls {

// `names` are DNS names or IP addresses, at least one.
Result<CertificateText> make_self_signed(const std::vector<std::string>& names,
                                         Timestamp not_before, Timestamp not_after);

}  // namespace slipway::tls
