#pragma once
// The servers that one has logged in to, with their tokens: a JSON file that only its owner may
// read (0600), replaced as a whole so that it is never half written. Read and written by the
// commands login, logout and config.

#include <map>
#include <optional>
#include <string>

#include "base/result.h"

namespace slipway::cli {

struct Context {
  std::string url;
  std::string user;
  std::string token;
  std::string token_id;
  std::string ca_file;  // "": the system's certificates
  bool operator==(const Context&) const = default;
};

struct Contexts {
  std::string current;  // "": none
  std::map<std::string, Context> by_name;
  bool operator==(const Contexts&) const = default;
};

// Empty when there is no such file.
Result<Contexts> load_contexts(const std::string& path);
// Makes missing folders (0700).
Result<void> save_contexts(const std::string& path, const Contexts& contexts);

// "http://127.0.0.1:8080/" -> "http://127.0.0.1:8080"; kInvalid for anything but http and https.
Result<std::string> normal_url(const std::string& url);
// What a context is called unless the user says so: "127.0.0.1:8080".
std::string context_name_of(const std::string& url);

}  // namespace slipway::cli
