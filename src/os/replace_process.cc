#include "os/replace_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>

namespace slipway::os {

Error replace_process(const std::vector<std::string>& argv,
                      const std::vector<std::string>& environment, const std::vector<int>& kept) {
  std::vector<std::string> texts = argv;
  std::vector<std::string> variables = environment;
  std::vector<char*> arguments;
  std::vector<char*> names;
  for (std::string& text : texts) arguments.push_back(text.data());
  for (std::string& variable : variables) names.push_back(variable.data());
  arguments.push_back(nullptr);
  names.push_back(nullptr);
  for (const int fd : kept) (void)fcntl(fd, F_SETFD, 0);
  execve(argv.front().c_str(), arguments.data(), names.data());
  const int error = errno;
  for (const int fd : kept) (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
  return errno_error(fmt::format("cannot become '{}'", argv.front()), error);
}

Result<void> close_on_exec(int fd) {
  if (fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) return {};
  return fail(errno_error(fmt::format("descriptor {}", fd), errno));
}

}  // namespace slipway::os
