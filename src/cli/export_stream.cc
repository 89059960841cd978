#include "cli/export_stream.h"

#include <fmt/format.h>

#include "cli/output_file.h"

namespace slipway::cli {

Result<void> export_stream(const ApiClient& client, const Outside& outside, const std::string& path,
                           const std::string& file, std::string_view what) {
  constexpr std::chrono::milliseconds kNoLimit{0};
  if (file == "-") {
    return client.stream(path, {}, kNoLimit, [&](std::string_view bytes) {
      outside.out(bytes);
      return true;
    });
  }
  TRY_ASSIGN(OutputFile out, OutputFile::create(file));
  TRY(client.stream(path, {}, kNoLimit, [&](std::string_view bytes) { return out.write(bytes); }));
  TRY(out.keep());
  outside.err(fmt::format("{} is in {}\n", what, file));
  return {};
}

}  // namespace slipway::cli
