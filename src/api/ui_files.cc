#include "api/ui_files.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <fstream>
#include <functional>
#include <iterator>
#include <utility>

namespace slipway::api {
namespace {

namespace fs = std::filesystem;

constexpr uintmax_t kFileLimit = uintmax_t{8} * 1024 * 1024;
constexpr std::string_view kIndex = "index.html";

// Scripts come from this origin alone. Styles may be inline: the component library writes them.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'";

constexpr std::string_view kNotBuilt =
    "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><title>Slipway</title>\n"
    "<h1>The web UI is not built</h1>\n"
    "<p>This server found no UI files. <code>make build</code> builds them into "
    "<code>build/web</code>; or name their folder with <code>--ui-dir</code> and start "
    "slipwayd again. The API serves meanwhile: <a href=\"/docs\">its description</a>.</p>\n";

std::string_view content_type_of(const fs::path& path) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes = {
      {{".html", "text/html; charset=utf-8"},
       {".js", "text/javascript; charset=utf-8"},
       {".css", "text/css; charset=utf-8"},
       {".svg", "image/svg+xml"},
       {".png", "image/png"},
       {".json", "application/json"},
       {".woff2", "font/woff2"}}};
  for (const auto& [extension, type] : kTypes) {
    if (path.extension() == extension) return type;
  }
  return "application/octet-stream";
}

// Tells versions of one file apart, no more.
std::string etag_of(std::string_view content) {
  return fmt::format("\"{:016x}\"", std::hash<std::string_view>{}(content));
}

Result<std::string> content_of(const fs::path& path) {
  std::error_code error;
  const uintmax_t size = fs::file_size(path, error);
  if (error) {
    return fail(ErrorCode::kNotFound,
                fmt::format("UI file {}: {}", path.native(), error.message()));
  }
  if (size > kFileLimit) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("UI file {} has {} bytes, more than {}; is this the folder that "
                            "web/ was built into?",
                            path.native(), size, kFileLimit));
  }
  std::ifstream in(path, std::ios::binary);
  std::string content{std::istreambuf_iterator<char>(in), {}};
  if (!in) return fail(ErrorCode::kUnavailable, "cannot read UI file " + path.native());
  return content;
}

bool takes_gzip(const Request& request) {
  // A client that refuses it with ";q=0" does not exist among browsers; one that does may ask
  // without naming it.
  const std::string_view accepted = request.field("Accept-Encoding");
  return accepted.find("gzip") != std::string_view::npos &&
         accepted.find("gzip;q=0") == std::string_view::npos;
}

Reply encoded(const Request& request, const std::string& content, const std::string& gzip) {
  Reply reply;
  if (!gzip.empty()) reply.fields.emplace_back("Vary", "Accept-Encoding");
  if (!gzip.empty() && takes_gzip(request)) {
    reply.fields.emplace_back("Content-Encoding", "gzip");
    reply.body = gzip;
  } else {
    reply.body = content;
  }
  return reply;
}

}  // namespace

Result<UiFiles::File> UiFiles::read(const fs::path& path) {
  File file;
  TRY_ASSIGN(file.content, content_of(path));
  fs::path zipped = path;
  zipped += ".gz";
  std::error_code error;
  if (fs::exists(zipped, error)) {
    TRY_ASSIGN(file.gzip, content_of(zipped));
  }
  file.content_type = content_type_of(path);
  file.etag = etag_of(file.content);
  return file;
}

Result<UiFiles> UiFiles::load(const fs::path& directory) {
  UiFiles out;
  TRY_ASSIGN(out.files_[std::string(kIndex)], read(directory / kIndex));
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory / "assets", error)) {
    const fs::path& path = entry.path();
    if (!entry.is_regular_file(error) || path.extension() == ".gz") continue;
    TRY_ASSIGN(out.files_[path.filename().native()], read(path));
  }
  return out;
}

Reply UiFiles::page(const Request& request) const {
  const auto found = files_.find(kIndex);
  Reply reply;
  if (found == files_.end()) {
    reply.body = kNotBuilt;
  } else if (request.field("If-None-Match") == found->second.etag) {
    reply.status = 304;
  } else {
    reply = encoded(request, found->second.content, found->second.gzip);
  }
  if (reply.status != 304) reply.content_type = "text/html; charset=utf-8";
  if (found != files_.end()) reply.fields.emplace_back("ETag", found->second.etag);
  reply.fields.emplace_back("Cache-Control", "no-cache");
  reply.fields.emplace_back("Content-Security-Policy", std::string(kPolicy));
  reply.fields.emplace_back("Referrer-Policy", "same-origin");
  reply.fields.emplace_back("Cross-Origin-Opener-Policy", "same-origin");
  return reply;
}

Result<Reply> UiFiles::asset(const Request& request, std::string_view name) const {
  const auto found = files_.find(name);
  if (found == files_.end() || name == kIndex) {
    return fail(ErrorCode::kNotFound,
                fmt::format("the UI has no file '{}'; reload the page to get its newest", name));
  }
  Reply reply = encoded(request, found->second.content, found->second.gzip);
  reply.content_type = found->second.content_type;
  reply.fields.emplace_back("Cache-Control", "public, max-age=31536000, immutable");
  return reply;
}

bool wants_ui_page(const Request& request) {
  if (request.method != http::Method::kGet && request.method != http::Method::kHead) return false;
  if (request.path.starts_with("/api/") || request.path.starts_with("/assets/")) return false;
  return request.field("Accept").find("text/html") != std::string_view::npos;
}

}  // namespace slipway::api
