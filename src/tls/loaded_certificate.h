#pragma once
// A certificate as OpenSSL holds it. For the files of this room only. One thread at a time: each
// worker loads its own, so that no reference count is shared.

#include "tls/certificate.h"
#include "tls/handles.h"

namespace slipway::tls {

struct LoadedCertificate {
  X509Ptr leaf;
  Chain above;  // the rest of the chain, in order
  Key key;
};

Result<LoadedCertificate> load_certificate(const CertificateText& text);

// kInvalid: a date of it cannot be read.
Result<CertificateFacts> facts_of(const LoadedCertificate& loaded);

}  // namespace slipway::tls
