#pragma once
// The settings tls_* as files: which there are, whether they may be used, and their texts. Read by
// the process that kept its rights (ADR 17). Main thread.

#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "os/file_stamp.h"
#include "settings.h"
#include "tls/certificate.h"

namespace slipway::app {

// All certificates in the order they are chosen by, the self-signed one last; none when tls_listen
// is empty. The error names file, setting and what to do: a file is missing, is not PEM or not the
// fitting key, may be read by everybody, or the certificate has expired at `now`.
Result<std::vector<tls::CertificateText>> read_certificates(const Settings& settings,
                                                            Timestamp now);

// The same for `config check`: a self-signed certificate that a start would make is not missed.
Result<void> check_certificates(const Settings& settings, Timestamp now);

// Of every file that read_certificates() reads: others mean that it is worth another read.
std::vector<os::FileStamp> certificate_stamps(const Settings& settings);

// Makes the self-signed certificate that tls_self_signed asks for, unless there is one for the same
// names that lasts for another month.
Result<void> prepare_self_signed(const Settings& settings, Timestamp now);

}  // namespace slipway::app
