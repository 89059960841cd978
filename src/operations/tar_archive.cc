#include "operations/tar_archive.h"

#include <fcntl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "os/fd.h"
#include "os/file.h"

namespace slipway::operations {
namespace {

constexpr size_t kBlock = 512;
constexpr size_t kPiece = 256 * 1024;

using Block = std::array<char, kBlock>;

// The fields that we write and read, by offset and width (POSIX.1-1988).
struct Field {
  size_t offset;
  size_t width;
};
constexpr Field kName{0, 100};
constexpr Field kMode{100, 8};
constexpr Field kUid{108, 8};
constexpr Field kGid{116, 8};
constexpr Field kSize{124, 12};
constexpr Field kTime{136, 12};
constexpr Field kSum{148, 8};
constexpr size_t kType = 156;
constexpr Field kMagic{257, 8};
constexpr std::string_view kUstar{
    "ustar\0"
    "00",
    8};

void put_octal(Block& block, Field field, uint64_t value) {
  const std::string text = fmt::format("{:0{}o}", value, field.width - 1);
  std::memcpy(block.data() + field.offset, text.data(), field.width - 1);
}

// Eleven octal digits end at 8 GiB; above, the number stands in binary behind a set bit, as GNU,
// BSD and Python write it.
void put_size(Block& block, uint64_t size) {
  constexpr uint64_t kOctalEnd = uint64_t{1} << 33U;
  if (size < kOctalEnd) return put_octal(block, kSize, size);
  block[kSize.offset] = static_cast<char>(0x80);
  for (size_t i = 0; i < 8; ++i) {
    block[kSize.offset + kSize.width - 1 - i] = static_cast<char>((size >> (8 * i)) & 0xffU);
  }
}

std::optional<uint64_t> get_number(const Block& block, Field field) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(block.data()) + field.offset;
  uint64_t value = 0;
  if ((bytes[0] & 0x80U) != 0) {
    for (size_t i = field.width - 8; i < field.width; ++i) value = (value << 8U) | bytes[i];
    return value >> 62U == 0 ? std::optional(value) : std::nullopt;
  }
  size_t digits = 0;
  for (; digits < field.width && bytes[digits] >= '0' && bytes[digits] <= '7'; ++digits) {
    value = value * 8 + (bytes[digits] - '0');
  }
  return digits > 0 ? std::optional(value) : std::nullopt;
}

uint64_t sum_of(Block block) {
  std::fill_n(block.begin() + kSum.offset, kSum.width, ' ');
  uint64_t sum = 0;
  for (const char c : block) sum += static_cast<unsigned char>(c);
  return sum;
}

uint64_t padding_of(uint64_t size) { return (kBlock - size % kBlock) % kBlock; }

}  // namespace

Result<void> TarWriter::add_header(const std::string& name, uint64_t size) {
  if (name.empty() || name.size() > kMaxTarName) {
    return fail(ErrorCode::kInternal, fmt::format("'{}' is no name for {}", name, what_));
  }
  Block block{};
  std::copy(name.begin(), name.end(), block.begin());
  put_octal(block, kMode, 0600);
  put_octal(block, kUid, 0);
  put_octal(block, kGid, 0);
  put_size(block, size);
  put_octal(block, kTime,
            static_cast<uint64_t>(std::max<int64_t>(to_unix_micros(time_) / 1'000'000, 0)));
  block[kType] = '0';
  std::memcpy(block.data() + kMagic.offset, kUstar.data(), kUstar.size());
  put_octal(block, {kSum.offset, kSum.width - 1}, sum_of(block));
  block[kSum.offset + kSum.width - 1] = ' ';
  return os::write_all(fd_, {block.data(), block.size()}, "cannot write " + what_);
}

Result<void> TarWriter::pad(uint64_t size) {
  const Block zeros{};
  return os::write_all(fd_, {zeros.data(), padding_of(size)}, "cannot write " + what_);
}

Result<void> TarWriter::add(const std::string& name, std::string_view content) {
  TRY(add_header(name, content.size()));
  TRY(os::write_all(fd_, content, "cannot write " + what_));
  return pad(content.size());
}

Result<void> TarWriter::add_file(const std::string& name, const std::filesystem::path& file) {
  const std::string reading = "cannot read " + file.string();
  const os::UniqueFd from(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  std::error_code error;
  const uint64_t size = std::filesystem::file_size(file, error);
  if (!from || error) return fail(errno_error(reading, error ? error.value() : errno));
  TRY(add_header(name, size));
  std::vector<char> piece(kPiece);
  uint64_t left = size;
  while (left > 0) {
    const ssize_t n = ::read(from.get(), piece.data(), std::min<uint64_t>(piece.size(), left));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(errno_error(reading, errno));
    if (n == 0) return fail(ErrorCode::kUnavailable, reading + ": it became shorter meanwhile");
    TRY(os::write_all(fd_, {piece.data(), static_cast<size_t>(n)}, "cannot write " + what_));
    left -= static_cast<uint64_t>(n);
  }
  return pad(size);
}

Result<void> TarWriter::finish() {
  const std::string zeros(2 * kBlock, '\0');
  return os::write_all(fd_, zeros, "cannot write " + what_);
}

Result<void> TarReader::fill(char* into, size_t size) {
  while (size > 0) {
    const ssize_t n = ::read(fd_, into, size);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(errno_error("cannot read " + what_, errno));
    if (n == 0) return fail(ErrorCode::kInvalid, what_ + " is cut off: its end is missing");
    into += n;
    size -= static_cast<size_t>(n);
  }
  return {};
}

Result<std::optional<TarEntry>> TarReader::next() {
  TRY(read([](std::string_view) -> Result<void> { return {}; }));
  Block block;
  TRY(fill(block.data(), block.size()));
  const auto is_zero = [](char c) { return c == '\0'; };
  if (std::all_of(block.begin(), block.end(), is_zero)) return std::nullopt;
  const auto sum = get_number(block, kSum);
  const auto size = get_number(block, kSize);
  if (!sum || !size || *sum != sum_of(block)) {
    return fail(ErrorCode::kInvalid, what_ + " is damaged, or no tar file");
  }
  const char type = block[kType];
  if (type != '0' && type != '\0') {
    return fail(ErrorCode::kInvalid,
                fmt::format("{} holds something other than files (type '{}')", what_, type));
  }
  TarEntry entry{{block.data(), ::strnlen(block.data(), kName.width)}, *size};
  left_ = *size;
  padding_ = padding_of(*size);
  return entry;
}

Result<std::string> TarReader::read(size_t max_bytes) {
  if (left_ > max_bytes) {
    return fail(ErrorCode::kTooLarge,
                fmt::format("a file in {} has {} bytes, the most is {}", what_, left_, max_bytes));
  }
  std::string content;
  TRY(read([&](std::string_view piece) -> Result<void> {
    content.append(piece);
    return {};
  }));
  return content;
}

Result<void> TarReader::read(const std::function<Result<void>(std::string_view)>& sink) {
  std::vector<char> piece(std::min<uint64_t>(kPiece, left_ + padding_));
  while (left_ > 0) {
    const size_t size = std::min<uint64_t>(piece.size(), left_);
    TRY(fill(piece.data(), size));
    left_ -= size;
    TRY(sink({piece.data(), size}));
  }
  TRY(fill(piece.data(), padding_));
  padding_ = 0;
  return {};
}

}  // namespace slipway::operations
