#include "cli/yaml_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "cli/yaml.h"

namespace slipway::cli {
namespace {

using testing::HasSubstr;

TEST(YamlReader, reads_many_documents_with_the_line_of_every_member) {
  const auto documents = read_yaml(
                             "# two of them\n"
                             "kind: Deployment\n"
                             "name: Größe\n"
                             "environment:\n"
                             "  - name: A\n"
                             "    value: '1'\n"
                             "---\n"
                             "---\n"
                             "{name: b, replicas: 2, health_path: null}\n")
                             .value();
  ASSERT_EQ(documents.size(), 2u);
  EXPECT_EQ(dump_json(documents[0].value),
            R"({"kind":"Deployment","name":"Größe","environment":[{"name":"A","value":"1"}]})");
  EXPECT_EQ(dump_json(documents[1].value), R"({"name":"b","replicas":2,"health_path":null})");
  EXPECT_EQ(documents[0].line, 2);
  EXPECT_EQ(documents[1].line, 9);
  EXPECT_EQ(line_of(documents[0], "environment[0].value"), 6);
  EXPECT_EQ(line_of(documents[0], "environment[0].missing"), 5);
  EXPECT_EQ(line_of(documents[0], "nowhere"), 2);
}

TEST(YamlReader, takes_plain_values_as_yaml_1_2_does) {
  const auto documents =
      read_yaml(
          "[1, -2, +3, 1.5, 1e3, ~, true, FALSE, yes, on, 1.2.3, 0x1f, 12:30, 1.0-2, 'true', "
          "2026-01-01, inf, \"\", 99999999999999999999]")
          .value();
  EXPECT_EQ(
      dump_json(documents.at(0).value),
      R"([1,-2,3,1.5,1000.0,null,true,false,"yes","on","1.2.3","0x1f","12:30","1.0-2","true",)"
      R"("2026-01-01","inf","",1e+20])");
}

TEST(YamlReader, says_on_which_line_something_is_wrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"a: 1\nb: [1\nc: 2\n", "line 3: "},
      {"a: 1\na: 2\n", "line 2: 'a' stands here twice"},
      {"a: &x 1\nb: *x\n", "line 1: anchors"},
      {"a: 1\nb: *x\n", "line 2: anchors"},
      {"a: !!binary aa\n", "line 1: anchors"},
      {"a: !x [1]\n", "line 1: anchors"},
      {"? [a]\n: 1\n", "line 1: a name must be plain text"},
      {"a: \"\\ud83d\"\n", "line 1: "},
      {"\xff\xfe", "line 1: "},
  };
  for (const auto& [text, message] : cases) {
    const auto read = read_yaml(text);
    ASSERT_FALSE(read) << text;
    EXPECT_THAT(read.error().message, HasSubstr(message)) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalid);
  }
  EXPECT_FALSE(read_yaml(std::string(100, '[')));
  EXPECT_FALSE(read_yaml(std::string(size_t{9} * 1024 * 1024, ' ')));
}

TEST(YamlReader, reads_json_with_everything_in_it) {
  const char* text = "{\n\t\"name\": \"\\ud83d\\ude00\\/\", \"n\": [1,\n 2]}";
  const auto documents = read_yaml(text).value();
  ASSERT_EQ(documents.size(), 1u);
  EXPECT_EQ(documents[0].value, parse_json(text).value());
  EXPECT_TRUE(read_yaml("")->empty());
}

TEST(YamlReader, reads_back_every_text_that_is_written_as_yaml) {
  EXPECT_TRUE(rc::check([] {
    const auto printable = rc::gen::container<std::string>(rc::gen::inRange(' ', '~'));
    Json value = Json::object();
    for (const std::string& text : *rc::gen::container<std::vector<std::string>>(printable)) {
      value["a"][text] = Json::array({text, {{"b", text + "\n"}}});
    }
    if (value.empty()) return;
    const auto documents = read_yaml(to_yaml(value));
    RC_ASSERT(documents.has_value());
    RC_ASSERT(documents->at(0).value == value);
  }));
}

}  // namespace
}  // namespace slipway::cli
