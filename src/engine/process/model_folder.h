#pragma once
// A model as a folder of files: <models root>/<name>, with slipway-model.toml that says how to
// start it. The folders are the administrator's; what a client sends is only a name, and no name
// reaches outside of the root. Reads files; keeps nothing; any thread.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/deployment.h"

namespace slipway::engine {

struct ModelFolder {
  std::filesystem::path path;        // absolute, without symbolic links; the working directory
  std::vector<std::string> command;  // [0] is absolute or a bare name for PATH
  std::vector<domain::EnvironmentVariable> environment;
};

// "iris-sklearn:1.0" is <root>/iris-sklearn/1.0 when that folder is there, else
// <root>/iris-sklearn. kNotFound when there is no such folder, kInvalid when its manifest cannot be
// used.
Result<ModelFolder> find_model_folder(const std::filesystem::path& root, const std::string& image);

}  // namespace slipway::engine
