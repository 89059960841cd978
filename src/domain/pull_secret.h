#pragma once
// What a registry wants to hear before it gives an image away, and the rules for it. A
// RegistryLogin holds a plain password: it lives as short as can be and is never logged or kept.
// Pure.

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "domain/image_reference.h"

namespace slipway::domain {

// A PullSecret of no group in particular: every group may use it.
inline constexpr std::string_view kEveryGroup = "";
inline constexpr size_t kMaxRegistriesInSecret = 16;

struct RegistryLogin {
  std::string registry;  // canonical, see canonical_registry()
  std::string user;
  std::string password;
  bool operator==(const RegistryLogin&) const = default;
};

// "Registry.Example:5000" and "https://registry.example:5000/v2/" as "registry.example:5000"; the
// names that Docker Hub goes by as "docker.io". kInvalid for what names no host.
Result<std::string> canonical_registry(std::string_view text);

// Where an engine looks for the image: its registry, canonical; "docker.io" when it names none.
std::string registry_of(const ImageReference& image);

// All that is wrong, by path: "<where>user", "<where>password".
std::vector<FieldError> check_login(const RegistryLogin& login, const std::string& where);

}  // namespace slipway::domain
