#pragma once
// The files of `slipway apply`: documents of the kind Deployment, with the API's writable fields.
// What a field may hold is the server's to say; what it says is pointed at by file and line here.
// Pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "cli/yaml_reader.h"

namespace slipway::cli {

struct ApplyDocument {
  std::string file;
  YamlDocument yaml;  // an object, without `kind`

  // "" when it is not there.
  std::string id() const;
  std::string name() const;
  std::string group() const;
  // "models.yaml:7"
  std::string place(std::string_view path = "") const;
};

// A list stands for as many documents. `default_group` is that of documents that name none. Every
// fault is a field error at "FILE:LINE: path".
Result<std::vector<ApplyDocument>> read_apply_documents(const std::string& file,
                                                        std::string_view text,
                                                        const std::string& default_group);

// Field errors of the server with file and line, for all of `error`.
std::vector<FieldError> located(const ApplyDocument& document, const Error& error);

}  // namespace slipway::cli
