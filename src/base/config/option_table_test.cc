#include "base/config/option_table.h"

#include <gtest/gtest.h>

#include <map>

namespace slipway::config {
namespace {

struct Sample {
  std::string listen = "127.0.0.1:8080";
  std::string engine = "auto";
  int64_t workers = 2;
};

OptionTable table_of(Sample& sample) {
  OptionTable table;
  table.text("listen", sample.listen, "where the front door listens");
  table.choice("engine", sample.engine, {"auto", "docker", "mock"}, "what runs replicas");
  table.number("gateway_workers", sample.workers, 0, 64, "threads of the gateway");
  return table;
}

auto lookup_in(std::map<std::string, std::string> values) {
  return [values = std::move(values)](const std::string& name) -> std::optional<std::string> {
    const auto found = values.find(name);
    return found == values.end() ? std::nullopt : std::optional(found->second);
  };
}

TEST(OptionTable, a_later_source_wins_and_is_named) {
  Sample sample;
  OptionTable table = table_of(sample);
  ASSERT_TRUE(table.load_toml("gateway_workers = 3\nengine = \"mock\"\n", "slipwayd.toml"));
  ASSERT_TRUE(table.load_environment(lookup_in({{"SLIPWAY_GATEWAY_WORKERS", "4"}})));
  ASSERT_TRUE(table.assign("gateway_workers", "5", "flag --gateway-workers"));
  EXPECT_EQ(sample.workers, 5);
  EXPECT_EQ(sample.engine, "mock");
  EXPECT_EQ(table.find("gateway_workers")->source, "flag --gateway-workers");
  EXPECT_EQ(table.find("engine")->source, "slipwayd.toml");
  EXPECT_EQ(table.find("listen")->source, "default");
}

TEST(OptionTable, an_unknown_key_is_refused_with_the_name_that_was_meant) {
  Sample sample;
  const auto loaded = table_of(sample).load_toml("gateway_worker = 3\n", "slipwayd.toml");
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message,
            "slipwayd.toml: there is no option 'gateway_worker'; did you mean 'gateway_workers'?");
}

TEST(OptionTable, a_value_out_of_range_names_source_option_and_range_and_changes_nothing) {
  Sample sample;
  OptionTable table = table_of(sample);
  const auto number = table.load_environment(lookup_in({{"SLIPWAY_GATEWAY_WORKERS", "65"}}));
  ASSERT_FALSE(number);
  EXPECT_EQ(number.error().message,
            "environment variable SLIPWAY_GATEWAY_WORKERS: gateway_workers: '65' is not a whole "
            "number from 0 to 64");
  EXPECT_EQ(sample.workers, 2);
  const auto choice = table.assign("engine", "kvm", "flag --engine");
  ASSERT_FALSE(choice);
  EXPECT_EQ(choice.error().message, "flag --engine: engine: 'kvm' is not one of auto|docker|mock");
}

TEST(OptionTable, a_value_of_the_wrong_type_in_the_file_is_refused) {
  Sample sample;
  EXPECT_FALSE(table_of(sample).load_toml("gateway_workers = \"3\"\n", "f"));
  EXPECT_FALSE(table_of(sample).load_toml("listen = 8080\n", "f"));
  EXPECT_FALSE(table_of(sample).load_toml("listen = \n", "f"));
}

TEST(OptionTable, what_is_printed_can_be_loaded_again) {
  Sample sample;
  OptionTable table = table_of(sample);
  ASSERT_TRUE(table.assign("listen", "0.0.0.0:1\"\\", "flag"));
  Sample other;
  OptionTable again = table_of(other);
  ASSERT_TRUE(again.load_toml(table.print(), "printed"));
  EXPECT_EQ(other.listen, sample.listen);
}

TEST(Nearest, says_nothing_when_nothing_is_near) {
  EXPECT_EQ(nearest("colour", {"listen", "engine"}), std::nullopt);
  EXPECT_EQ(nearest("lisen", {"listen", "engine"}), "listen");
}

}  // namespace
}  // namespace slipway::config
