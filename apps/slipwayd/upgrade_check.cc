#include "upgrade_check.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "oidc_settings.h"
#include "os/file_stamp.h"
#include "os/system_clock.h"
#include "state_directory.h"
#include "store/database_copy.h"
#include "tls_settings.h"

namespace slipway::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* kOwn = "/proc/self/exe";

Result<void> check(const Settings& settings) {
  TRY(oidc_config(settings));
  TRY(check_certificates(settings, os::SystemClock().now()));
  std::error_code error;
  if (fs::exists(database_file(settings), error)) {
    TRY(store::inspect_database(database_file(settings)));
  }
  return {};
}

std::string_view take_line(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return line;
}

bool is_this_program(const fs::path& path) {
  const os::FileStamp there = os::stamp_of(path);
  return there.bytes >= 0 && there == os::stamp_of(kOwn);
}

}  // namespace

int run_can_take_over(const Settings& settings) {
  if (const auto right = check(settings); !right) {
    std::cerr << right.error().message << "\n";
    return 1;
  }
  std::cout << lasting_settings(settings) << std::flush;
  return std::cout.good() ? 0 : 1;
}

std::string lasting_settings(const Settings& settings) {
  return fmt::format(
      "state_dir={}\nlisten={}\ntls_listen={}\ngateway_admin_listen={}\ngateway_user={}\n",
      settings.state_dir, settings.listen, settings.tls_listen, settings.gateway_admin_listen,
      settings.gateway_user);
}

Result<void> compare_lasting(std::string_view here, std::string_view there) {
  while (!here.empty()) {
    const std::string_view mine = take_line(here);
    const std::string_view name = mine.substr(0, mine.find('='));
    std::string_view rest = there;
    bool same = false;
    std::string_view other = "missing";
    while (!rest.empty() && !same) {
      const std::string_view line = take_line(rest);
      if (line.substr(0, line.find('=')) != name) continue;
      same = line == mine;
      other = line;
    }
    if (!same) {
      return fail(
          ErrorCode::kConflict,
          fmt::format("the setting {} would become {}, which takes a restart", mine, other));
    }
  }
  return {};
}

std::string program_path(std::string_view argv0) {
  std::error_code error;
  if (argv0.find('/') != std::string_view::npos) {
    const fs::path path = fs::absolute(argv0, error).lexically_normal();
    if (!error && is_this_program(path)) return path.string();
  } else {
    const char* const path = std::getenv("PATH");
    std::string_view folders = path == nullptr ? "" : path;
    while (!folders.empty()) {
      const size_t colon = std::min(folders.find(':'), folders.size());
      const fs::path candidate = fs::absolute(fs::path(folders.substr(0, colon)), error) / argv0;
      if (is_this_program(candidate)) return candidate.string();
      folders.remove_prefix(std::min(colon + 1, folders.size()));
    }
  }
  return fs::read_symlink(kOwn, error).string();
}

}  // namespace slipway::app
