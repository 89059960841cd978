#include "cli/outside.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <random>
#include <thread>

namespace slipway::cli {
namespace {

void write_whole(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    // A reader that went away (`slipway ... | head`) ends the command like any other filter.
    if (written <= 0) std::_Exit(1);
    text.remove_prefix(static_cast<size_t>(written));
  }
}

// The terminal itself rather than stdin, which may be a pipe.
std::optional<std::string> ask_terminal(std::string_view prompt, bool hidden) {
  const int fd = ::open("/dev/tty", O_RDWR | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  write_whole(fd, prompt);
  termios before{};
  const bool changed = hidden && ::tcgetattr(fd, &before) == 0;
  if (changed) {
    termios silent = before;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    ::tcsetattr(fd, TCSAFLUSH, &silent);
  }
  std::string line;
  char c = 0;
  ssize_t got = 0;
  while ((got = ::read(fd, &c, 1)) == 1 && c != '\n') line += c;
  if (changed) {
    ::tcsetattr(fd, TCSAFLUSH, &before);
    write_whole(fd, "\n");
  }
  ::close(fd);
  if (got <= 0 && line.empty()) return std::nullopt;
  return line;
}

std::string read_to_end(int fd) {
  std::string text;
  char block[16 * 1024];
  while (true) {
    const ssize_t got = ::read(fd, block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(block, static_cast<size_t>(got));
  }
}

}  // namespace

Outside system_outside(call::HttpClient& client) {
  Outside outside;
  outside.out = [](std::string_view text) { write_whole(STDOUT_FILENO, text); };
  outside.err = [](std::string_view text) { write_whole(STDERR_FILENO, text); };
  outside.err_is_terminal = ::isatty(STDERR_FILENO) == 1;
  outside.ask = [](std::string_view prompt) { return ask_terminal(prompt, false); };
  outside.ask_secret = [](std::string_view prompt) { return ask_terminal(prompt, true); };
  outside.read_stdin = [] { return read_to_end(STDIN_FILENO); };
  outside.environment = [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return std::string(value);
  };
  outside.now = [] {
    return std::chrono::time_point_cast<std::chrono::microseconds>(
        std::chrono::system_clock::now());
  };
  outside.monotonic = [] { return std::chrono::steady_clock::now(); };
  outside.sleep = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
  outside.fresh_key = [] {
    std::random_device device;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", device(), device(), device(), device());
  };
  outside.host_name = [] {
    char name[256] = {};
    return ::gethostname(name, sizeof name - 1) == 0 ? std::string(name) : std::string("unknown");
  };
  outside.send = [&](const call::Call& call) { return client.send(call); };
  outside.stream = [&](const call::Call& call, const call::StreamCallbacks& callbacks) {
    return client.stream(call, callbacks);
  };
  return outside;
}

}  // namespace slipway::cli
