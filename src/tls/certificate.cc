#include "tls/certificate.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <ctime>

#include "base/text.h"
#include "tls/loaded_certificate.h"

namespace slipway::tls {
namespace {

using Names = std::unique_ptr<GENERAL_NAMES, Deleter<GENERAL_NAMES_free>>;

std::string_view bytes_of(const ASN1_STRING* text) {
  return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
          static_cast<size_t>(ASN1_STRING_length(text))};
}

std::string address_of(std::string_view bytes) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = bytes.size() == 4 ? AF_INET : AF_INET6;
  if (bytes.size() != 4 && bytes.size() != 16) return "";
  return ::inet_ntop(family, bytes.data(), text.data(), text.size()) == nullptr ? "" : text.data();
}

std::vector<std::string> names_of(X509* certificate) {
  std::vector<std::string> dns;
  std::vector<std::string> addresses;
  const Names names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; i < (names ? sk_GENERAL_NAME_num(names.get()) : 0); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type == GEN_DNS) dns.push_back(lower_ascii(bytes_of(name->d.dNSName)));
    if (name->type == GEN_IPADD) addresses.push_back(address_of(bytes_of(name->d.iPAddress)));
  }
  dns.insert(dns.end(), addresses.begin(), addresses.end());
  if (dns.empty()) {
    X509_NAME* subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at >= 0) {
      const X509_NAME_ENTRY* entry = X509_NAME_get_entry(subject, at);
      dns.push_back(lower_ascii(bytes_of(X509_NAME_ENTRY_get_data(entry))));
    }
  }
  // What a metric or a message may show: a name with anything else in it names no host.
  std::erase_if(dns, [](const std::string& name) { return !looks_like_host(name); });
  return dns;
}

Result<Timestamp> time_of(const ASN1_TIME* time) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(time, &parts) != 1) {
    return fail(ErrorCode::kInvalid, "a date of the certificate cannot be read");
  }
  const std::chrono::year_month_day day{std::chrono::year(parts.tm_year + 1900),
                                        std::chrono::month(static_cast<unsigned>(parts.tm_mon + 1)),
                                        std::chrono::day(static_cast<unsigned>(parts.tm_mday))};
  return Timestamp(std::chrono::sys_days(day) + std::chrono::hours(parts.tm_hour) +
                   std::chrono::minutes(parts.tm_min) + std::chrono::seconds(parts.tm_sec));
}

bool is_wildcard_for(std::string_view name, std::string_view host) {
  if (!name.starts_with("*.")) return false;
  const size_t dot = host.find('.');
  return dot != std::string_view::npos && dot > 0 && host.substr(dot) == name.substr(1);
}

}  // namespace

Result<CertificateFacts> inspect(const CertificateText& text) {
  TRY_ASSIGN(const LoadedCertificate loaded, load_certificate(text));
  return facts_of(loaded);
}

Result<CertificateFacts> facts_of(const LoadedCertificate& loaded) {
  CertificateFacts facts;
  facts.names = names_of(loaded.leaf.get());
  TRY_ASSIGN(facts.not_before, time_of(X509_get0_notBefore(loaded.leaf.get())));
  TRY_ASSIGN(facts.not_after, time_of(X509_get0_notAfter(loaded.leaf.get())));
  return facts;
}

size_t choose_certificate(std::span<const std::vector<std::string>> names, std::string_view host) {
  std::string wanted = lower_ascii(host);
  if (wanted.ends_with('.')) wanted.pop_back();
  for (size_t i = 0; i < names.size(); ++i) {
    if (std::find(names[i].begin(), names[i].end(), wanted) != names[i].end()) return i;
  }
  for (size_t i = 0; i < names.size(); ++i) {
    for (const std::string& name : names[i]) {
      if (is_wildcard_for(name, wanted)) return i;
    }
  }
  return 0;
}

}  // namespace slipway::tls
