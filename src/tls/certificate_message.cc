#include "tls/certificate_message.h"

#include <fmt/format.h>

#include <charconv>

namespace slipway::tls {
namespace {

constexpr std::string_view kFirstLine = "slipway certificates 1\n";

Failure broken() { return fail(ErrorCode::kInvalid, "the message of certificates is broken"); }

// "<bytes>\n" and as many bytes.
Result<std::string> take(std::string_view& rest) {
  size_t size = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), size);
  if (error != std::errc() || end == rest.data() + rest.size() || *end != '\n') return broken();
  rest.remove_prefix(static_cast<size_t>(end - rest.data()) + 1);
  if (size > rest.size()) return broken();
  std::string part(rest.substr(0, size));
  rest.remove_prefix(size);
  return part;
}

}  // namespace

std::string encode_certificates(const std::vector<CertificateText>& certificates) {
  std::string message(kFirstLine);
  for (const CertificateText& one : certificates) {
    message += fmt::format("{}\n{}{}\n{}", one.chain.size(), one.chain, one.key.size(), one.key);
  }
  return message;
}

Result<std::vector<CertificateText>> decode_certificates(std::string_view message) {
  if (!message.starts_with(kFirstLine)) return broken();
  message.remove_prefix(kFirstLine.size());
  std::vector<CertificateText> certificates;
  while (!message.empty()) {
    CertificateText one;
    TRY_ASSIGN(one.chain, take(message));
    TRY_ASSIGN(one.key, take(message));
    certificates.push_back(std::move(one));
  }
  if (certificates.empty()) return broken();
  return certificates;
}

}  // namespace slipway::tls
