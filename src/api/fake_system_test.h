#pragma once
// control::System with a report that a test writes.

#include "control/system_report.h"

namespace slipway::api {

class FakeSystem : public control::System {
 public:
  Result<control::SystemReport> report(const control::Caller& caller) override {
    last_caller = caller;
    return told;
  }

  control::SystemReport told;
  control::Caller last_caller;
};

}  // namespace slipway::api
