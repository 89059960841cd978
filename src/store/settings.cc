#include "store/settings.h"

#include "store/database.h"

namespace slipway::store::settings {
namespace {

constexpr size_t kInstallationIdLength = 12;

}  // namespace

Result<std::optional<std::string>> find(ReadTransaction& tx, std::string_view name) {
  Statement query = tx.database().prepare("SELECT value FROM settings WHERE name = ?");
  TRY_ASSIGN(const bool found, query.bind(name).step());
  if (!found) return std::nullopt;
  return query.text(0);
}

Result<void> put(WriteTransaction& tx, std::string_view name, std::string_view value) {
  TRY(tx.database()
          .prepare("INSERT INTO settings (name, value) VALUES (?, ?) "
                   "ON CONFLICT (name) DO UPDATE SET value = excluded.value")
          .bind(name)
          .bind_blob(value)
          .run());
  return {};
}

Result<std::string> installation_id(WriteTransaction& tx, Random& random) {
  TRY_ASSIGN(const auto there, find(tx, kInstallationId));
  if (there) return *there;
  const std::string fresh = random.base36(kInstallationIdLength);
  TRY(put(tx, kInstallationId, fresh));
  return fresh;
}

Result<std::string> control_id(WriteTransaction& tx, Random& random) {
  TRY_ASSIGN(const auto there, find(tx, kControlId));
  if (there) return *there;
  const std::string fresh = random.uuid();
  TRY(put(tx, kControlId, fresh));
  return fresh;
}

}  // namespace slipway::store::settings
