#include "control/version_source.h"

#include <charconv>
#include <string>

#include "store/settings.h"

namespace slipway::control {
namespace {

constexpr std::string_view kReservedSetting = "snapshot_versions_reserved";

}  // namespace

Result<void> VersionSource::open() {
  TRY(reserve_block());
  first_ = next_;
  return {};
}

uint64_t VersionSource::next() {
  if (next_ == end_) {
    // An error is the comment's case: go on; the next call tries again.
    if (const Result<void> reserved = reserve_block(); !reserved) ++end_;
  }
  return next_++;
}

Result<void> VersionSource::reserve_block() {
  TRY_ASSIGN(const uint64_t first, reserve_(kBlock));
  if (first > next_) next_ = first;
  end_ = first + kBlock;
  if (end_ <= next_) end_ = next_ + 1;
  return {};
}

VersionSource::Reserve reserve_in(store::Store& store) {
  return [&store](uint64_t size) {
    return store.write([&](store::WriteTransaction& tx) -> Result<uint64_t> {
      TRY_ASSIGN(const auto text, store::settings::find(tx, kReservedSetting));
      uint64_t reserved = 0;
      if (text) {
        const auto [end, error] =
            std::from_chars(text->data(), text->data() + text->size(), reserved);
        if (error != std::errc{} || end != text->data() + text->size()) {
          return fail(ErrorCode::kInternal,
                      "the setting snapshot_versions_reserved is not a number: '" + *text + "'");
        }
      }
      TRY(store::settings::put(tx, kReservedSetting, std::to_string(reserved + size)));
      return reserved + 1;
    });
  };
}

}  // namespace slipway::control
