#include "store/database.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace slipway::store {
namespace {

// A file that is damaged stays as it is: it may be all that somebody has.
constexpr std::string_view kWhenDamaged =
    "Slipway does not touch it. Put a backup in its place, or copy the file away and try "
    "'sqlite3 <copy> .recover'";

ErrorCode code_of(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
      return ErrorCode::kUnavailable;
    case SQLITE_CONSTRAINT:
      return ErrorCode::kConflict;
    case SQLITE_TOOBIG:
      return ErrorCode::kTooLarge;
    default:
      return ErrorCode::kInternal;
  }
}

std::string advice(int sqlite_code) {
  switch (sqlite_code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "is locked by another program; end that program's transaction and try again";
    case SQLITE_FULL:
      return "cannot grow: the disk is full. Nothing was changed; make room and try again";
    case SQLITE_IOERR:
      return "could not be read or written. Nothing was changed; look at the disk";
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return "cannot be opened; check that the folder exists and belongs to this user";
    case SQLITE_READONLY:
      return "cannot be written; check its owner and mode, and that the disk is not read-only";
    case SQLITE_CORRUPT:
      return fmt::format("is damaged. {}", kWhenDamaged);
    case SQLITE_NOTADB:
      return fmt::format("is not an SQLite database, or its beginning is damaged. {}",
                         kWhenDamaged);
    case SQLITE_CONSTRAINT:
      return "refused a row that contradicts another";
    default:
      return "could not carry out a query";
  }
}

// SQLite makes files with the umask's mode; here live digests and people's secrets.
Result<void> make_private(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd >= 0) {
    ::close(fd);
    return {};
  }
  if (errno != EEXIST) return fail(errno_error("making the database " + path.string(), errno));
  // No second descriptor on an existing file: closing it would drop SQLite's own locks.
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) {
    return fail(errno_error("looking at the database " + path.string(), errno));
  }
  if ((info.st_mode & 0077U) != 0 && ::chmod(path.c_str(), 0600) != 0) {
    return fail(errno_error("making the database " + path.string() + " private", errno));
  }
  return {};
}

}  // namespace

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_parameter_(other.next_parameter_),
      problem_(other.problem_) {}

Statement::~Statement() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
  database_.free_statements_.emplace(sqlite3_sql(statement_), statement_);
}

Statement& Statement::bind(int64_t value) {
  if (problem_ == SQLITE_OK) problem_ = sqlite3_bind_int64(statement_, next_parameter_++, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  if (problem_ == SQLITE_OK) {
    // A null pointer would bind NULL, not the empty text.
    const char* data = text.empty() ? "" : text.data();
    problem_ = sqlite3_bind_text64(statement_, next_parameter_++, data, text.size(),
                                   SQLITE_TRANSIENT, SQLITE_UTF8);
  }
  return *this;
}

Statement& Statement::bind(const std::optional<Timestamp>& time) {
  if (time) return bind(*time);
  if (problem_ == SQLITE_OK) problem_ = sqlite3_bind_null(statement_, next_parameter_++);
  return *this;
}

Statement& Statement::bind(const std::optional<int64_t>& value) {
  if (value) return bind(*value);
  return bind(std::optional<Timestamp>());
}

Statement& Statement::bind_blob(std::string_view bytes) {
  if (problem_ == SQLITE_OK) {
    const char* data = bytes.empty() ? "" : bytes.data();
    problem_ =
        sqlite3_bind_blob64(statement_, next_parameter_++, data, bytes.size(), SQLITE_TRANSIENT);
  }
  return *this;
}

Result<bool> Statement::step() {
  if (problem_ != SQLITE_OK) return fail(database_.last_error(problem_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return fail(database_.last_error(code));
}

Result<int64_t> Statement::run() {
  TRY_ASSIGN([[maybe_unused]] const bool row, step());
  return sqlite3_changes64(database_.handle_.get());
}

int64_t Statement::integer(int column) const { return sqlite3_column_int64(statement_, column); }

std::optional<int64_t> Statement::optional_integer(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return integer(column);
}

std::string Statement::text(int column) const {
  const void* data = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  if (data == nullptr) return {};
  return {static_cast<const char*>(data), static_cast<size_t>(size)};
}

std::optional<Timestamp> Statement::optional_time(int column) const {
  if (sqlite3_column_type(statement_, column) == SQLITE_NULL) return std::nullopt;
  return time(column);
}

void Database::Closer::operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& path, Mode mode,
                                                 std::chrono::milliseconds busy_timeout) {
  if (mode == Mode::kReadWrite) TRY(make_private(path));
  std::unique_ptr<Database> database(new Database(path));
  const int flags = (mode == Mode::kReadWrite ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) |
                    SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  sqlite3* handle = nullptr;
  const int opened = sqlite3_open_v2(path.c_str(), &handle, flags, nullptr);
  database->handle_.reset(handle);
  if (opened != SQLITE_OK) return fail(database->last_error(opened));
  sqlite3_busy_timeout(handle, static_cast<int>(busy_timeout.count()));
  // Text of users is never SQL; a schema made by somebody else shall not call functions either.
  sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  TRY(
      database->execute("PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY; "
                        "PRAGMA cache_size=-2048"));
  return database;
}

Result<void> Database::use_write_ahead_log() {
  TRY_ASSIGN(const std::string journal, text("PRAGMA journal_mode=WAL"));
  if (journal != "wal") {
    return fail(ErrorCode::kUnavailable,
                fmt::format("the database {} cannot use a write-ahead log on this file system; put "
                            "the state directory on a local disk",
                            path_.string()));
  }
  // Checkpoints are the writer's business, see Writer.
  TRY(execute("PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=0"));
  TRY_ASSIGN(page_size_, integer("PRAGMA page_size"));
  sqlite3_wal_hook(
      handle_.get(),
      [](void* self, sqlite3*, const char*, int pages) {
        auto* me = static_cast<Database*>(self);
        me->wal_bytes_ = me->page_size_ * pages;
        return SQLITE_OK;
      },
      this);
  return {};
}

Database::~Database() {
  for (const auto& [sql, statement] : free_statements_) sqlite3_finalize(statement);
}

Statement Database::prepare(std::string_view sql) {
  if (const auto found = free_statements_.find(sql); found != free_statements_.end()) {
    sqlite3_stmt* kept = found->second;
    free_statements_.erase(found);
    return {*this, kept, SQLITE_OK};
  }
  sqlite3_stmt* fresh = nullptr;
  const int code = sqlite3_prepare_v3(handle_.get(), sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &fresh, nullptr);
  return {*this, fresh, code};
}

Result<void> Database::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(last_error(code));
  return {};
}

Result<int64_t> Database::integer(const std::string& sql) {
  Statement statement = prepare(sql);
  TRY_ASSIGN(const bool row, statement.step());
  if (!row) return fail(ErrorCode::kInternal, "no row came from: " + sql);
  return statement.integer(0);
}

Result<std::string> Database::text(const std::string& sql) {
  Statement statement = prepare(sql);
  TRY_ASSIGN(const bool row, statement.step());
  if (!row) return fail(ErrorCode::kInternal, "no row came from: " + sql);
  return statement.text(0);
}

bool Database::is_idle() const { return sqlite3_get_autocommit(handle_.get()) != 0; }

Result<void> Database::checkpoint(bool wait) {
  const int mode = wait ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
  const int code = sqlite3_wal_checkpoint_v2(handle_.get(), nullptr, mode, nullptr, nullptr);
  if (code != SQLITE_OK) return fail(last_error(code));
  return {};
}

Error Database::last_error(int code) const {
  // SQLite's own words, when they are about this very problem.
  const int latest = handle_ ? sqlite3_extended_errcode(handle_.get()) : code;
  const bool same = (latest & 0xff) == (code & 0xff);
  const char* words = handle_ && same ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
  return Error{code_of(code), fmt::format("the database {} {} (SQLite: {}, code {})",
                                          path_.string(), advice(code), words, code)};
}

}  // namespace slipway::store
