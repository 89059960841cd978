#include "snapshot/model_name.h"

namespace slipway::snapshot {

ModelName split_image(std::string_view image) {
  const size_t at = image.find('@');
  const std::string_view digest = at == image.npos ? std::string_view() : image.substr(at + 1);
  const std::string_view name = image.substr(0, at);
  const size_t slash = name.rfind('/');
  const size_t colon = name.find(':', slash == name.npos ? 0 : slash);
  if (colon == name.npos) return {name, digest};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

}  // namespace slipway::snapshot
