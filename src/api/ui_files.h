#pragma once
// The files of the web UI, as web/ builds them: index.html and hashed files under assets/. Read
// into memory once at start, so that no request opens a file and no path can lead out of the
// folder. Made by main, then only read; any thread.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/request.h"
#include "base/result.h"

namespace slipway::api {

class UiFiles {
 public:
  // Without files: a page that says how to build them.
  UiFiles() = default;

  // Reads index.html, assets/* and their `.gz` neighbours. kNotFound when there is no index.html;
  // kTooLarge for a file over 8 MiB.
  static Result<UiFiles> load(const std::filesystem::path& directory);

  bool empty() const { return files_.empty(); }

  // index.html, with the headers that bind what it may load; 304 when the browser has it.
  Reply page(const Request& request) const;
  // kNotFound names the file. Kept by browsers for ever: the name holds the content's hash.
  Result<Reply> asset(const Request& request, std::string_view name) const;

 private:
  struct File {
    std::string content;
    std::string gzip;  // "": there is none
    std::string content_type;
    std::string etag;
  };
  static Result<File> read(const std::filesystem::path& path);

  std::map<std::string, File, std::less<>> files_;  // "index.html", "index-4f2a.js"
};

// Is this somebody who follows a link of the UI, rather than a program that asks the API?
bool wants_ui_page(const Request& request);

}  // namespace slipway::api
