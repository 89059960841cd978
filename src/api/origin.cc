#include "api/origin.h"

#include "base/text.h"

namespace slipway::api {

std::string origin_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return lower_ascii(url);
  std::string out = lower_ascii(url.substr(0, url.find('/', scheme + 3)));
  const std::string_view port = out.starts_with("http://")    ? ":80"
                                : out.starts_with("https://") ? ":443"
                                                              : "";
  if (out.ends_with(port)) out.resize(out.size() - port.size());
  return out;
}

std::string authority_of(std::string_view url) {
  std::string out = origin_of(url);
  if (const size_t scheme = out.find("://"); scheme != out.npos) out.erase(0, scheme + 3);
  return out;
}

bool is_https(std::string_view url) { return origin_of(url).starts_with("https://"); }

}  // namespace slipway::api
