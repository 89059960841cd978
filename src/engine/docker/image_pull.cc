#include "engine/docker/image_pull.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

#include "base/base64url.h"
#include "domain/image_reference.h"
#include "domain/pull_secret.h"

namespace slipway::engine {
namespace {

constexpr std::chrono::seconds kRegistryPatience{10};  // somebody waits for the answer

// Parts of what dockerd (with distribution's client) and podman (containers/image) say when the
// registry answered that there is nothing. Everything else may get better by waiting.
constexpr std::array<std::string_view, 9> kNotThere = {
    "manifest unknown",
    "not found",
    "does not exist",
    "access denied",
    "access to the resource is denied",
    "name unknown",
    "repository name not known",
    "did not resolve to an alias",
    "invalid reference format",
};

// What they say when it wants to know who asks, or knows and says no.
constexpr std::array<std::string_view, 5> kRefused = {
    "unauthorized",
    "authentication required",
    "no basic auth credentials",
    "invalid username/password",
    "incorrect username or password",
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

bool has_any(std::string_view message, std::span<const std::string_view> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](std::string_view part) {
    return message.find(part) != std::string_view::npos;
  });
}

Failure pull_failure(const std::string& image, const std::string& where,
                     const std::optional<RegistryCredentials>& credentials, ErrorCode code,
                     const std::string& words) {
  if (code == ErrorCode::kDenied && credentials) {
    return fail(code,
                fmt::format("{} refuses user '{}' of pull secret '{}', so image '{}' cannot be "
                            "pulled ({}); correct the pull secret",
                            where, credentials->user, credentials->secret, image, words));
  }
  if (code == ErrorCode::kDenied) {
    return fail(code, fmt::format("{} does not give image '{}' without credentials, and no pull "
                                  "secret of the deployment has any for it ({})",
                                  where, image, words));
  }
  if (code == ErrorCode::kNotFound) {
    const std::string whom =
        credentials ? fmt::format("user '{}'", credentials->user) : std::string("us");
    return fail(code, fmt::format("there is no image '{}': it is not on this node, and {} has none "
                                  "for {} ({})",
                                  image, where, whom, words));
  }
  return fail(code, fmt::format("cannot pull image '{}': it is not on this node, and {} does not "
                                "give it ({})",
                                image, where, words));
}

struct Login {
  std::optional<RegistryCredentials> credentials;
  call::Headers headers;
};

Result<Login> log_in(const domain::ImageReference& reference, const CredentialLookup& lookup) {
  Login login;
  if (!lookup) return login;
  const std::string registry = domain::registry_of(reference);
  TRY_ASSIGN(login.credentials, lookup(registry));
  if (login.credentials) {
    login.headers.emplace_back("X-Registry-Auth", registry_auth(registry, *login.credentials));
  }
  return login;
}

}  // namespace

ErrorCode classify_pull_error(std::string_view message) {
  // "no such host" is a name server's "not found" in other words, and no answer of a registry.
  if (message.find("dial tcp") != std::string_view::npos) return ErrorCode::kUnavailable;
  if (has_any(message, kRefused)) return ErrorCode::kDenied;
  return has_any(message, kNotThere) ? ErrorCode::kNotFound : ErrorCode::kUnavailable;
}

std::string registry_auth(const std::string& registry, const RegistryCredentials& credentials) {
  std::string text = base64url_encode(dump_json(Json{{"username", credentials.user},
                                                     {"password", credentials.password},
                                                     {"serveraddress", registry}}));
  // Both engines read it with padding only.
  text.resize((text.size() + 3) / 4 * 4, '=');
  return text;
}

ImageSight look_in_registry(DockerApi& api, const std::string& image,
                            const CredentialLookup& lookup) {
  using Where = ImageSight::Where;
  const auto reference = domain::parse_image_reference(image);
  if (!reference) return {Where::kMissing, reference.error().message};
  const auto login = log_in(*reference, lookup);
  if (!login) return {Where::kUnknown, login.error().message};
  const auto there = api.send("GET", "/distribution/" + image + "/json", nullptr, {},
                              kRegistryPatience, login->headers);
  if (there) return {Where::kInRegistry, "it is in its registry, to be pulled at the first start"};
  // A registry says of what it hides the same as of what is not there.
  const std::string& complaint = there.error().message;
  const bool missing = complaint.find("manifest unknown") != std::string::npos ||
                       complaint.find("name unknown") != std::string::npos;
  const std::string as = login->credentials
                             ? fmt::format("user '{}' of pull secret '{}'",
                                           login->credentials->user, login->credentials->secret)
                             : std::string("nobody, as there are no credentials for it");
  return {missing ? Where::kMissing : Where::kUnknown,
          fmt::format("it is not on this node, and its registry, asked as {}, says: {}", as,
                      complaint)};
}

Result<void> pull_image(DockerApi& api, const std::string& image, const CredentialLookup& lookup) {
  TRY_ASSIGN(const domain::ImageReference reference, domain::parse_image_reference(image));
  const std::string where = reference.registry.empty()
                                ? std::string("the engine's default registry")
                                : fmt::format("registry {}", reference.registry);
  const std::string repository =
      reference.registry.empty() ? reference.path : reference.registry + "/" + reference.path;
  // Without a tag the engine would fetch every tag that there is.
  std::string version = reference.tag.empty() ? "latest" : reference.tag;
  if (!reference.digest.empty()) version = reference.digest;

  auto login = log_in(reference, lookup);
  if (!login) return fail(login.error().within(fmt::format("cannot pull image '{}'", image)));
  const auto& [credentials, headers] = *login;

  std::string buffer;
  std::string error;
  auto streamed = api.stream(
      "POST",
      fmt::format("/images/create?fromImage={}&tag={}", call::url_encode(repository),
                  call::url_encode(version)),
      kLongestPull, nullptr, {},
      [&](std::string_view bytes) {
        buffer.append(bytes);
        size_t end = 0;
        while ((end = buffer.find('\n')) != std::string::npos) {
          if (auto found = error_in(std::string_view(buffer).substr(0, end)); !found.empty()) {
            error = std::move(found);
          }
          buffer.erase(0, end + 1);
        }
        return buffer.size() < kMaxLine;
      },
      headers);
  if (!streamed) {
    if (streamed.error().code == ErrorCode::kUnavailable) return streamed;
    const ErrorCode code = streamed.error().code == ErrorCode::kNotFound
                               ? ErrorCode::kNotFound
                               : classify_pull_error(streamed.error().message);
    return pull_failure(image, where, credentials, code, streamed.error().message);
  }
  if (error.empty()) error = error_in(buffer);
  if (!error.empty()) {
    return pull_failure(image, where, credentials, classify_pull_error(error), error);
  }
  return {};
}

}  // namespace slipway::engine
