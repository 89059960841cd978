#include "operations/doctor.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "operations/doctor_checks.h"

namespace slipway::operations {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kWarning:
      return "warning";
    case Verdict::kProblem:
      return "problem";
  }
  return "problem";
}

Findings examine(const DoctorParts& parts) {
  Findings all;
  const auto add = [&all](const Findings& some) {
    all.insert(all.end(), some.begin(), some.end());
  };
  add(check_state_directory(parts.state_dir));
  add(check_space(parts.state_dir));
  add(check_database(parts.state_dir));
  add(check_keys(parts.state_dir));
  add(check_engine(parts.engine()));
  add(check_front_door(parts.state_dir, parts.listen));
  add(check_clock(parts.clock));
  add(check_limits());
  return all;
}

bool any_problem(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](const Finding& finding) { return finding.verdict == Verdict::kProblem; });
}

std::string findings_text(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text +=
        fmt::format("{:<8} {}: {}\n", to_string(finding.verdict), finding.check, finding.message);
    if (!finding.remedy.empty()) text += fmt::format("         -> {}\n", finding.remedy);
  }
  return text;
}

std::string findings_json(const Findings& findings) {
  Json checks = Json::array();
  for (const Finding& finding : findings) {
    checks.push_back({{"check", finding.check},
                      {"verdict", to_string(finding.verdict)},
                      {"message", finding.message},
                      {"remedy", finding.remedy}});
  }
  return dump_json_pretty({{"ok", !any_problem(findings)}, {"checks", checks}}) + "\n";
}

}  // namespace slipway::operations
