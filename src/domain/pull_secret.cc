#include "domain/pull_secret.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "domain/text_rules.h"

namespace slipway::domain {
namespace {

constexpr size_t kMaxUser = 255;
// The longest in use are keys of cloud accounts as JSON, of about 2.5 KiB.
constexpr size_t kMaxPassword = size_t{16} * 1024;
constexpr std::string_view kDockerHub = "docker.io";
constexpr std::array<std::string_view, 3> kDockerHubHosts = {
    "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"};

}  // namespace

Result<std::string> canonical_registry(std::string_view text) {
  std::string host = lower_ascii(trimmed(text));
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (host.starts_with(scheme)) host.erase(0, scheme.size());
  }
  if (const size_t slash = host.find('/'); slash != std::string::npos) {
    const std::string path = host.substr(slash);
    if (path != "/" && path != "/v1/" && path != "/v1" && path != "/v2/" && path != "/v2") {
      return fail(ErrorCode::kInvalid, fmt::format("must be a host with an optional port, such as "
                                                   "'registry.example:5000', without the path '{}'",
                                                   shortened(path)));
    }
    host.erase(slash);
  }
  if (!is_registry(host)) {
    return fail(ErrorCode::kInvalid, fmt::format("must be a host with an optional port, such as "
                                                 "'registry.example:5000'; it is '{}'",
                                                 shortened(text)));
  }
  const bool hub =
      std::find(kDockerHubHosts.begin(), kDockerHubHosts.end(), host) != kDockerHubHosts.end();
  return hub ? std::string(kDockerHub) : host;
}

std::string registry_of(const ImageReference& image) {
  if (image.registry.empty()) return std::string(kDockerHub);
  return canonical_registry(image.registry).value_or(lower_ascii(image.registry));
}

std::vector<FieldError> check_login(const RegistryLogin& login, const std::string& where) {
  std::vector<FieldError> out;
  if (login.user.empty()) {
    out.push_back({where + "user", "must be given"});
  } else if (auto problem = check_text(login.user, kMaxUser, Lines::kOne)) {
    out.push_back({where + "user", *problem});
  } else if (login.user.find(':') != std::string::npos) {
    // RFC 7617 §2: the colon is where the password begins.
    out.push_back({where + "user", "must not hold ':'"});
  }
  if (login.password.empty()) {
    out.push_back({where + "password", "must be given"});
  } else if (login.password.size() > kMaxPassword) {
    out.push_back({where + "password", fmt::format("must be at most {} bytes long; it is {}",
                                                   kMaxPassword, login.password.size())});
  } else if (login.password.find('\0') != std::string::npos || !is_utf8(login.password)) {
    out.push_back({where + "password", "must be UTF-8 without a zero byte"});
  }
  return out;
}

}  // namespace slipway::domain
