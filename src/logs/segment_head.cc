#include "logs/segment_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <system_error>

#include "logs/bytes.h"

namespace slipway::logs {
namespace {

constexpr std::string_view kOpenMagic = "SLPLOGO1";
constexpr std::string_view kSealedMagic = "SLPLOGS1";
constexpr size_t kFixed = 8 + 4 + 4;
constexpr size_t kMaxIdentity = 1024;

std::string_view magic(SegmentKind kind) {
  return kind == SegmentKind::kOpen ? kOpenMagic : kSealedMagic;
}

bool read_number(std::string_view text, uint64_t& number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() && number > 0;
}

}  // namespace

std::string encode_head(SegmentKind kind, const SegmentHead& head) {
  std::string body;
  put(body, head.run);
  put(body, head.first);
  body.append(head.identity, 0, kMaxIdentity);
  std::string bytes(magic(kind));
  put(bytes, static_cast<uint32_t>(body.size()));
  put(bytes, checksum(body));
  return bytes + body;
}

size_t decode_head(SegmentKind kind, std::string_view bytes, SegmentHead& head) {
  if (!bytes.starts_with(magic(kind))) return 0;
  Cursor cursor(bytes.substr(8));
  const auto length = cursor.take<uint32_t>();
  const auto sum = cursor.take<uint32_t>();
  if (!cursor.ok() || length < 16 || length > 16 + kMaxIdentity) return 0;
  Cursor body(cursor.take_bytes(length));
  if (!cursor.ok() || checksum(body.rest()) != sum) return 0;
  head.run = body.take<uint64_t>();
  head.first = body.take<uint64_t>();
  head.identity = body.rest();
  return kFixed + length;
}

std::string segment_name(uint64_t run, uint64_t first, SegmentKind kind) {
  return fmt::format("{:06}-{:012}.{}", run, first, kind == SegmentKind::kOpen ? "open" : "sealed");
}

std::optional<SegmentFile> parse_segment_name(const std::filesystem::path& path) {
  const std::string name = path.filename().native();
  const size_t dash = name.find('-');
  const size_t dot = name.find('.');
  if (dash == std::string::npos || dot == std::string::npos || dot < dash) return std::nullopt;
  SegmentFile file{.path = path};
  const std::string_view text = name;
  if (!read_number(text.substr(0, dash), file.run) ||
      !read_number(text.substr(dash + 1, dot - dash - 1), file.first)) {
    return std::nullopt;
  }
  if (text.substr(dot) == ".sealed") {
    file.kind = SegmentKind::kSealed;
  } else if (text.substr(dot) != ".open") {
    return std::nullopt;
  }
  return file;
}

std::vector<SegmentFile> list_segments(const std::filesystem::path& replica_folder) {
  std::vector<SegmentFile> files;
  std::error_code error;
  for (std::filesystem::directory_iterator it(replica_folder, error), end; !error && it != end;
       it.increment(error)) {
    if (auto file = parse_segment_name(it->path())) files.push_back(std::move(*file));
  }
  std::sort(files.begin(), files.end(), [](const SegmentFile& a, const SegmentFile& b) {
    if (a.first != b.first) return a.first < b.first;
    return a.kind == SegmentKind::kSealed && b.kind != SegmentKind::kSealed;
  });
  files.erase(std::unique(files.begin(), files.end(),
                          [](const auto& a, const auto& b) { return a.first == b.first; }),
              files.end());
  return files;
}

}  // namespace slipway::logs
