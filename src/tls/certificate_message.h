#pragma once
// Certificates with their keys as one message, from the process that may read the files to the one
// that serves with them. Pure; the bytes are a secret.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "tls/certificate.h"

namespace slipway::tls {

std::string encode_certificates(const std::vector<CertificateText>& certificates);

// kInvalid: not what encode_certificates() made, or none is in it.
Result<std::vector<CertificateText>> decode_certificates(std::string_view message);

}  // namespace slipway::tls
