#include "engine/process/model_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <system_error>

#include "base/toml.h"
#include "os/file.h"

namespace slipway::engine {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kManifest = "slipway-model.toml";
constexpr size_t kMaxManifest = 64 * 1024;

bool is_plain_name(std::string_view name) {
  return !name.empty() && name.size() <= 128 && name.front() != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '-' || c == '_' || c == '.';
         });
}

// The folder itself when it lies inside of `root` also after its links are followed.
std::optional<fs::path> folder_inside(const fs::path& root, const fs::path& relative) {
  std::error_code error;
  const fs::path real_root = fs::canonical(root, error);
  if (error) return std::nullopt;
  const fs::path real = fs::canonical(real_root / relative, error);
  if (error || !fs::is_directory(real, error)) return std::nullopt;
  const auto [end, unused] =
      std::mismatch(real_root.begin(), real_root.end(), real.begin(), real.end());
  if (end != real_root.end() || real == real_root) return std::nullopt;
  return real;
}

Result<void> read_manifest(const Json& manifest, ModelFolder* folder) {
  for (const auto& [key, value] : manifest.items()) {
    if (key == "command") {
      if (!value.is_array() || value.empty()) {
        return fail(ErrorCode::kInvalid, "command must be a list of at least one string");
      }
      for (const Json& word : value) {
        if (!word.is_string() || word.get_ref<const std::string&>().empty()) {
          return fail(ErrorCode::kInvalid, "command must hold strings only, none of them empty");
        }
        folder->command.push_back(word.get<std::string>());
      }
    } else if (key == "environment") {
      if (!value.is_object()) return fail(ErrorCode::kInvalid, "environment must be a table");
      for (const auto& [name, text] : value.items()) {
        if (!text.is_string()) {
          return fail(ErrorCode::kInvalid, fmt::format("environment.{} must be a string", name));
        }
        folder->environment.push_back({name, text.get<std::string>()});
      }
    } else if (key != "prepare") {  // how to build the folder; for people and scripts
      return fail(
          ErrorCode::kInvalid,
          fmt::format("'{}' is not known; there are command, environment and prepare", key));
    }
  }
  if (folder->command.empty()) return fail(ErrorCode::kInvalid, "command is missing");
  std::string& program = folder->command.front();
  if (program.find('/') != std::string::npos && program.front() != '/') {
    program = (folder->path / program).lexically_normal().native();
  }
  return {};
}

}  // namespace

Result<ModelFolder> find_model_folder(const fs::path& root, const std::string& image) {
  const size_t colon = image.find(':');
  const std::string name = image.substr(0, colon);
  const std::string tag = colon == std::string::npos ? std::string() : image.substr(colon + 1);
  if (!is_plain_name(name) || (colon != std::string::npos && !is_plain_name(tag))) {
    return fail(ErrorCode::kNotFound,
                fmt::format("there is no model '{}': the process engine takes the name of a folder "
                            "in {}, such as iris-sklearn or iris-sklearn:1.0",
                            image, root.native()));
  }
  ModelFolder folder;
  std::optional<fs::path> path;
  if (!tag.empty()) path = folder_inside(root, fs::path(name) / tag);
  if (!path) path = folder_inside(root, name);
  if (!path) {
    return fail(ErrorCode::kNotFound, fmt::format("there is no model '{}': no folder {} in {}",
                                                  image, name, root.native()));
  }
  folder.path = *path;
  const fs::path manifest_path = folder.path / kManifest;
  const auto text = os::read_file(manifest_path, kMaxManifest);
  if (!text) return fail(text.error().within(fmt::format("model '{}'", image)));
  const auto manifest = parse_toml(*text);
  if (!manifest) return fail(manifest.error().within(manifest_path.native()));
  if (auto read = read_manifest(*manifest, &folder); !read) {
    return fail(read.error().within(manifest_path.native()));
  }
  return folder;
}

}  // namespace slipway::engine
