#include "logs/retention.h"

#include <sys/stat.h>

#include <algorithm>
#include <string>
#include <system_error>
#include <vector>

#include "logs/segment_head.h"

namespace slipway::logs {
namespace {

namespace fs = std::filesystem;

struct Found {
  fs::path path;
  int64_t written_at = 0;  // seconds since 1970
  uint64_t bytes = 0;
  bool removable = false;
};

void look_into(const fs::path& replica, std::vector<Found>& all) {
  const std::vector<SegmentFile> files = list_segments(replica);
  std::error_code error;
  for (fs::directory_iterator it(replica, error), end; !error && it != end; it.increment(error)) {
    struct stat status {};
    if (::stat(it->path().c_str(), &status) != 0) continue;
    const bool is_open = it->path().extension() == ".open";
    // A run goes on behind its newest sealed segment: what is stored of it is looked up there.
    const bool is_needed = files.size() > 1 && files.back().kind == SegmentKind::kOpen &&
                           it->path() == files[files.size() - 2].path;
    all.push_back({it->path(), status.st_mtime, static_cast<uint64_t>(status.st_size),
                   !is_open && !is_needed});
  }
}

}  // namespace

Swept sweep_folder(const fs::path& folder, const KeepRule& rule, Timestamp now, bool may_go) {
  std::vector<Found> all;
  std::vector<fs::path> replicas;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (!it->is_directory(ignored)) continue;
    replicas.push_back(it->path());
    look_into(it->path(), all);
  }
  std::sort(all.begin(), all.end(), [](const Found& a, const Found& b) {
    return a.written_at != b.written_at ? a.written_at < b.written_at : a.path < b.path;
  });
  uint64_t total = 0;
  for (const Found& file : all) total += file.bytes;
  const int64_t oldest =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch() - rule.age).count();
  Swept swept;
  for (const Found& file : all) {
    const bool too_old = rule.age.count() > 0 && file.written_at < oldest;
    const bool too_much = rule.bytes > 0 && total > rule.bytes;
    if (!file.removable || (!too_old && !too_much)) continue;
    if (!fs::remove(file.path, error)) continue;
    total -= file.bytes;
    swept.bytes += file.bytes;
    ++swept.segments;
  }
  // Only what is empty can be removed so.
  if (!may_go) return swept;
  for (const fs::path& replica : replicas) fs::remove(replica, error);
  bool empty = true;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    empty = empty && !it->is_directory(ignored);
  }
  if (empty) fs::remove_all(folder, error);
  return swept;
}

}  // namespace slipway::logs
