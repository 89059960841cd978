// Values of Authorization from arbitrary bytes. Claims: what is given out is a part of the input or
// of what was decoded; a Basic credential that was taken, written again, is the same one; nobody's
// name has a colon; no credential holds a control byte.
#include <algorithm>
#include <string>
#include <string_view>

#include "http/authorization.h"
#include "support/require.h"

namespace {

using namespace slipway::http;
using slipway::test::require;

bool is_within(std::string_view part, std::string_view whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

bool is_plain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f;
  });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view in(reinterpret_cast<const char*>(data), size);
  std::string decoded;
  const auto read = parse_authorization(in, decoded);
  if (!read) return 0;
  if (read->scheme == Authorization::Scheme::kBearer) {
    require(!read->token.empty() && is_within(read->token, in), "a token is a part of the value");
    require(is_plain(read->token), "a token is plain text");
    return 0;
  }
  require(is_within(read->user, decoded) && is_within(read->password, decoded),
          "name and password are parts of what was decoded");
  require(is_plain(read->user) && is_plain(read->password), "both are plain text");
  require(read->user.find(':') == std::string_view::npos, "the first colon ends the name");
  std::string again;
  const std::string written = basic_authorization(read->user, read->password);
  const auto reread = parse_authorization(written, again);
  require(reread && reread->user == read->user && reread->password == read->password,
          "what was read can be written and read again");
  return 0;
}
