#include "identity/oidc/id_token.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/base64url.h"
#include "domain/text_rules.h"
#include "identity/keyed_digest.h"
#include "identity/oidc/provider_call.h"

namespace slipway::identity::oidc {
namespace {

constexpr size_t kLongestToken = size_t{64} * 1024;
constexpr size_t kLongestSubject = 255;  // OpenID Connect Core §2

Failure refused(std::string_view why) {
  return fail(ErrorCode::kDenied, fmt::format("the ID token is not accepted: {}", why));
}

Result<Json> read_part(std::string_view part, std::string_view what) {
  const auto text = base64url_decode(part);
  if (!text) return refused(fmt::format("its {} is not base64url", what));
  auto document = parse_json(*text, {.bytes = kLongestToken, .depth = 16});
  if (!document || !document->is_object()) {
    return refused(fmt::format("its {} is no JSON object", what));
  }
  return std::move(*document);
}

// NumericDate of RFC 7519 §2: seconds, perhaps with a fraction.
std::optional<double> seconds_of(const Json& claims, std::string_view name) {
  const auto claim = claims.find(name);
  if (claim == claims.end() || !claim->is_number()) return std::nullopt;
  return claim->get<double>();
}

Result<void> check_audience(const Json& claims, const std::string& client_id) {
  const auto audience = claims.find("aud");
  const bool one = audience != claims.end() && audience->is_string();
  const bool many = audience != claims.end() && audience->is_array();
  const bool ours =
      (one && *audience == client_id) ||
      (many && std::find(audience->begin(), audience->end(), client_id) != audience->end());
  if (!ours) return refused("its audience (aud) is not this client");
  if (many && audience->size() > 1 && !claims.contains("azp")) {
    return refused("it is for several audiences and does not say for whom it was made (azp)");
  }
  if (claims.contains("azp") && text_member(claims, "azp") != client_id) {
    return refused("it was made for another client (azp)");
  }
  return {};
}

Result<void> check_times(const Json& claims, Timestamp now) {
  const double time = static_cast<double>(to_unix_micros(now)) / 1e6;
  const double leeway = static_cast<double>(kLeeway.count());
  const auto expires = seconds_of(claims, "exp");
  const auto issued = seconds_of(claims, "iat");
  if (!expires || !issued)
    return refused("it does not say when it was issued (iat) and ends (exp)");
  if (time >= *expires + leeway) return refused("it has expired (exp)");
  if (*issued > time + leeway) {
    return refused(
        "it was issued in the future (iat); the clocks of Slipway and the OpenID "
        "provider differ");
  }
  if (claims.contains("nbf")) {
    const auto not_before = seconds_of(claims, "nbf");
    if (!not_before || *not_before > time + leeway) return refused("it does not hold yet (nbf)");
  }
  return {};
}

}  // namespace

Result<IdToken> read_id_token(std::string_view compact) {
  if (compact.size() > kLongestToken) return refused("it is too long");
  const size_t first = compact.find('.');
  const size_t second = first == std::string_view::npos ? first : compact.find('.', first + 1);
  if (second == std::string_view::npos || compact.find('.', second + 1) != std::string_view::npos) {
    return refused("it is not a signed token of three parts");
  }
  TRY_ASSIGN(const Json header, read_part(compact.substr(0, first), "header"));
  const std::string name = text_member(header, "alg");
  const auto algorithm = tls::parse_jws_algorithm(name);
  if (!algorithm) {
    return refused(fmt::format("it is signed by '{}'; RS256, PS256, ES256 and EdDSA are accepted",
                               domain::shortened(name)));
  }
  if (header.contains("crit")) return refused("it has extensions that must be understood (crit)");
  IdToken out{.algorithm = *algorithm, .key_id = text_member(header, "kid")};
  TRY_ASSIGN(out.claims, read_part(compact.substr(first + 1, second - first - 1), "claims"));
  const auto signature = base64url_decode(compact.substr(second + 1));
  if (!signature) return refused("its signature is not base64url");
  out.signature = *signature;
  out.signing_input = compact.substr(0, second);
  return out;
}

Result<void> check_claims(const Json& claims, const Expected& expected, Timestamp now) {
  if (text_member(claims, "iss") != expected.issuer)
    return refused("it is of another issuer (iss)");
  TRY(check_audience(claims, expected.client_id));
  TRY(check_times(claims, now));
  if (!equal_in_constant_time(text_member(claims, "nonce"), expected.nonce)) {
    return refused("it does not answer this sign-in (nonce)");
  }
  const std::string subject = text_member(claims, "sub");
  const bool visible =
      std::all_of(subject.begin(), subject.end(), [](char c) { return c >= 0x20 && c < 0x7f; });
  if (subject.empty() || subject.size() > kLongestSubject || !visible) {
    return refused(
        fmt::format("its subject (sub) is not 1 to {} ASCII characters", kLongestSubject));
  }
  return {};
}

}  // namespace slipway::identity::oidc
