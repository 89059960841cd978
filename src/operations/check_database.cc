#include <fmt/format.h>
#include <sys/stat.h>

#include "operations/doctor_checks.h"
#include "operations/state_files.h"
#include "store/database_copy.h"

namespace slipway::operations {
namespace fs = std::filesystem;
namespace {

constexpr const char* kDatabase = "database";
constexpr const char* kKeys = "keys";
constexpr double kMiB = 1024 * 1024;
// The writer folds the log in at 8 MiB; only a reader that never ends keeps it from that.
constexpr uint64_t kLongLog = uint64_t{64} * 1024 * 1024;

std::string remedy_of(const Error& error) {
  switch (error.code) {
    case ErrorCode::kConflict:
      return "start the newer Slipway, or restore the backup that was made before the upgrade";
    case ErrorCode::kUnavailable:
      return "check its owner and mode, and the disk";
    default:
      return "stop slipwayd, keep a copy of the files, and restore a backup: slipwayd restore";
  }
}

}  // namespace

Findings check_database(const fs::path& state_dir) {
  const fs::path path = state_dir / kDatabaseFile;
  std::error_code error;
  if (!fs::exists(path, error)) {
    return {{kDatabase, Verdict::kWarning, fmt::format("there is no {} yet", path.string()),
             "the first start of slipwayd makes it"}};
  }
  const auto facts = store::inspect_database(path);
  if (!facts) {
    return {{kDatabase, Verdict::kProblem, facts.error().message, remedy_of(facts.error())}};
  }
  const uint64_t log = fs::file_size(path.string() + "-wal", error);
  const uint64_t log_bytes = error ? 0 : log;
  Findings findings = {{kDatabase, Verdict::kOk,
                        fmt::format("whole, schema {}, {:.1f} MiB and a log of {:.1f} MiB",
                                    facts->schema, static_cast<double>(facts->bytes) / kMiB,
                                    static_cast<double>(log_bytes) / kMiB)}};
  if (facts->schema < facts->newest_schema) {
    findings.push_back(
        {kDatabase, Verdict::kWarning,
         fmt::format("it has schema {}, this program's is {}", facts->schema, facts->newest_schema),
         "make a backup; the next start of control brings it there"});
  }
  if (log_bytes > kLongLog) {
    findings.push_back({kDatabase, Verdict::kWarning, "its log has grown long",
                        "end other programs that read the database, or restart slipwayd"});
  }
  return findings;
}

Findings check_keys(const fs::path& state_dir) {
  const auto names = key_files(state_dir);
  const auto facts = store::inspect_database(state_dir / kDatabaseFile);
  const int64_t sealed = facts ? facts->sealed : 0;
  if (!names || names->empty()) {
    if (sealed == 0) return {{kKeys, Verdict::kOk, "no key files, and nothing that needs one"}};
    return {{kKeys, Verdict::kProblem,
             fmt::format("{} sealed secrets are in the database and no key file is in {}", sealed,
                         state_dir.string()),
             "put the key files back that belong to this database, or give the secrets anew"}};
  }
  Findings findings;
  for (const std::string& name : *names) {
    struct stat info {};
    const fs::path path = state_dir / name;
    if (::stat(path.c_str(), &info) != 0 || info.st_size == 0) {
      findings.push_back({kKeys, Verdict::kProblem, fmt::format("{} is empty", path.string()),
                          "put it back from a backup"});
    } else {
      findings.push_back({kKeys, Verdict::kOk, fmt::format("{} is there", path.string())});
    }
  }
  return findings;
}

}  // namespace slipway::operations
