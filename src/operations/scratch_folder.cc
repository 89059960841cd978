#include "operations/scratch_folder.h"

#include <cerrno>
#include <cstdlib>

namespace slipway::operations {

Result<ScratchFolder> ScratchFolder::make(const std::filesystem::path& in,
                                          const std::string& prefix) {
  std::string path = (in / (prefix + "XXXXXX")).string();
  if (::mkdtemp(path.data()) == nullptr) {
    return fail(errno_error("cannot make a folder in " + in.string(), errno));
  }
  return ScratchFolder(path);
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace slipway::operations
