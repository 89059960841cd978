#pragma once
// SQLite as values: a Database (one connection), a Statement (one prepared query), and errors that
// say what to do. The only room that includes sqlite3.h. A Database belongs to one thread at a
// time.

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace slipway::store {

class Database;

// What a row becomes, by what the function that reads it returns.
template <typename Made>
struct RowOf {
  using Type = Made;
};
template <typename T>
struct RowOf<Result<T>> {
  using Type = T;
};

// A query with its parameters, lent out by Database::prepare() and given back (reset, parameters
// forgotten) when destroyed. Binding counts from the left, columns from 0. Problems with binding
// come out of step() or run().
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  Statement& bind(int64_t value);
  Statement& bind(int value) { return bind(int64_t{value}); }
  Statement& bind(bool value) { return bind(int64_t{value}); }
  Statement& bind(std::string_view text);  // copied
  Statement& bind(const std::string& text) { return bind(std::string_view(text)); }
  Statement& bind(const char* text) { return bind(std::string_view(text)); }
  Statement& bind(Timestamp time) { return bind(to_unix_micros(time)); }
  Statement& bind(const std::optional<Timestamp>& time);
  Statement& bind(const std::optional<int64_t>& value);
  Statement& bind_blob(std::string_view bytes);  // copied

  // true: there is a row; false: done.
  Result<bool> step();
  // Every row as `read(*this)` gives it, which is a T or a Result<T>; the first error ends it.
  template <typename Read>
  auto all(Read read);
  // For statements without rows; how many rows were changed.
  Result<int64_t> run();

  int64_t integer(int column) const;
  std::optional<int64_t> optional_integer(int column) const;
  std::string text(int column) const;  // also of a BLOB, as bytes
  Timestamp time(int column) const { return from_unix_micros(integer(column)); }
  std::optional<Timestamp> optional_time(int column) const;

 private:
  friend class Database;
  Statement(Database& database, sqlite3_stmt* statement, int problem)
      : database_(database), statement_(statement), problem_(problem) {}
  Database& database_;
  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
  int problem_;  // SQLITE_OK, or what preparing or binding said
};

template <typename Read>
auto Statement::all(Read read) {
  using Made = std::invoke_result_t<Read&, const Statement&>;
  using Row = typename RowOf<Made>::Type;
  using Rows = Result<std::vector<Row>>;
  std::vector<Row> out;
  Result<bool> more = step();
  for (; more && *more; more = step()) {
    if constexpr (std::is_same_v<Made, Row>) {
      out.push_back(read(*this));
    } else {
      Made row = read(*this);
      if (!row) return Rows(Failure(std::move(row.error())));
      out.push_back(*std::move(row));
    }
  }
  return more ? Rows(std::move(out)) : Rows(Failure(std::move(more.error())));
}

class Database {
 public:
  enum class Mode { kReadWrite, kReadOnly };

  // Opens (kReadWrite: or makes, mode 0600) and sets the connection up. Changes nothing in the
  // file.
  static Result<std::unique_ptr<Database>> open(const std::filesystem::path& path, Mode mode,
                                                std::chrono::milliseconds busy_timeout);
  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // Statements are kept prepared, by their text: pass literals, never text with values in it.
  Statement prepare(std::string_view sql);
  // Several statements without parameters or rows.
  Result<void> execute(const std::string& sql);
  // The first column of the first row.
  Result<int64_t> integer(const std::string& sql);
  Result<std::string> text(const std::string& sql);

  // WAL with synchronous=FULL: a commit is on the disk when it returns, and readers never wait.
  Result<void> use_write_ahead_log();

  // true: no transaction is open, also because SQLite itself has rolled one back.
  bool is_idle() const;
  // Folds the WAL into the file. `wait`: until readers are done with the old pages, and the WAL
  // file is cut to nothing; otherwise as far as it goes now.
  Result<void> checkpoint(bool wait);
  // Bytes of WAL that the last commit left.
  int64_t wal_bytes() const { return wal_bytes_; }

  // What the last failed call says, as an Error for people.
  Error last_error(int code) const;

 private:
  friend class Statement;
  struct Closer {
    void operator()(sqlite3* handle) const;
  };
  explicit Database(std::filesystem::path path) : path_(std::move(path)) {}

  const std::filesystem::path path_;
  std::unique_ptr<sqlite3, Closer> handle_;
  // One text may be in use twice at once; then the second one is not kept.
  std::multimap<std::string, sqlite3_stmt*, std::less<>> free_statements_;
  int64_t wal_bytes_ = 0;
  int64_t page_size_ = 4096;
};

}  // namespace slipway::store
