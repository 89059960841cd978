#pragma once
// Certificates as files hold them (PEM), and what they say: names and dates. Values and pure
// functions; any thread.

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace slipway::tls {

// A chain, the server's own certificate first, and the private key of that one. The key is a
// secret: never in a log or an error.
struct CertificateText {
  std::string chain;
  std::string key;
  bool operator==(const CertificateText&) const = default;
};

struct CertificateFacts {
  // In lower case: DNS names, then IP addresses; the common name when there are none of them.
  std::vector<std::string> names;
  Timestamp not_before;
  Timestamp not_after;
  bool operator==(const CertificateFacts&) const = default;

  std::string name() const { return names.empty() ? "" : names.front(); }
};

// kInvalid: it is no PEM, the key is encrypted or not that of the first certificate, or both are
// too weak to be used. Dates are told, not judged.
Result<CertificateFacts> inspect(const CertificateText& text);

// Which of `names` (one list a certificate) is for `host`: the first that names it exactly, else
// the first with a wildcard for its first label (RFC 6125), else 0.
size_t choose_certificate(std::span<const std::vector<std::string>> names, std::string_view host);

}  // namespace slipway::tls
