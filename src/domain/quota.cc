#include "domain/quota.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "domain/amounts.h"

namespace slipway::domain {
namespace {

std::string format_gpus(int64_t gpus) { return fmt::format("{} GPU", gpus); }
std::string format_deployments(int64_t n) {
  return fmt::format("{} running deployment{}", n, n == 1 ? "" : "s");
}

// One kind of limit: where it stands in a quota and in a usage, and how people read it.
struct Kind {
  std::string_view name;
  std::optional<int64_t> Quota::*limit;
  int64_t Usage::*amount;
  std::string (*format)(int64_t);
};
constexpr std::array<Kind, 4> kKinds{
    Kind{"cpu_millis", &Quota::cpu_millis, &Usage::cpu_millis, format_cpu},
    Kind{"memory_bytes", &Quota::memory_bytes, &Usage::memory_bytes, format_memory},
    Kind{"gpus", &Quota::gpus, &Usage::gpus, format_gpus},
    Kind{"deployments", &Quota::deployments, &Usage::deployments, format_deployments}};

template <typename Fn>
Usage combined(const Usage& a, const Usage& b, Fn&& fn) {
  Usage out;
  for (const Kind& kind : kKinds) out.*kind.amount = fn(a.*kind.amount, b.*kind.amount);
  return out;
}

}  // namespace

Usage operator+(const Usage& a, const Usage& b) {
  return combined(a, b, [](int64_t x, int64_t y) { return x + y; });
}
Usage operator-(const Usage& a, const Usage& b) {
  return combined(a, b, [](int64_t x, int64_t y) { return x - y; });
}
Usage at_least(const Usage& a, const Usage& b) {
  return combined(a, b, [](int64_t x, int64_t y) { return std::max(x, y); });
}

Usage size_of(const InstanceType& type) {
  return {.cpu_millis = type.cpu_millis, .memory_bytes = type.memory_bytes, .gpus = type.gpus};
}

Usage demand_of(const Spec& spec, const InstanceType& type) {
  return {.cpu_millis = type.cpu_millis * spec.replicas,
          .memory_bytes = type.memory_bytes * spec.replicas,
          .gpus = int64_t{type.gpus} * spec.replicas,
          .deployments = 1};
}

std::vector<ExceededLimit> check_quota(std::string_view group, const Quota& quota,
                                       const Usage& used, const Usage& more) {
  std::vector<ExceededLimit> out;
  for (const Kind& kind : kKinds) {
    const std::optional<int64_t>& limit = quota.*kind.limit;
    const int64_t has = used.*kind.amount, asked = more.*kind.amount;
    if (!limit || asked <= 0 || asked <= *limit - has) continue;
    const bool counts = kind.amount == &Usage::deployments;
    out.push_back({.limit_name = std::string(kind.name),
                   .limit = *limit,
                   .used = has,
                   .asked = asked,
                   .message = counts ? fmt::format("group '{}' may have {}, it has {}", group,
                                                   kind.format(*limit), has)
                                     : fmt::format("group '{}' may use {}, {} are used, this asks "
                                                   "for {} more",
                                                   group, kind.format(*limit), kind.format(has),
                                                   kind.format(asked))});
  }
  return out;
}

Result<void> refuse_over_quota(std::vector<ExceededLimit> exceeded) {
  if (exceeded.empty()) return {};
  Error error{ErrorCode::kQuota, exceeded.front().message};
  for (size_t i = 1; i < exceeded.size(); ++i) error.message += "; " + exceeded[i].message;
  error.message += "; stop something of the group, ask for less, or ask a platform admin for more";
  error.limits = std::move(exceeded);
  return fail(std::move(error));
}

int how_many_fit(const Quota& quota, const Usage& used, const Usage& one, int most) {
  int64_t out = most;
  for (const Kind& kind : kKinds) {
    const std::optional<int64_t>& limit = quota.*kind.limit;
    if (!limit || one.*kind.amount <= 0) continue;
    out = std::min(out, std::max<int64_t>(0, *limit - used.*kind.amount) / (one.*kind.amount));
  }
  return static_cast<int>(out);
}

}  // namespace slipway::domain
