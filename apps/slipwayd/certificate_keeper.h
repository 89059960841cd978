#pragma once
// Keeps a gateway supplied with certificates: reads their files with the rights it was started
// with, gives them to each gateway that starts, and again when the files have changed. What cannot
// be used is logged, and the gateway keeps what it has. On one reactor's thread.

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "base/result.h"
#include "os/file_stamp.h"
#include "os/message_pair.h"
#include "os/reactor.h"
#include "settings.h"

namespace slipway::app {

class CertificateKeeper {
 public:
  // All outlive it.
  CertificateKeeper(const Settings& settings, const Clock& clock, Logger log)
      : settings_(settings), clock_(clock), log_(std::move(log)) {}

  // Reads them for the first time; an error is the operator's to mend.
  Result<void> read();
  bool any() const { return !message_.empty(); }

  // A receiver that holds the present certificates and will get all later ones; the one handed out
  // before gets none any more, unless go_back() takes this back.
  Result<os::UniqueFd> connect();
  void go_back();

  // The sending end of the last connect(), -1 before; and how the program that goes on takes it up.
  int sender() const { return sender_.get(); }
  void adopt(os::UniqueFd sender);

  // Looks at the files every few seconds from now on.
  void watch(os::Reactor& reactor);

 private:
  void look();

  const Settings& settings_;
  const Clock& clock_;
  Logger log_;
  std::string message_;
  os::UniqueFd sender_;
  os::UniqueFd previous_;
  os::Reactor* reactor_ = nullptr;
  std::vector<os::FileStamp> taken_;  // of what was read last, good or not
  std::vector<os::FileStamp> seen_;   // at the last look
  bool owed_ = false;                 // to the gateway
  os::Timer timer_{[](void* self) { static_cast<CertificateKeeper*>(self)->look(); }, this};
};

}  // namespace slipway::app
