#include "control/secret_keys.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <functional>

#include "os/file.h"
#include "store/pull_secrets.h"
#include "store/webhooks.h"

namespace slipway::control {
namespace {

namespace fs = std::filesystem;
using identity::SecretBox;
using identity::SecretKey;
using store::PullSecretRow;
using store::WebhookRow;
using store::WriteTransaction;

constexpr size_t kMaxFile = size_t{64} * 1024;
constexpr mode_t kMode = 0600;

// Something that a key of ours has sealed.
struct SealedRow {
  std::string called;
  std::string owner;
  std::string sealed;
  std::function<Result<void>(WriteTransaction& tx, const std::string& sealed)> replace;
};

Result<std::vector<SealedRow>> sealed_rows(store::ReadTransaction& tx) {
  std::vector<SealedRow> out;
  TRY_ASSIGN(const auto secrets, store::pull_secrets::all(tx));
  for (const PullSecretRow& row : secrets) {
    out.push_back({fmt::format("pull secret '{}' of group '{}'", row.name, row.group),
                   pull_secret_owner(row.group, row.name), row.sealed,
                   [row](WriteTransaction& writing, const std::string& sealed) {
                     PullSecretRow fresh = row;
                     fresh.sealed = sealed;
                     return store::pull_secrets::reseal(writing, fresh);
                   }});
  }
  TRY_ASSIGN(const auto webhooks, store::webhooks::all(tx));
  for (const WebhookRow& row : webhooks) {
    out.push_back({fmt::format("the secret of webhook '{}'", row.name), webhook_owner(row.id),
                   row.sealed, [row](WriteTransaction& writing, const std::string& sealed) {
                     WebhookRow fresh = row;
                     fresh.sealed = sealed;
                     return store::webhooks::reseal(writing, fresh);
                   }});
  }
  return out;
}

// None: there is no file.
Result<std::optional<std::vector<SecretKey>>> read_keys(const fs::path& file) {
  struct stat info {};
  if (::lstat(file.c_str(), &info) != 0) {
    if (errno == ENOENT) return std::nullopt;
    return fail(errno_error("cannot read " + file.string(), errno));
  }
  if ((info.st_mode & 077) != 0) {
    return fail(ErrorCode::kDenied,
                fmt::format("the key file {} may be read or written by others (mode {:04o}): chmod "
                            "600 {}, and change the key with 'slipwayd secrets rotate-key' if "
                            "somebody may have read it",
                            file.string(), info.st_mode & 07777, file.string()));
  }
  TRY_ASSIGN(const std::string text, os::read_file(file, kMaxFile));
  auto keys = identity::parse_secret_keys(text);
  if (!keys) return fail(keys.error().within(file.string()));
  return std::move(*keys);
}

Result<std::vector<SecretKey>> keys_that_must_be_there(const fs::path& file) {
  TRY_ASSIGN(auto keys, read_keys(file));
  if (keys) return std::move(*keys);
  return fail(ErrorCode::kNotFound, fmt::format("there is no key file {}", file.string()));
}

Result<void> write_keys(const fs::path& file, const std::vector<SecretKey>& keys) {
  return os::replace_file(file, identity::format_secret_keys(keys), kMode);
}

}  // namespace

Result<std::unique_ptr<SecretBox>> open_secret_box(store::Store& store, const fs::path& file,
                                                   Random& random) {
  TRY_ASSIGN(const std::vector<SealedRow> rows, store.read(&sealed_rows));
  TRY_ASSIGN(auto keys, read_keys(file));
  if (!keys) {
    if (!rows.empty()) {
      return fail(
          ErrorCode::kNotFound,
          fmt::format("the key file {} is missing, and {} secrets in the database can only be "
                      "opened with it: put it back from your backup",
                      file.string(), rows.size()));
    }
    keys = std::vector<SecretKey>{identity::make_secret_key(random)};
    TRY(write_keys(file, *keys));
  }
  auto box = std::make_unique<SecretBox>(std::move(*keys), random);
  for (const SealedRow& row : rows) {
    if (box->knows_key_of(row.sealed)) continue;
    return fail(ErrorCode::kConflict,
                fmt::format("the key file {} does not belong to this database: {} is sealed with "
                            "another key; put back the key file of the same backup",
                            file.string(), row.called));
  }
  return box;
}

Result<void> add_secret_key(const fs::path& file, Random& random) {
  TRY_ASSIGN(std::vector<SecretKey> keys, keys_that_must_be_there(file));
  keys.insert(keys.begin(), identity::make_secret_key(random));
  return write_keys(file, keys);
}

Result<int64_t> reseal_secrets(store::Store& store, const SecretBox& box) {
  return store.write([&](WriteTransaction& tx) -> Result<int64_t> {
    TRY_ASSIGN(const std::vector<SealedRow> rows, sealed_rows(tx));
    int64_t done = 0;
    for (const SealedRow& row : rows) {
      if (box.is_current(row.sealed)) continue;
      const auto plain = box.open(row.sealed, row.owner);
      if (!plain) return fail(plain.error().within(row.called));
      TRY(row.replace(tx, box.seal(*plain, row.owner)));
      ++done;
    }
    return done;
  });
}

Result<void> drop_old_secret_keys(const fs::path& file) {
  TRY_ASSIGN(std::vector<SecretKey> keys, keys_that_must_be_there(file));
  keys.resize(1);
  return write_keys(file, keys);
}

Result<int64_t> rotate_secret_key(store::Store& store, const fs::path& file, Random& random) {
  // Also refuses a file that does not belong here, before anything is changed.
  TRY(open_secret_box(store, file, random));
  TRY(add_secret_key(file, random));
  TRY_ASSIGN(const std::unique_ptr<SecretBox> box, open_secret_box(store, file, random));
  TRY_ASSIGN(const int64_t done, reseal_secrets(store, *box));
  TRY(drop_old_secret_keys(file));
  return done;
}

std::string pull_secret_owner(std::string_view group, std::string_view name) {
  return identity::secret_owner("pull_secrets", group, name);
}

std::string webhook_owner(std::string_view id) {
  return identity::secret_owner("webhooks", "", id);
}

}  // namespace slipway::control
