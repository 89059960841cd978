#include "engine/docker/image_pull.h"

#include <fmt/format.h>

#include <array>

#include "domain/image_reference.h"

namespace slipway::engine {
namespace {

// Parts of what dockerd (with distribution's client) and podman (containers/image) say when the
// registry answered that there is nothing. Everything else may get better by waiting.
constexpr std::array<std::string_view, 10> kNotThere = {
    "manifest unknown",
    "not found",
    "does not exist",
    "access denied",
    "access to the resource is denied",
    "name unknown",
    "repository name not known",
    "unauthorized",
    "did not resolve to an alias",
    "invalid reference format",
};

constexpr std::chrono::hours kLongestPull{2};
constexpr size_t kMaxLine = 1024 * 1024;

// The engine reports failures inside of an answer of 200, as {"error": "..."}.
std::string error_in(std::string_view line) {
  const auto json = parse_json(line);
  if (!json || !json->is_object()) return {};
  const auto error = json->find("error");
  return error != json->end() && error->is_string() ? error->get<std::string>() : std::string();
}

Failure pull_failure(const std::string& image, const std::string& where, ErrorCode code,
                     const std::string& words) {
  if (code == ErrorCode::kNotFound) {
    return fail(code, fmt::format("there is no image '{}': it is not on this node, and {} has none "
                                  "for us ({})",
                                  image, where, words));
  }
  return fail(code, fmt::format("cannot pull image '{}': it is not on this node, and {} does not "
                                "give it ({})",
                                image, where, words));
}

}  // namespace

ErrorCode classify_pull_error(std::string_view message) {
  for (const std::string_view part : kNotThere) {
    // "no such host" is a name server's "not found" in other words, and no answer of a registry.
    if (message.find(part) != std::string_view::npos &&
        message.find("dial tcp") == std::string_view::npos) {
      return ErrorCode::kNotFound;
    }
  }
  return ErrorCode::kUnavailable;
}

Result<void> pull_image(DockerApi& api, const std::string& image) {
  TRY_ASSIGN(const domain::ImageReference reference, domain::parse_image_reference(image));
  const std::string where = reference.registry.empty()
                                ? std::string("the engine's default registry")
                                : fmt::format("registry {}", reference.registry);
  const std::string repository =
      reference.registry.empty() ? reference.path : reference.registry + "/" + reference.path;
  // Without a tag the engine would fetch every tag that there is.
  std::string version = reference.tag.empty() ? "latest" : reference.tag;
  if (!reference.digest.empty()) version = reference.digest;

  std::string buffer;
  std::string error;
  auto streamed = api.stream("POST",
                             fmt::format("/images/create?fromImage={}&tag={}",
                                         call::url_encode(repository), call::url_encode(version)),
                             kLongestPull, nullptr, {}, [&](std::string_view bytes) {
                               buffer.append(bytes);
                               size_t end = 0;
                               while ((end = buffer.find('\n')) != std::string::npos) {
                                 if (auto found = error_in(std::string_view(buffer).substr(0, end));
                                     !found.empty()) {
                                   error = std::move(found);
                                 }
                                 buffer.erase(0, end + 1);
                               }
                               return buffer.size() < kMaxLine;
                             });
  if (!streamed) {
    if (streamed.error().code == ErrorCode::kUnavailable) return streamed;
    const ErrorCode code = streamed.error().code == ErrorCode::kNotFound
                               ? ErrorCode::kNotFound
                               : classify_pull_error(streamed.error().message);
    return pull_failure(image, where, code, streamed.error().message);
  }
  if (error.empty()) error = error_in(buffer);
  if (!error.empty()) return pull_failure(image, where, classify_pull_error(error), error);
  return {};
}

}  // namespace slipway::engine
