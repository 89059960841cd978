#include "cli/contexts.h"

#include <sys/stat.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.h"
#include "base/json_reader.h"
#include "cli/output_file.h"

namespace slipway::cli {

Result<Contexts> load_contexts(const std::string& path) {
  std::ifstream file(path);
  if (!file) {
    if (errno == ENOENT) return Contexts{};
    return fail(errno_error("cannot read " + path, errno));
  }
  std::stringstream text;
  text << file.rdbuf();
  const Result<Json> document = parse_json(text.str());
  if (!document) {
    return fail(Error(document.error()).within(path + " is damaged; mend or remove it"));
  }
  Contexts contexts;
  JsonReader reader(*document);
  contexts.current = reader.optional_string("current").value_or("");
  reader.optional_objects("contexts", [&](JsonReader& item) {
    Context context;
    const std::string name = item.required_string("name");
    context.url = item.required_string("url");
    context.user = item.optional_string("user").value_or("");
    context.token = item.optional_string("token").value_or("");
    context.token_id = item.optional_string("token_id").value_or("");
    context.ca_file = item.optional_string("ca_file").value_or("");
    contexts.by_name[name] = std::move(context);
  });
  const Result<void> whole = reader.finish();
  if (!whole) return fail(whole.error().within(path));
  return contexts;
}

Result<void> save_contexts(const std::string& path, const Contexts& contexts) {
  Json document;
  document["current"] = contexts.current;
  document["contexts"] = Json::array();
  for (const auto& [name, context] : contexts.by_name) {
    document["contexts"].push_back({{"name", name},
                                    {"url", context.url},
                                    {"user", context.user},
                                    {"token", context.token},
                                    {"token_id", context.token_id},
                                    {"ca_file", context.ca_file}});
  }
  const std::string text = dump_json_pretty(document) + "\n";

  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  std::error_code problem;
  if (!folder.empty() && !std::filesystem::exists(folder, problem)) {
    std::filesystem::create_directories(folder, problem);
    if (problem) return fail(errno_error("cannot make " + folder.string(), problem.value()));
    ::chmod(folder.c_str(), 0700);
  }
  TRY_ASSIGN(OutputFile file, OutputFile::create(path));
  file.write(text);
  return file.keep();
}

Result<std::string> normal_url(const std::string& url) {
  const bool known = url.rfind("http://", 0) == 0 || url.rfind("https://", 0) == 0;
  const std::string host = known ? url.substr(url.find("//") + 2) : "";
  if (host.empty() || host.front() == '/' || url.find_first_of(" \t\r\n?#@") != std::string::npos) {
    return fail(ErrorCode::kInvalid,
                "'" + url + "' is no server URL; write it as http://127.0.0.1:8080");
  }
  std::string out = url;
  while (out.back() == '/') out.pop_back();
  return out;
}

std::string context_name_of(const std::string& url) {
  const size_t start = url.find("//");
  return start == std::string::npos ? url : url.substr(start + 2);
}

}  // namespace slipway::cli
