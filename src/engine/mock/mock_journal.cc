#include "engine/mock/mock_journal.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

#include "os/file.h"

namespace slipway::engine {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 30;

Result<os::UniqueFd> open_for_append(const std::filesystem::path& path) {
  os::UniqueFd fd(::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600));
  if (!fd)
    return fail(errno_error(fmt::format("cannot open the journal {}", path.native()), errno));
  return fd;
}

}  // namespace

Result<MockJournal> MockJournal::open(const std::filesystem::path& path,
                                      std::vector<Json>* entries) {
  TRY_ASSIGN(os::UniqueFd fd, open_for_append(path));
  TRY_ASSIGN(const std::string content, os::read_file(path, kMaxBytes));
  size_t whole = 0;  // bytes up to the end of the last whole line
  while (true) {
    const size_t end = content.find('\n', whole);
    if (end == std::string::npos) break;
    auto entry = parse_json(std::string_view(content).substr(whole, end - whole));
    if (!entry) return fail(entry.error().within(fmt::format("journal {}", path.native())));
    entries->push_back(std::move(*entry));
    whole = end + 1;
  }
  if (whole < content.size() && ::ftruncate(fd.get(), static_cast<off_t>(whole)) != 0) {
    return fail(errno_error(fmt::format("cannot cut the torn end of {}", path.native()), errno));
  }
  return MockJournal(path, std::move(fd));
}

Result<void> MockJournal::append(const Json& entry) {
  const std::string line = dump_json(entry) + "\n";
  const ssize_t written = ::write(fd_.get(), line.data(), line.size());
  if (written != static_cast<ssize_t>(line.size())) {
    return fail(errno_error(fmt::format("cannot append to the journal {}", path_.native()),
                            written < 0 ? errno : ENOSPC));
  }
  return {};
}

Result<void> MockJournal::rewrite(const std::vector<Json>& entries) {
  std::string content;
  for (const Json& entry : entries) content += dump_json(entry) + "\n";
  TRY(os::replace_file(path_, content, 0600));
  TRY_ASSIGN(fd_, open_for_append(path_));
  return {};
}

}  // namespace slipway::engine
