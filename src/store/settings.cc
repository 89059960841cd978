#include "store/settings.h"

#include <span>

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

Result<std::string> client_digest_key(WriteTransaction& tx, Random& random) {
  TRY_ASSIGN(auto there, find(tx, kClientDigestKey));
  if (!there) {
    there.emplace(kClientDigestKeyBytes, '\0');
    random.fill(std::as_writable_bytes(std::span(*there)));
    TRY(put(tx, kClientDigestKey, *there));
  }
  if (there->size() == kClientDigestKeyBytes) return std::move(*there);
  return fail(ErrorCode::kInternal,
              "the stored key of the clients' tokens has a wrong length; the database is damaged, "
              "put a backup in its place");
}

}  // namespace slipway::store::settings
