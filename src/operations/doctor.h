#pragma once
// `slipwayd doctor`: looks at everything an installation stands on and says what is wrong and what
// to do. Changes nothing; works beside a running slipwayd and on a stopped one. One thread.

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "engine/replica_engine.h"

namespace slipway::operations {

// A warning is something to know; with a problem, slipwayd does not start or does not do its work.
enum class Verdict { kOk, kWarning, kProblem };
std::string_view to_string(Verdict verdict);

struct Finding {
  std::string check;  // "state directory", "database", ...
  Verdict verdict = Verdict::kOk;
  std::string message;
  std::string remedy = {};  // what to do; empty when all is well
  bool operator==(const Finding&) const = default;
};
using Findings = std::vector<Finding>;

struct DoctorParts {
  std::filesystem::path state_dir;
  std::string listen;  // of the front door, IP:PORT
  const Clock& clock;
  // Asks the engine that slipwayd would use; the error says which and why it does not answer.
  std::function<Result<engine::Capabilities>()> engine;
};

// One finding a check at least, in a fixed order.
Findings examine(const DoctorParts& parts);

bool any_problem(const Findings& findings);
// A line a finding, and one below it with what to do.
std::string findings_text(const Findings& findings);
// {"ok": ..., "checks": [{"check", "verdict", "message", "remedy"}]}
std::string findings_json(const Findings& findings);

}  // namespace slipway::operations
