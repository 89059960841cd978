#include "store/store.h"

#include <fmt/format.h>

#include "store/database.h"
#include "store/migrations.h"
#include "store/owner_lock.h"
#include "store/readers.h"
#include "store/writer.h"

namespace slipway::store {
namespace {

// Looks for damage before anything is written; what it finds first is enough.
Result<void> check_integrity(Database& database, const std::filesystem::path& path) {
  TRY_ASSIGN(const std::string found, database.text("PRAGMA quick_check(1)"));
  if (found == "ok") return {};
  return fail(ErrorCode::kInternal,
              fmt::format("the database {} is damaged ({}). Slipway does not touch it. Put a "
                          "backup in its place, or copy the file away and try 'sqlite3 <copy> "
                          ".recover'",
                          path.string(), found));
}

Result<void> prepare_file(Database& database, const std::filesystem::path& path) {
  const auto prepared = [&]() -> Result<void> {
    TRY(check_owner(database));
    TRY(database.use_write_ahead_log());
    return migrate(database, migrations());
  }();
  if (!prepared) return fail(prepared.error().within(path.string()));
  return {};
}

Result<void> limit_size(Database& database, int64_t max_bytes) {
  if (max_bytes <= 0) return {};
  TRY_ASSIGN(const int64_t page_size, database.integer("PRAGMA page_size"));
  return database.execute(fmt::format("PRAGMA max_page_count={}", max_bytes / page_size));
}

}  // namespace

struct Store::Parts {
  Parts(OwnerLock owner, std::unique_ptr<Database> database, const std::filesystem::path& path,
        const StoreOptions& options)
      : lock(std::move(owner)),
        readers(path, static_cast<size_t>(options.readers), options.busy_timeout),
        writer(std::move(database), feed, options.checkpoint_bytes) {}

  // In this order: the writer ends first, and the lock goes last.
  OwnerLock lock;
  ChangeFeed feed;
  Readers readers;
  Writer writer;
};

Result<std::unique_ptr<Store>> Store::open(const std::filesystem::path& path,
                                           const StoreOptions& options) {
  TRY_ASSIGN(OwnerLock lock, OwnerLock::acquire(path));
  TRY_ASSIGN(std::unique_ptr<Database> database,
             Database::open(path, Database::Mode::kReadWrite, options.busy_timeout));
  TRY(check_integrity(*database, path));
  TRY(prepare_file(*database, path));
  TRY(limit_size(*database, options.max_bytes));
  auto parts = std::make_unique<Parts>(std::move(lock), std::move(database), path, options);
  return std::unique_ptr<Store>(new Store(std::move(parts)));
}

Store::Store(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Store::~Store() = default;

ChangeFeed& Store::change_feed() { return parts_->feed; }

Result<void> Store::check() {
  return write([](WriteTransaction& tx) -> Result<void> {
    // Takes a page of the log and brings it to the disk, and changes nothing anybody reads.
    TRY(tx.database()
            .prepare("INSERT INTO settings (name, value) VALUES ('last_check', x'00') "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value")
            .run());
    return {};
  });
}

Result<void> Store::run_read(const std::function<void(ReadTransaction&)>& body) {
  return parts_->readers.run(body);
}

Result<void> Store::run_write(const std::function<Result<void>(WriteTransaction&)>& body) {
  return parts_->writer.submit(body);
}

}  // namespace slipway::store
