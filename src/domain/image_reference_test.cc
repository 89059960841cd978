#include "domain/image_reference.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway::domain {
namespace {

const std::string kDigest = "sha256:" + std::string(64, 'a');

TEST(ImageReference, is_taken_apart) {
  struct Case {
    std::string text;
    ImageReference parts;
  };
  const Case cases[] = {
      {"iris", {"", "iris", "", ""}},
      {"iris:1", {"", "iris", "1", ""}},
      {"team/iris:v1.2_3-x", {"", "team/iris", "v1.2_3-x", ""}},
      {"localhost/iris", {"localhost", "iris", "", ""}},
      {"localhost:5000/a/b:1", {"localhost:5000", "a/b", "1", ""}},
      {"registry.example.org/a__b/c-d--e", {"registry.example.org", "a__b/c-d--e", "", ""}},
      {"[::1]:5000/iris:1", {"[::1]:5000", "iris", "1", ""}},
      {"iris@" + kDigest, {"", "iris", "", kDigest}},
      {"h.example:1/iris:2@" + kDigest, {"h.example:1", "iris", "2", kDigest}},
      {"HOST/iris", {"HOST", "iris", "", ""}},
  };
  for (const Case& one : cases) {
    const auto parsed = parse_image_reference(one.text);
    ASSERT_TRUE(parsed) << one.text << ": " << parsed.error().message;
    EXPECT_EQ(*parsed, one.parts) << one.text;
  }
}

TEST(ImageReference, refuses_what_breaks_the_grammar) {
  for (const std::string& bad : {std::string(""),
                                 std::string(" "),
                                 std::string("Iris"),
                                 std::string("iris:"),
                                 std::string("iris:-x"),
                                 std::string("iris:" + std::string(129, 'a')),
                                 std::string("/iris"),
                                 std::string("iris/"),
                                 std::string("a//b"),
                                 std::string("a..b"),
                                 std::string("a___b"),
                                 std::string("-a"),
                                 std::string("a-"),
                                 std::string("../etc"),
                                 std::string("a/../b"),
                                 std::string("iris latest"),
                                 std::string("iris\n"),
                                 std::string("iris@sha256:abc"),
                                 std::string("iris@"),
                                 std::string("iris@md5:") + std::string(32, 'a'),
                                 std::string("host.example:x/iris"),
                                 std::string("host.example:/iris"),
                                 std::string("-h.example/iris"),
                                 std::string(256, 'a'),
                                 std::string("a:b:c"),
                                 std::string("https://h.example/iris")}) {
    const auto parsed = parse_image_reference(bad);
    EXPECT_FALSE(parsed) << "'" << bad << "'";
    if (!parsed) {
      EXPECT_EQ(parsed.error().code, ErrorCode::kInvalid);
    }
  }
}

TEST(ImageReference, never_loses_a_byte_of_what_it_accepts) {
  EXPECT_TRUE(rc::check("parts put together are the text", [] {
    const auto text =
        *rc::gen::container<std::string>(rc::gen::elementOf(std::string("ab1.-_/:@[]A")));
    const auto parsed = parse_image_reference(text);
    if (!parsed) return;
    std::string again = parsed->registry.empty() ? "" : parsed->registry + "/";
    again += parsed->path;
    if (!parsed->tag.empty()) again += ":" + parsed->tag;
    if (!parsed->digest.empty()) again += "@" + parsed->digest;
    RC_ASSERT(again == text);
  }));
}

}  // namespace
}  // namespace slipway::domain
