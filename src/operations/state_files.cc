#include "operations/state_files.h"

#include <fmt/format.h>

#include <algorithm>

namespace slipway::operations {
namespace fs = std::filesystem;

Result<std::vector<std::string>> key_files(const fs::path& state_dir) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(state_dir, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (it->path().extension() == kKeySuffix && it->is_regular_file(ignored)) {
      names.push_back(it->path().filename().string());
    }
  }
  if (error) return fail(errno_error("looking into " + state_dir.string(), error.value()));
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace slipway::operations
