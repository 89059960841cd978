#include "control/webhook_address.h"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "domain/text_rules.h"

namespace slipway::control {
namespace {

constexpr size_t kMostBytes = 2000;

// 4 or 16 bytes; none: no IP literal.
std::optional<std::string> bytes_of(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated = {};
  if (text.empty() || text.size() >= terminated.size()) return std::nullopt;
  std::copy(text.begin(), text.end(), terminated.begin());
  std::string out(4, '\0');
  if (inet_pton(AF_INET, terminated.data(), out.data()) == 1) return out;
  out.resize(16);
  if (inet_pton(AF_INET6, terminated.data(), out.data()) == 1) return out;
  return std::nullopt;
}

bool is_within(std::string_view address, std::string_view network, int bits) {
  if (address.size() != network.size()) return false;
  for (int at = 0; at < bits; ++at) {
    const auto bit = [&](std::string_view of) {
      return (static_cast<unsigned char>(of[static_cast<size_t>(at / 8)]) >> (7 - at % 8)) & 1;
    };
    if (bit(address) != bit(network)) return false;
  }
  return true;
}

struct Range {
  const char* network;
  int bits;
  Reach reach = Reach::kPublic;
};

// The first that fits. RFC 6890 and the registries of IANA that follow it.
constexpr Range kRanges4[] = {
    {"0.0.0.0", 8, Reach::kNever},          {"169.254.0.0", 16, Reach::kNever},
    {"100.100.100.200", 32, Reach::kNever},  // Alibaba's metadata service
    {"168.63.129.16", 32, Reach::kNever},    // Azure's
    {"192.0.0.192", 32, Reach::kNever},      // Oracle's
    {"224.0.0.0", 4, Reach::kNever},        {"240.0.0.0", 4, Reach::kNever},
    {"127.0.0.0", 8, Reach::kPrivate},      {"10.0.0.0", 8, Reach::kPrivate},
    {"172.16.0.0", 12, Reach::kPrivate},    {"192.168.0.0", 16, Reach::kPrivate},
    {"100.64.0.0", 10, Reach::kPrivate},    {"192.0.0.0", 24, Reach::kPrivate},
    {"192.0.2.0", 24, Reach::kPrivate},     {"198.51.100.0", 24, Reach::kPrivate},
    {"203.0.113.0", 24, Reach::kPrivate},   {"198.18.0.0", 15, Reach::kPrivate},
    {"192.88.99.0", 24, Reach::kPrivate},
};
constexpr Range kRanges6[] = {
    {"fd00:ec2::254", 128, Reach::kNever},  // Amazon's metadata service
    {"fd20:ce::254", 128, Reach::kNever},   // Google's
    {"2001::", 32, Reach::kNever},          // Teredo
    {"::1", 128, Reach::kPrivate},         {"fc00::", 7, Reach::kPrivate},
    {"2001:db8::", 32, Reach::kPrivate},   {"3fff::", 20, Reach::kPrivate},
    {"2000::", 3, Reach::kPublic},
};

struct Carrier {
  const char* network;
  int bits;
  size_t offset;  // of the IPv4 address in its bytes
};
// Mapped, compatible, translated, NAT64 (both prefixes), 6to4.
constexpr Carrier kCarriers[] = {{"::ffff:0:0", 96, 12}, {"::ffff:0:0:0", 96, 12},
                                 {"64:ff9b::", 96, 12},  {"64:ff9b:1::", 48, 12},
                                 {"2002::", 16, 2},      {"::", 96, 12}};

// An IPv4 address in an IPv6 one comes out.
std::string bare(std::string address) {
  if (address.size() != 16 || address == *bytes_of("::1")) return address;
  for (const Carrier& carrier : kCarriers) {
    if (is_within(address, *bytes_of(carrier.network), carrier.bits)) {
      return address.substr(carrier.offset, 4);
    }
  }
  return address;
}

Reach reach_of_bytes(const std::string& address) {
  const auto find = [&](const auto& ranges, Reach otherwise) {
    for (const Range& range : ranges) {
      if (is_within(address, *bytes_of(range.network), range.bits)) return range.reach;
    }
    return otherwise;
  };
  // Of IPv6 only what is given out is public; the rest is link-local, multicast or of no use yet.
  return address.size() == 4 ? find(kRanges4, Reach::kPublic) : find(kRanges6, Reach::kNever);
}

bool is_number_like(std::string_view host) {
  // What resolvers read as an IPv4 address in other notations: 0x7f.1, 2130706433, 0177.0.0.1.
  if (host.ends_with('.')) host.remove_suffix(1);  // the root of all names
  const size_t dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.empty()) return true;
  if (last.size() > 1 && last[0] == '0' && (last[1] == 'x' || last[1] == 'X')) return true;
  return std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_host_name(std::string_view host) {
  if (host.size() > 253 || host.front() == '.' || host.front() == '-') return false;
  return std::all_of(host.begin(), host.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  });
}

std::string port_problem(std::string_view port) {
  int number = 0;
  const auto [end, problem] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (problem == std::errc() && end == port.data() + port.size() && number >= 1 &&
      number <= 65535) {
    return "";
  }
  return "must have a port from 1 to 65535, or none";
}

std::string host_problem(std::string_view host, bool in_brackets, const PrivateAddresses& allowed) {
  const auto address = bytes_of(host);
  if (in_brackets != (address && address->size() == 16)) {
    return "must have an IPv6 address in brackets, and nothing else there";
  }
  if (address) {
    const Result<void> good = check_address(host, allowed);
    return good ? "" : good.error().message;
  }
  if (host.empty() || !is_host_name(host)) return "must have a host name or an IP address";
  if (is_number_like(host)) return "must write an IP address with four decimal numbers";
  return "";
}

}  // namespace

Reach reach_of(std::string_view address) {
  auto bytes = bytes_of(address);
  return bytes ? reach_of_bytes(bare(std::move(*bytes))) : Reach::kNever;
}

Result<PrivateAddresses> PrivateAddresses::parse(std::string_view text) {
  PrivateAddresses out;
  const std::string whole = domain::trimmed(text);
  if (whole.empty()) return out;
  if (whole == "all") {
    out.all_ = true;
    return out;
  }
  for (size_t begin = 0; begin <= whole.size();) {
    const size_t end = std::min(whole.find(',', begin), whole.size());
    const std::string entry = domain::trimmed(std::string_view(whole).substr(begin, end - begin));
    const size_t slash = std::min(entry.find('/'), entry.size());
    auto bytes = bytes_of(std::string_view(entry).substr(0, slash));
    const int most = bytes ? static_cast<int>(bytes->size()) * 8 : 0;
    int bits = most;
    if (bytes && slash < entry.size()) {
      const char* const stop = entry.data() + entry.size();
      const auto [at, problem] = std::from_chars(entry.data() + slash + 1, stop, bits);
      if (problem != std::errc() || at != stop) bits = -1;
    }
    if (!bytes || bits < 0 || bits > most) {
      return fail(ErrorCode::kInvalid,
                  fmt::format("'{}' is no network; write 'all', or networks like 10.1.0.0/16 with "
                              "commas between them",
                              domain::shortened(entry)));
    }
    out.networks_.push_back({std::move(*bytes), bits});
    begin = end + 1;
  }
  return out;
}

bool PrivateAddresses::contains(std::string_view address) const {
  if (all_) return true;
  auto bytes = bytes_of(address);
  if (!bytes) return false;
  const std::string plain = bare(std::move(*bytes));
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return is_within(plain, network.bytes, network.bits);
  });
}

Result<void> check_address(std::string_view address, const PrivateAddresses& allowed) {
  switch (reach_of(address)) {
    case Reach::kPublic:
      return {};
    case Reach::kPrivate:
      if (allowed.contains(address)) return {};
      return fail(ErrorCode::kDenied,
                  fmt::format("{} is a private address, and webhooks may not be sent there; the "
                              "operator can allow it with webhook_private_addresses",
                              address));
    case Reach::kNever:
      break;
  }
  return fail(
      ErrorCode::kDenied,
      fmt::format("webhooks are never sent to {}: it is link-local or of no single host", address));
}

std::string url_problem(std::string_view url, const PrivateAddresses& allowed) {
  if (url.size() > kMostBytes) return fmt::format("must have at most {} bytes", kMostBytes);
  const bool is_visible =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < '\x7f'; });
  if (!is_visible) return "must consist of visible ASCII characters; encode others with %";
  const std::string_view scheme = url.substr(0, std::min(url.find("://"), url.size()));
  if (scheme != "http" && scheme != "https") return "must begin with https:// or http://";
  std::string_view rest = url.substr(scheme.size() + 3);
  if (rest.find('#') != std::string_view::npos) return "must have no fragment (#)";
  // A backslash is a slash to some readers of URLs.
  if (rest.find('\\') != std::string_view::npos) return "must have no backslash";
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) {
    return "must have no user or password; requests are signed instead";
  }
  if (authority.starts_with('[')) {
    const size_t end = authority.find(']');
    if (end == std::string_view::npos) return "must have a ']' behind its IPv6 address";
    const std::string_view behind = authority.substr(end + 1);
    if (!behind.empty() && behind[0] != ':') return "must have nothing but a port behind ']'";
    if (!behind.empty()) {
      if (std::string problem = port_problem(behind.substr(1)); !problem.empty()) return problem;
    }
    return host_problem(authority.substr(1, end - 1), true, allowed);
  }
  const size_t colon = authority.find(':');
  if (colon != std::string_view::npos) {
    if (std::string problem = port_problem(authority.substr(colon + 1)); !problem.empty()) {
      return problem;
    }
  }
  return host_problem(authority.substr(0, colon), false, allowed);
}

}  // namespace slipway::control
