#include "logs/log_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/json.h"
#include "logs/segment.h"
#include "os/file.h"

namespace slipway::logs {
namespace {

namespace fs = std::filesystem;

constexpr const char* kNote = "owner.json";
constexpr size_t kMaxNote = 4096;

std::optional<LogOwner> read_note(const fs::path& folder) {
  const auto text = os::read_file(folder / kNote, kMaxNote);
  if (!text) return std::nullopt;
  const auto note = parse_json(*text);
  if (!note || !note->is_object()) return std::nullopt;
  const auto field = [&](const char* name) {
    const auto at = note->find(name);
    return at != note->end() && at->is_string() ? at->get<std::string>() : std::string();
  };
  const auto created = parse_rfc3339(field("created_at"));
  if (!created) return std::nullopt;
  return LogOwner{field("deployment"), *created, field("name"), field("group")};
}

std::vector<fs::path> folders_in(const fs::path& root) {
  std::vector<fs::path> folders;
  std::error_code error;
  for (fs::directory_iterator it(root, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored)) folders.push_back(it->path());
  }
  return folders;
}

}  // namespace

LogStore::LogStore(const LogStoreOptions& options)
    : options_(options),
      disk_(options.free_floor,
            options.free_space ? options.free_space : DiskGuard::free_space_of(options.root)) {}

fs::path LogStore::folder_of(const LogOwner& owner) const {
  return options_.root / fmt::format("{}~{}", owner.deployment, to_unix_micros(owner.created_at));
}

Result<fs::path> LogStore::prepare(const LogOwner& owner) const {
  const fs::path folder = folder_of(owner);
  std::error_code error;
  if (fs::exists(folder / kNote, error)) return folder;
  TRY(os::make_directory(options_.root, 0700));
  TRY(os::make_directory(folder, 0700));
  const Json note = {{"deployment", owner.deployment},
                     {"created_at", format_rfc3339(owner.created_at)},
                     {"name", owner.name},
                     {"group", owner.group}};
  TRY(os::replace_file(folder / kNote, dump_json(note) + "\n", 0600));
  return folder;
}

std::vector<LogOwner> LogStore::owners_of(const std::string& deployment) const {
  std::vector<LogOwner> owners;
  for (const fs::path& folder : folders_in(options_.root)) {
    if (!folder.filename().native().starts_with(deployment + "~")) continue;
    auto owner = read_note(folder);
    if (owner && owner->deployment == deployment) owners.push_back(std::move(*owner));
  }
  std::sort(owners.begin(), owners.end(),
            [](const LogOwner& a, const LogOwner& b) { return a.created_at > b.created_at; });
  return owners;
}

std::vector<std::string> LogStore::sources_in(const fs::path& folder) const {
  std::vector<std::string> names;
  for (const fs::path& source : folders_in(folder)) names.push_back(source.filename().native());
  std::sort(names.begin(), names.end());
  return names;
}

Swept LogStore::seal_all_but(const std::set<std::string>& replicas) const {
  Swept sealed;
  BlockCodec codec;
  for (const fs::path& folder : folders_in(options_.root)) {
    for (const fs::path& source : folders_in(folder)) {
      if (replicas.contains(source.filename().native())) continue;
      for (const SegmentFile& file : list_segments(source)) {
        if (file.kind == SegmentKind::kSealed || !seal_segment(file, codec)) continue;
        ++sealed.segments;
      }
    }
  }
  return sealed;
}

Swept LogStore::sweep(Timestamp now, const std::set<std::string>& living) const {
  Swept all;
  for (const fs::path& folder : folders_in(options_.root)) {
    const std::string name = folder.filename().native();
    const bool may_go = !living.contains(name.substr(0, name.find('~')));
    const Swept one = sweep_folder(folder, options_.keep, now, may_go);
    all.segments += one.segments;
    all.bytes += one.bytes;
  }
  return all;
}

}  // namespace slipway::logs
