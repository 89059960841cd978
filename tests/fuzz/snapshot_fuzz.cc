// Snapshots from arbitrary bytes, as they are and with a checksum that fits, so that the fuzzer
// gets behind it. Claims: whatever decodes is valid and can be encoded, and that decodes to the
// same.
#include <string>
#include <string_view>

#include "snapshot/digest.h"
#include "snapshot/encoding.h"
#include "support/require.h"

namespace {

using namespace slipway::snapshot;
using slipway::test::require;

void fuzz(std::string_view bytes) {
  const slipway::Result<Snapshot> decoded = decode(bytes);
  if (!decoded) {
    require(!decoded.error().message.empty(), "a refusal says why");
    return;
  }
  require(validate(*decoded).has_value(), "what decodes is valid");
  const slipway::Result<std::string> encoded = encode(*decoded);
  require(encoded.has_value(), "what decodes can be encoded");
  const slipway::Result<Snapshot> again = decode(*encoded);
  require(again.has_value() && *again == *decoded, "and decodes to the same");
  for (const Route& route : decoded->routes) {
    require(decoded->find(route.deployment) == &route, "every route is found");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  fuzz(bytes);
  const Digest digest = digest_of(bytes);
  bytes.append(reinterpret_cast<const char*>(digest.data()), digest.size());
  fuzz(bytes);
  return 0;
}
