#include "certificate_keeper.h"

#include <utility>

#include "os/file_stamp.h"
#include "tls/certificate_message.h"
#include "tls_settings.h"

namespace slipway::app {
namespace {

constexpr std::chrono::milliseconds kLookPeriod{2'000};

}  // namespace

Result<void> CertificateKeeper::read() {
  TRY(prepare_self_signed(settings_, clock_.now()));
  taken_ = seen_ = certificate_stamps(settings_);
  TRY_ASSIGN(const auto certificates, read_certificates(settings_, clock_.now()));
  message_ = certificates.empty() ? "" : tls::encode_certificates(certificates);
  return {};
}

Result<os::UniqueFd> CertificateKeeper::connect() {
  TRY_ASSIGN(os::MessagePair pair, os::make_message_pair());
  TRY(os::send_message(pair.sender.get(), message_));
  previous_ = std::exchange(sender_, std::move(pair.sender));
  owed_ = false;
  return std::move(pair.receiver);
}

void CertificateKeeper::go_back() {
  sender_ = std::move(previous_);
  owed_ = any();  // it may have missed some
}

void CertificateKeeper::adopt(os::UniqueFd sender) {
  sender_ = std::move(sender);
  owed_ = any();
}

void CertificateKeeper::watch(os::Reactor& reactor) {
  reactor_ = &reactor;
  reactor_->arm(timer_, kLookPeriod);
}

void CertificateKeeper::look() {
  reactor_->arm(timer_, kLookPeriod);
  const auto now_there = certificate_stamps(settings_);
  // Twice the same: certificate and key are replaced one after the other, and large files in parts.
  const bool settled = now_there == seen_;
  seen_ = now_there;
  if (settled && now_there != taken_) {
    taken_ = now_there;
    const auto certificates = read_certificates(settings_, clock_.now());
    if (!certificates) {
      log_.error("changed certificates cannot be used; the old ones stay",
                 {{"error", certificates.error().message}});
    } else {
      message_ = tls::encode_certificates(*certificates);
      owed_ = true;
    }
  }
  // A gateway that is starting or busy gets them at the next look.
  if (owed_ && sender_ && os::send_message(sender_.get(), message_)) owed_ = false;
}

}  // namespace slipway::app
