#include "upgrade_check.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace slipway::app {
namespace {

namespace fs = std::filesystem;

TEST(UpgradeCheck, settings_that_hold_sockets_must_stay_and_others_may_change) {
  Settings here;
  here.listen = "127.0.0.1:8080";
  here.tls_listen = "";
  Settings there = here;
  there.gateway_workers = 7;
  there.drain_seconds = 1;
  EXPECT_TRUE(compare_lasting(lasting_settings(here), lasting_settings(there)));
  there.tls_listen = "127.0.0.1:8443";
  const auto refused = compare_lasting(lasting_settings(here), lasting_settings(there));
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().message,
      "the setting tls_listen= would become tls_listen=127.0.0.1:8443, which takes a restart");
}

TEST(UpgradeCheck, a_setting_of_a_newer_program_is_none_of_ours_and_a_missing_one_is) {
  const std::string here = lasting_settings({});
  EXPECT_TRUE(compare_lasting(here, "quic_listen=[::]:443\n" + here));
  EXPECT_FALSE(compare_lasting(here, "state_dir=\n"));
  EXPECT_FALSE(compare_lasting(here, ""));
  EXPECT_FALSE(compare_lasting(here, "#!/bin/sh\n"));
}

TEST(UpgradeCheck, the_program_is_where_it_was_started_by_when_that_is_still_it) {
  const fs::path own = fs::read_symlink("/proc/self/exe");
  EXPECT_EQ(program_path(own.string()), own.string());
  const fs::path link = fs::temp_directory_path() / ("slipway-link-" + std::to_string(getpid()));
  fs::create_symlink(own, link);
  EXPECT_EQ(program_path(link.string()), link.string()) << "a link stays: it may be set elsewhere";
  fs::remove(link);
  EXPECT_EQ(program_path(link.string()), own.string());
  EXPECT_EQ(program_path("/bin/sh"), own.string()) << "not this program";
  EXPECT_EQ(program_path("no-such-program-in-path"), own.string());
}

}  // namespace
}  // namespace slipway::app
