#include "store/database_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>

#include "store/database.h"
#include "store/migrations.h"
#include "store/settings.h"
#include "store/transaction.h"

namespace slipway::store {
namespace fs = std::filesystem;
namespace {

constexpr std::chrono::milliseconds kBusyTimeout{5'000};

Result<std::unique_ptr<Database>> open_existing(const fs::path& path, Database::Mode mode) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no database {}", path.string()));
  }
  return Database::open(path, mode, kBusyTimeout);
}

// SQLite fills an empty file as well as none; this one has its mode before there is a secret in it.
Result<void> make_empty(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return fail(errno_error("making " + path.string(), errno));
  ::close(fd);
  return {};
}

Result<void> sync_file(const fs::path& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return fail(errno_error("opening " + path.string(), errno));
  const bool synced = ::fsync(fd) == 0;
  const int problem = errno;
  ::close(fd);
  if (!synced) return fail(errno_error("bringing to the disk " + path.string(), problem));
  return {};
}

}  // namespace

Result<void> copy_database(const fs::path& from, const fs::path& to) {
  TRY_ASSIGN(const auto database, open_existing(from, Database::Mode::kReadOnly));
  TRY(check_owner(*database));
  TRY(make_empty(to));
  const auto copied = [&]() -> Result<void> {
    // One read transaction for the whole copy, and a copy without holes.
    TRY(database->prepare("VACUUM INTO ?").bind(to.string()).run());
    return sync_file(to);
  }();
  if (!copied) {
    std::error_code ignored;
    fs::remove(to, ignored);
    return fail(copied.error().within("copying to " + to.string()));
  }
  return {};
}

Result<DatabaseFacts> inspect_database(const fs::path& path) {
  TRY_ASSIGN(const auto database, open_existing(path, Database::Mode::kReadOnly));
  TRY_ASSIGN(const std::string found, database->text("PRAGMA quick_check(1)"));
  if (found != "ok") {
    return fail(ErrorCode::kInternal,
                fmt::format("the database {} is damaged ({})", path.string(), found));
  }
  TRY(check_owner(*database));
  DatabaseFacts facts;
  facts.newest_schema = static_cast<int64_t>(migrations().size());
  TRY_ASSIGN(facts.schema, database->integer("PRAGMA user_version"));
  TRY(check_not_newer(facts.schema, facts.newest_schema));
  TRY_ASSIGN(const int64_t pages, database->integer("PRAGMA page_count"));
  TRY_ASSIGN(const int64_t page_size, database->integer("PRAGMA page_size"));
  facts.bytes = pages * page_size;
  if (facts.schema > 0) {
    ReadTransaction tx(*database);
    TRY_ASSIGN(const auto installation, settings::find(tx, settings::kInstallationId));
    facts.installation = installation.value_or("");
  }
  // Pull secrets came with the second schema.
  if (facts.schema > 1) {
    TRY_ASSIGN(facts.sealed, database->integer("SELECT count(*) FROM pull_secrets"));
  }
  TRY_ASSIGN(const int64_t has_webhooks,
             database->integer("SELECT count(*) FROM sqlite_schema WHERE name = 'webhooks'"));
  if (has_webhooks != 0) {
    TRY_ASSIGN(const int64_t webhooks, database->integer("SELECT count(*) FROM webhooks"));
    facts.sealed += webhooks;
  }
  return facts;
}

Result<void> forget_control_id(const fs::path& path) {
  TRY_ASSIGN(const auto database, open_existing(path, Database::Mode::kReadWrite));
  TRY(database->prepare("DELETE FROM settings WHERE name = ?").bind(settings::kControlId).run());
  return {};
}

}  // namespace slipway::store
