#pragma once
// What Seldon's labels call a model's image and version, from the reference of an image. Pure.

#include <string_view>

namespace slipway::snapshot {

// "registry:5000/team/iris:3" -> "registry:5000/team/iris" and "3"; a digest counts as the version
// where there is no tag.
struct ModelName {
  std::string_view image;
  std::string_view version;
  bool operator==(const ModelName&) const = default;
};
ModelName split_image(std::string_view image);

}  // namespace slipway::snapshot
