#pragma once
// Names of images: [registry[:port]/]path[:tag][@sha256:...], the grammar of the distribution
// project's reference package. For the process engine the path is a model folder's name. Pure.

#include <string>
#include <string_view>

#include "base/result.h"

namespace slipway::domain {

struct ImageReference {
  std::string registry;  // "localhost:5000"; empty: none was given
  std::string path;      // "team/model"
  std::string tag;       // empty: none was given ("latest" is meant)
  std::string digest;    // "sha256:..."; empty: none was given
  bool operator==(const ImageReference&) const = default;
};

// "registry.example:5000": a host name or address with an optional port.
bool is_registry(std::string_view text);

// kInvalid, saying which part breaks which rule.
Result<ImageReference> parse_image_reference(std::string_view text);

}  // namespace slipway::domain
