#include "cli/apply_documents.h"

#include <fmt/format.h>

#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kKind = "Deployment";

// The elements of a list, each with the lines of its own members.
std::vector<YamlDocument> elements_of(const YamlDocument& list) {
  std::vector<YamlDocument> out;
  for (size_t i = 0; i < list.value.size(); ++i) {
    const std::string prefix = fmt::format("[{}]", i);
    YamlDocument element{list.value[i], line_of(list, prefix), {}};
    for (const auto& [path, line] : list.lines) {
      if (path.rfind(prefix + ".", 0) == 0) element.lines[path.substr(prefix.size() + 1)] = line;
    }
    out.push_back(std::move(element));
  }
  return out;
}

FieldError fault(const ApplyDocument& document, const std::string& path, std::string message) {
  return {fmt::format("{}: {}", document.place(path), path.empty() ? "document" : path),
          std::move(message)};
}

// Takes `kind` out.
void check(ApplyDocument& document, std::vector<FieldError>& faults) {
  Json& value = document.yaml.value;
  if (!value.is_object()) {
    faults.push_back(fault(document, "", "must be a map of fields"));
    return;
  }
  if (text_at(value, {"kind"}) != kKind) {
    faults.push_back(fault(document, "kind", fmt::format("must be {}", kKind)));
  }
  value.erase("kind");
  for (const char* name : {"id", "name", "group"}) {
    if (value.contains(name) && !value[name].is_string()) {
      faults.push_back(fault(document, name, "must be a text; put it in quotes"));
      return;
    }
  }
  if (document.id().empty() && document.name().empty()) {
    faults.push_back(fault(document, "name", "is required, or an id"));
  }
}

}  // namespace

std::string ApplyDocument::id() const { return text_at(yaml.value, {"id"}); }
std::string ApplyDocument::name() const { return text_at(yaml.value, {"name"}); }
std::string ApplyDocument::group() const { return text_at(yaml.value, {"group"}); }
std::string ApplyDocument::place(std::string_view path) const {
  return fmt::format("{}:{}", file, line_of(yaml, path));
}

Result<std::vector<ApplyDocument>> read_apply_documents(const std::string& file,
                                                        std::string_view text,
                                                        const std::string& default_group) {
  auto read = read_yaml(text);
  if (!read) return fail(read.error().within(file));
  std::vector<YamlDocument> flat;
  for (YamlDocument& document : *read) {
    if (!document.value.is_array()) {
      flat.push_back(std::move(document));
      continue;
    }
    for (YamlDocument& element : elements_of(document)) flat.push_back(std::move(element));
  }
  std::vector<ApplyDocument> out;
  std::vector<FieldError> faults;
  for (YamlDocument& yaml : flat) {
    ApplyDocument document{file, std::move(yaml)};
    check(document, faults);
    if (document.yaml.value.is_object() && !default_group.empty() &&
        !document.yaml.value.contains("group")) {
      document.yaml.value["group"] = default_group;
    }
    out.push_back(std::move(document));
  }
  if (!faults.empty()) {
    return fail(Error{ErrorCode::kInvalid, "the files hold something wrong", std::move(faults)});
  }
  return out;
}

std::vector<FieldError> located(const ApplyDocument& document, const Error& error) {
  std::vector<FieldError> out;
  for (const FieldError& field : error.fields) {
    out.push_back(fault(document, field.path, field.message));
  }
  if (out.empty()) out.push_back({document.place(), error.message});
  return out;
}

}  // namespace slipway::cli
