#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/timex.h>

#include <cerrno>
#include <variant>

#include "operations/doctor_checks.h"
#include "os/file.h"
#include "os/socket.h"

namespace slipway::operations {
namespace fs = std::filesystem;
namespace {

constexpr const char* kEngine = "engine";
constexpr const char* kFrontDoor = "front door";
constexpr const char* kClock = "clock";
constexpr const char* kLimits = "limits";

// No release of Slipway is older.
constexpr int64_t kFirstRelease = 1'735'689'600'000'000;  // 2025-01-01, in microseconds
constexpr std::chrono::milliseconds kMuchSkew{1'000};
constexpr rlim_t kFewDescriptors = 4'096;
constexpr size_t kShortFile = 4'096;

std::string first_line(const fs::path& path) {
  const auto text = os::read_file(path, kShortFile);
  return text ? text->substr(0, text->find('\n')) : "";
}

// The process that the lock of the state directory names, when it is alive and one of ours. The
// lock itself is not tried: that could make a slipwayd that starts at this instant give up.
std::string running_slipwayd(const fs::path& state_dir) {
  const std::string pid = first_line(state_dir / "lock");
  if (pid.empty() || pid.find_first_not_of("0123456789") != std::string::npos) return "";
  return first_line("/proc/" + pid + "/comm").starts_with("slipway") ? pid : "";
}

}  // namespace

Findings check_engine(const Result<engine::Capabilities>& answer) {
  if (!answer) {
    return {{kEngine, Verdict::kProblem, answer.error().message,
             "start the container engine, or name its socket with --engine-socket"}};
  }
  Findings findings = {{kEngine, Verdict::kOk,
                        fmt::format("{} answers{}{}", answer->name,
                                    answer->version.empty() ? "" : ": ", answer->version)}};
  if (!answer->isolates) {
    findings.push_back({kEngine, Verdict::kWarning,
                        "it does not isolate: models share this machine's files and network",
                        "run only models that you trust, or use a container engine"});
  }
  if (!answer->limits_resources) {
    findings.push_back({kEngine, Verdict::kWarning, "it cannot limit CPU and memory of replicas",
                        "give slipwayd control groups, or use a container engine"});
  }
  return findings;
}

Findings check_front_door(const fs::path& state_dir, const std::string& listen) {
  const auto address = os::parse_address(listen);
  const auto* tcp = address ? std::get_if<os::TcpAddress>(&*address) : nullptr;
  if (tcp == nullptr) {
    return {{kFrontDoor, Verdict::kProblem, fmt::format("'{}' is not IP:PORT", listen),
             "correct the option listen"}};
  }
  const std::string pid = running_slipwayd(state_dir);
  const std::string url = first_line(state_dir / "url");
  if (!pid.empty() && (tcp->port == 0 || url == "http://" + os::to_string(*address))) {
    return {{kFrontDoor, Verdict::kOk, fmt::format("slipwayd (process {}) serves {}", pid, url)}};
  }
  const auto free = os::listen_tcp(*tcp);
  if (free) return {{kFrontDoor, Verdict::kOk, fmt::format("{} is free", listen)}};
  return {{kFrontDoor, Verdict::kProblem, free.error().message,
           "end the other program, or choose another address with --listen"}};
}

Findings judge_clock(const ClockFacts& facts) {
  if (facts.monotonic_went_back) {
    return {{kClock, Verdict::kProblem, "the monotonic clock went back",
             "look at the machine or its hypervisor: no timeout can be trusted"}};
  }
  const std::string now = format_rfc3339(facts.now);
  if (to_unix_micros(facts.now) < kFirstRelease) {
    return {{kClock, Verdict::kProblem, fmt::format("it shows {}", now),
             "set the clock: expiry of tokens and every record depend on it"}};
  }
  if (!facts.ntp_error) {
    return {{kClock, Verdict::kWarning,
             fmt::format("it shows {}; the kernel knows of nobody who keeps it right", now),
             "run an NTP client (chrony, systemd-timesyncd), here or on the host"}};
  }
  const auto error = std::chrono::duration_cast<std::chrono::milliseconds>(*facts.ntp_error);
  if (error > kMuchSkew) {
    return {{kClock, Verdict::kWarning,
             fmt::format("NTP says that it may be wrong by {}", format_duration(error)),
             "look at the NTP client"}};
  }
  return {
      {kClock, Verdict::kOk, fmt::format("{}, kept by NTP to {}", now, format_duration(error))}};
}

Findings check_clock(const Clock& clock) {
  ClockFacts facts;
  const Monotonic before = clock.monotonic();
  facts.now = clock.now();
  facts.monotonic_went_back = clock.monotonic() < before;
  struct timex kernel {};
  const int state = ::adjtimex(&kernel);
  if (state >= 0 && state != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0) {
    facts.ntp_error = std::chrono::microseconds(kernel.maxerror);
  }
  return judge_clock(facts);
}

Findings check_limits() {
  rlimit files{};
  if (::getrlimit(RLIMIT_NOFILE, &files) != 0) {
    return {{kLimits, Verdict::kProblem, errno_error("getrlimit", errno).message,
             "look at the machine"}};
  }
  if (files.rlim_cur < kFewDescriptors) {
    return {{kLimits, Verdict::kWarning,
             fmt::format("at most {} files and connections may be open", files.rlim_cur),
             fmt::format("raise it to {} or more (ulimit -n, LimitNOFILE=)", kFewDescriptors)}};
  }
  return {
      {kLimits, Verdict::kOk, fmt::format("{} files and connections may be open", files.rlim_cur)}};
}

}  // namespace slipway::operations
