#include "tls_settings.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>

#include "base/text.h"
#include "os/file.h"
#include "os/message_pair.h"
#include "state_directory.h"
#include "tls/self_signed.h"

namespace slipway::app {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostFileBytes = 64 * 1024;
constexpr std::chrono::days kSelfSignedLasts{398};
constexpr std::chrono::days kRenewBefore{30};

struct Pair {
  std::string chain;
  std::string key;
};

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = text.find(separator);
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
  }
  return parts;
}

Result<std::vector<Pair>> pairs_of(const Settings& settings) {
  std::vector<Pair> pairs;
  for (const std::string& part : split(settings.tls_certificates, ';')) {
    const size_t equals = part.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == part.size()) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("tls_certificates: '{}' is not CERTIFICATE_FILE=KEY_FILE", part));
    }
    pairs.push_back({part.substr(0, equals), part.substr(equals + 1)});
  }
  if (!settings.tls_self_signed.empty()) {
    const std::string file = self_signed_file(settings).string();
    pairs.push_back({file, file});
  }
  return pairs;
}

Result<std::string> read(const std::string& file) {
  auto content = os::read_file(file, kMostFileBytes);
  if (!content) return fail(content.error().within("tls_certificates"));
  return std::move(*content);
}

Result<void> check_rights(const std::string& key) {
  struct stat info {};
  if (::stat(key.c_str(), &info) != 0) {
    return fail(errno_error(key, errno).within("tls_certificates"));
  }
  if ((info.st_mode & 0007) == 0) return {};
  return fail(
      ErrorCode::kDenied,
      fmt::format("tls_certificates: everybody may read the key {} (mode {:04o}); take that "
                  "away: chmod o= {}",
                  key, info.st_mode & 07777, key));
}

Result<void> check_dates(const std::string& file, const tls::CertificateFacts& facts,
                         Timestamp now) {
  if (facts.not_after > now) return {};
  return fail(ErrorCode::kInvalid,
              fmt::format("tls_certificates: the certificate {} of {} expired at {}; put a new one "
                          "there, or take it out of the setting",
                          file, facts.name(), format_rfc3339(facts.not_after)));
}

}  // namespace

Result<std::vector<tls::CertificateText>> read_certificates(const Settings& settings,
                                                            Timestamp now) {
  std::vector<tls::CertificateText> certificates;
  TRY_ASSIGN(const std::vector<Pair> pairs, pairs_of(settings));
  if (settings.tls_listen.empty()) {
    if (pairs.empty()) return certificates;
    return fail(ErrorCode::kInvalid,
                "certificates are given, but no address to use them at: set tls_listen too");
  }
  if (pairs.empty()) {
    return fail(ErrorCode::kInvalid,
                "tls_listen is set, but there is no certificate: set tls_certificates, or "
                "tls_self_signed to try it out");
  }
  size_t bytes = 0;
  for (const Pair& pair : pairs) {
    TRY(check_rights(pair.key));
    tls::CertificateText text;
    TRY_ASSIGN(text.chain, read(pair.chain));
    TRY_ASSIGN(text.key, read(pair.key));
    const auto facts = tls::inspect(text);
    if (!facts) {
      return fail(facts.error().within(
          fmt::format("tls_certificates: {} with the key {}", pair.chain, pair.key)));
    }
    TRY(check_dates(pair.chain, *facts, now));
    bytes += text.chain.size() + text.key.size() + 64;
    certificates.push_back(std::move(text));
  }
  if (bytes > os::kMostMessageBytes) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("tls_certificates: {} bytes in all, at most {} fit; leave chains out "
                            "that clients know already",
                            bytes, os::kMostMessageBytes));
  }
  return certificates;
}

Result<void> check_certificates(const Settings& settings, Timestamp now) {
  Settings checked = settings;
  if (!settings.tls_self_signed.empty() && !fs::exists(self_signed_file(settings))) {
    if (settings.tls_certificates.empty()) return {};
    checked.tls_self_signed.clear();
  }
  TRY(read_certificates(checked, now));
  return {};
}

std::vector<os::FileStamp> certificate_stamps(const Settings& settings) {
  std::vector<os::FileStamp> stamps;
  const auto pairs = pairs_of(settings);
  if (!pairs) return stamps;
  for (const Pair& pair : *pairs) {
    stamps.push_back(os::stamp_of(pair.chain));
    stamps.push_back(os::stamp_of(pair.key));
  }
  return stamps;
}

Result<void> prepare_self_signed(const Settings& settings, Timestamp now) {
  if (settings.tls_listen.empty() || settings.tls_self_signed.empty()) return {};
  const std::vector<std::string> names = split(settings.tls_self_signed, ',');
  const fs::path file = self_signed_file(settings);
  if (const auto kept = os::read_file(file, kMostFileBytes)) {
    const auto facts = tls::inspect({*kept, *kept});
    std::vector<std::string> wanted;
    for (const std::string& name : names) wanted.push_back(lower_ascii(name));
    const bool same = facts && std::is_permutation(facts->names.begin(), facts->names.end(),
                                                   wanted.begin(), wanted.end());
    if (same && facts->not_after - kRenewBefore > now) return {};
  }
  auto made = tls::make_self_signed(names, now - std::chrono::hours(1), now + kSelfSignedLasts);
  if (!made) return fail(made.error().within("tls_self_signed"));
  return os::replace_file(file, made->chain + made->key, 0600);
}

}  // namespace slipway::app
