#include "ui_directory.h"

#include <filesystem>

namespace slipway::app {
namespace {

namespace fs = std::filesystem;

// Seen from the program's own folder: installed, then in build/bin, then in build/<preset>/bin.
constexpr const char* kPlaces[] = {"../share/slipway/web", "../web", "../../web"};

}  // namespace

Result<api::UiFiles> ui_files(const Settings& settings, const Logger& log) {
  if (!settings.ui_dir.empty()) return api::UiFiles::load(settings.ui_dir);
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  for (const char* place : kPlaces) {
    const fs::path folder = (program.parent_path() / place).lexically_normal();
    if (fs::exists(folder / "index.html", error)) return api::UiFiles::load(folder);
  }
  log.warn("the web UI is not built; the front page says how");
  return api::UiFiles{};
}

}  // namespace slipway::app
