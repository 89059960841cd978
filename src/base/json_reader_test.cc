#include "base/json_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"

namespace slipway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Json parse(std::string_view text) { return parse_json(text).value(); }

TEST(JsonReader, reads_fields_of_every_type) {
  const Json document = parse(
      R"({"name":"iris","replicas":3,"on":true,"tags":["a","b"],
          "labels":{"k":"v"},"env":[{"name":"A","value":"1"}]})");
  JsonReader reader(document);
  EXPECT_EQ(reader.required_string("name"), "iris");
  EXPECT_EQ(reader.required_integer("replicas", {1, 9}), 3);
  EXPECT_EQ(reader.optional_bool("on"), true);
  std::vector<std::string> seen;
  EXPECT_TRUE(reader.optional_strings("tags", [&](std::string tag) { seen.push_back(tag); }));
  EXPECT_TRUE(reader.optional_string_map(
      "labels", [&](std::string key, std::string value) { seen.push_back(key + "=" + value); }));
  EXPECT_TRUE(reader.optional_objects("env", [&](JsonReader& item) {
    seen.push_back(item.required_string("name") + item.required_string("value"));
  }));
  EXPECT_FALSE(reader.optional_string("missing").has_value());
  EXPECT_TRUE(reader.finish());
  EXPECT_THAT(seen, ElementsAre("a", "b", "k=v", "A1"));
}

TEST(JsonReader, names_every_fault_by_its_path) {
  const Json document =
      parse(R"({"replicas":"two","env":[{"name":"A","value":"1"},{"value":7,"nmae":"B"}],"x":1})");
  JsonReader reader(document);
  reader.required_string("name");
  reader.optional_integer("replicas");
  reader.optional_objects("env", [](JsonReader& item) {
    item.required_string("name");
    item.required_string("value");
  });
  const Result<void> finished = reader.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().code, ErrorCode::kInvalid);
  EXPECT_THAT(finished.error().fields,
              ElementsAre(FieldError{"name", "is required"},
                          FieldError{"replicas", "must be a whole number, not a string"},
                          FieldError{"env[1].name", "is required"},
                          FieldError{"env[1].value", "must be a string, not a number"},
                          FieldError{"env[1].nmae", "is not a field; did you mean 'name'?"},
                          FieldError{"x", "is not a field that can be set here"}));
  EXPECT_EQ(finished.error().message, "'name' is required (and 5 more)");
}

TEST(JsonReader, refuses_numbers_out_of_range_and_fractions) {
  for (const char* text : {"0", "-1", "1000000000", "1.5", "1e3", "18446744073709551615"}) {
    const Json document = parse(std::string(R"({"replicas":)") + text + "}");
    JsonReader reader(document);
    EXPECT_FALSE(reader.optional_integer("replicas", {1, 100}).has_value()) << text;
    const Result<void> finished = reader.finish();
    ASSERT_FALSE(finished) << text;
    EXPECT_THAT(finished.error().fields,
                ElementsAre(FieldError{"replicas", "must be a whole number from 1 to 100"}));
  }
}

TEST(JsonReader, says_that_a_document_is_not_an_object) {
  const Json document = parse("[1]");
  JsonReader reader(document);
  reader.required_string("name");
  const Result<void> finished = reader.finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().fields,
              ElementsAre(FieldError{"", "must be an object, not an array"}));
}

TEST(JsonReader, tells_null_apart_from_missing) {
  const Json document = parse(R"({"health_path":null})");
  JsonReader reader(document);
  EXPECT_TRUE(reader.take_null("health_path"));
  EXPECT_FALSE(reader.take_null("other"));
  EXPECT_TRUE(reader.finish());
}

TEST(JsonReader, explains_a_refused_field_once) {
  const Json document = parse(R"({"name":"x"})");
  JsonReader reader(document);
  reader.refuse("name", "cannot be changed");
  const Result<void> finished = reader.finish();
  ASSERT_FALSE(finished);
  EXPECT_THAT(finished.error().fields, ElementsAre(FieldError{"name", "cannot be changed"}));
}

TEST(ClosestWord, leads_from_a_slip_to_the_word_and_from_nothing_else) {
  const std::vector<std::string> words = {"replicas", "image", "port"};
  EXPECT_EQ(closest_word("replica", words), "replicas");
  EXPECT_EQ(closest_word("imgae", words), "image");
  EXPECT_THAT(closest_word("cpu", words), IsEmpty());
  EXPECT_THAT(closest_word(std::string(10'000, 'r'), words), IsEmpty());
}

TEST(JsonReader, reads_an_object_inside_and_names_its_faults_by_the_whole_path) {
  const Json document = *parse_json(R"({"quota": {"cpu": "x", "more": 1}, "none": null, "n": 3})");
  JsonReader reader(document);
  EXPECT_TRUE(reader.optional_object(
      "quota", [](JsonReader& quota) { EXPECT_FALSE(quota.optional_integer("cpu")); }));
  EXPECT_FALSE(reader.optional_object("none", [](JsonReader&) { FAIL(); }));
  EXPECT_FALSE(reader.optional_object("missing", [](JsonReader&) { FAIL(); }));
  reader.optional_object("n", [](JsonReader&) {});
  const auto done = reader.finish();
  ASSERT_FALSE(done);
  std::vector<std::string> paths;
  for (const FieldError& fault : done.error().fields) paths.push_back(fault.path);
  EXPECT_EQ(paths, (std::vector<std::string>{"quota.cpu", "quota.more", "n"}));
}

}  // namespace
}  // namespace slipway
