// The small formats of the CLI: YAML, tables, durations, sizes, server-sent events, contexts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.h"
#include "cli/contexts.h"
#include "cli/event_stream.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/yaml.h"

namespace slipway::cli {
namespace {

using testing::ElementsAre;

TEST(Yaml, nests_lists_and_maps) {
  const Json value = parse_json(R"({"a":1,"b":{"c":[{"d":"x","e":[1,2]},"s"],"f":{}},"g":[],
                                    "h":null,"i":true})")
                         .value();
  EXPECT_EQ(to_yaml(value),
            "a: 1\n"
            "b:\n"
            "  c:\n"
            "    - d: x\n"
            "      e:\n"
            "        - 1\n"
            "        - 2\n"
            "    - s\n"
            "  f: {}\n"
            "g: []\n"
            "h: null\n"
            "i: true\n");
}

TEST(Yaml, quotes_whatever_it_could_take_for_something_else) {
  for (const char* text : {"",           "yes",  "No", "null", "~",   "1.5",         "0x1f",
                           "- a",        "a: b", "a:", " a",   "a ",  "#x",          "a #b",
                           "*x",         "&x",   "!x", "{a}",  "[a]", "line\nbreak", "\"q\"",
                           "2026-01-01", "on",   "@x", "`x`",  "%x",  "|",           ">"}) {
    EXPECT_FALSE(is_plain_yaml(text)) << text;
  }
  for (const char* text :
       {"iris", "iris-sklearn:1", "/health/status", "http://a.b:1/c", "2 of 2 replicas"}) {
    EXPECT_EQ(is_plain_yaml(text), text[0] != '2') << text;
  }
  EXPECT_EQ(to_yaml(Json({{"a", "x\ny"}})), "a: \"x\\ny\"\n");
}

TEST(Table, aligns_by_characters_and_lets_no_control_character_through) {
  Table table({"A", "B"});
  table.add({"größe", "1"});
  table.add({"x\x1b[2J", ""});
  EXPECT_EQ(table.text(), "A      B\ngröße  1\nx?[2J  -\n");
  EXPECT_EQ(printable("a\nb\t\x7f\xc2\x9b", true), "a\nb\t??");
}

TEST(Units, reads_durations_and_sizes) {
  EXPECT_EQ(parse_duration("500ms").value(), std::chrono::milliseconds(500));
  EXPECT_EQ(parse_duration("15m").value(), std::chrono::minutes(15));
  EXPECT_EQ(parse_duration("30").value(), std::chrono::seconds(30));
  EXPECT_EQ(parse_size("64KiB").value(), 65536);
  EXPECT_EQ(parse_size("10MB").value(), 10'000'000);
  for (const char* text :
       {"", "m", "-5s", "5 s", "5y", "99999999999999999999", "9223372036854775807d"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
  EXPECT_EQ(format_size(2147483648), "2.0 GiB");
  const Timestamp now = parse_rfc3339("2026-01-02T00:00:00Z").value();
  EXPECT_EQ(format_age("2026-01-01T23:59:00Z", now), "60s");
  EXPECT_EQ(format_age("2025-12-01T00:00:00Z", now), "32d");
  EXPECT_EQ(format_age("", now), "-");
}

TEST(Units, reads_and_writes_cores) {
  const std::pair<const char*, int64_t> cases[] = {
      {"2", 2000}, {"0.5", 500}, {"250m", 250}, {"1.125", 1125}, {"0", 0}};
  for (const auto& [text, millis] : cases) EXPECT_EQ(parse_cores(text).value(), millis) << text;
  for (const char* text : {"", ".5", "1.", "1.2345", "-1", "2 cores", "1.x", "99999999999"}) {
    EXPECT_FALSE(parse_cores(text)) << text;
  }
  EXPECT_EQ(format_cores(2000), "2");
  EXPECT_EQ(format_cores(250), "0.25");
  EXPECT_EQ(format_cores(1125), "1.125");
}

TEST(Table, cuts_text_between_characters) {
  EXPECT_EQ(first_characters("größe", 3), "grö");
  EXPECT_EQ(first_characters("größe", 9), "größe");
  EXPECT_EQ(first_characters("", 0), "");
}

TEST(EventStream, reads_events_from_any_pieces) {
  const std::string text =
      ": hello\nid: 7\ndata: a\ndata: b\n\nevent: status\r\ndata: c\r\n\r\nevent: empty\n\n";
  for (size_t piece = 1; piece < text.size(); ++piece) {
    EventStream stream;
    std::vector<std::string> seen;
    for (size_t at = 0; at < text.size(); at += piece) {
      stream.feed(std::string_view(text).substr(at, piece), [&](const ServerSentEvent& event) {
        seen.push_back(event.name + "=" + event.data);
        return true;
      });
    }
    EXPECT_THAT(seen, ElementsAre("=a\nb", "status=c"));
    EXPECT_EQ(stream.last_id(), "7");
  }
}

TEST(Contexts, accepts_only_plain_server_urls) {
  EXPECT_EQ(normal_url("http://127.0.0.1:8080/").value(), "http://127.0.0.1:8080");
  for (const char* url : {"", "127.0.0.1:8080", "ftp://x", "http://", "http:///x", "http://a b",
                          "http://user:pw@x", "http://x/?a=b", "file:///etc/passwd"}) {
    EXPECT_FALSE(normal_url(url)) << url;
  }
  EXPECT_EQ(context_name_of("https://slipway.example:8443"), "slipway.example:8443");
}

}  // namespace
}  // namespace slipway::cli
