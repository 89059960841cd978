#pragma once
// What can be told to a webhook, and when a delivery that failed is tried again. Pure.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace slipway::domain {

inline constexpr std::string_view kDeployedNotice = "deployment.deployed";
inline constexpr std::string_view kFailedNotice = "deployment.failed";
inline constexpr std::string_view kRecoveredNotice = "deployment.recovered";
inline constexpr std::string_view kQuotaNotice = "quota.refused";
// Only webhooks of the platform hear of it: gateways belong to no group.
inline constexpr std::string_view kCertificateNotice = "certificate.expiring";
// Only when somebody asks for it; never chosen.
inline constexpr std::string_view kTestNotice = "webhook.test";

// Those that a webhook can choose.
const std::vector<std::string_view>& notice_types();
bool is_notice_type(std::string_view type);

// Told again at the earliest after this: about one deployment, one type, to one webhook.
inline constexpr std::chrono::seconds kNoticePause{60};

// How long after the `tries`-th failed try (1, 2, ...) the next one is, before jitter; none: it is
// given up. About a day in all.
std::optional<std::chrono::seconds> retry_pause(int tries);

// The problem, or none.
std::optional<std::string> check_webhook_name(std::string_view name);

}  // namespace slipway::domain
