#include "http/uri.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace slipway::http {
namespace {

TEST(Uri, splits_at_the_first_question_mark) {
  EXPECT_EQ(split_target("/a/b?c=d?e").path, "/a/b");
  EXPECT_EQ(split_target("/a/b?c=d?e").query, "c=d?e");
  EXPECT_EQ(split_target("/a").query, "");
}

TEST(Uri, plain_paths_may_be_routed) {
  for (const char* path : {"/", "/a", "/a/", "/a/b-c_d~.e", "/a.b", "/...", "/%41", "/a%20b",
                           "/\xC3\xA9", "/%C3%A9", "/.a", "/a..b"}) {
    EXPECT_EQ(check_path(path), PathProblem::kNone) << path;
  }
}

TEST(Uri, paths_that_two_readers_could_read_differently_may_not) {
  EXPECT_EQ(check_path(""), PathProblem::kNotAbsolute);
  EXPECT_EQ(check_path("*"), PathProblem::kNotAbsolute);
  EXPECT_EQ(check_path("//"), PathProblem::kEmptySegment);
  EXPECT_EQ(check_path("/a//b"), PathProblem::kEmptySegment);
  for (const char* path :
       {"/.", "/..", "/a/../b", "/a/..", "/a/./b", "/%2e%2E/b", "/.%2e", "/%2e"}) {
    EXPECT_EQ(check_path(path), PathProblem::kDotSegment) << path;
  }
  for (const char* path : {"/a%2Fb", "/a%2fb", "/a\\b", "/a%5Cb", "/..%2f"}) {
    EXPECT_EQ(check_path(path), PathProblem::kEncodedSlash) << path;
  }
  for (const char* path : {"/%", "/%4", "/%zz", "/a%2", "/%%41"}) {
    EXPECT_EQ(check_path(path), PathProblem::kBadEncoding) << path;
  }
  EXPECT_EQ(check_path("/a%00b"), PathProblem::kControlByte);
  EXPECT_EQ(check_path("/a%0d"), PathProblem::kControlByte);
  EXPECT_EQ(check_path("/a\x7f"), PathProblem::kControlByte);
}

TEST(Uri, decodes_and_leaves_the_output_alone_on_failure) {
  std::string out = "kept";
  EXPECT_TRUE(percent_decode("%41+b%2f", out));
  EXPECT_EQ(out, "keptA+b/");
  EXPECT_FALSE(percent_decode("x%4", out));
  EXPECT_EQ(out, "keptA+b/");
  out.clear();
  EXPECT_TRUE(form_decode("a+b%2B", out));
  EXPECT_EQ(out, "a b+");
}

TEST(Uri, decoding_undoes_encoding) {
  const bool holds = rc::check([](const std::string& text) {
    std::string out;
    RC_ASSERT(percent_decode(percent_encode(text), out));
    RC_ASSERT(out == text);
  });
  EXPECT_TRUE(holds);
}

TEST(Uri, gives_segments) {
  EXPECT_EQ(path_segments("/a/b"), (std::vector<std::string_view>{"a", "b"}));
  EXPECT_EQ(path_segments("/a/"), (std::vector<std::string_view>{"a", ""}));
  EXPECT_EQ(path_segments("/"), (std::vector<std::string_view>{""}));
}

TEST(QueryParameters, decodes_names_and_values) {
  const auto parameters = QueryParameters::parse("a=1&b=x%20y+z&a=2&flag&&=e&c=d=e");
  ASSERT_TRUE(parameters);
  EXPECT_EQ(parameters->find("a"), "1");
  EXPECT_EQ(parameters->find("b"), "x y z");
  EXPECT_EQ(parameters->find("flag"), "");
  EXPECT_EQ(parameters->find(""), "e");
  EXPECT_EQ(parameters->find("c"), "d=e");
  EXPECT_FALSE(parameters->has("d"));
  EXPECT_EQ(parameters->size(), 6U);
}

TEST(QueryParameters, refuses_bad_escapes_and_too_many) {
  EXPECT_FALSE(QueryParameters::parse("a=%4"));
  EXPECT_FALSE(QueryParameters::parse("%zz=1"));
  std::string many;
  for (int i = 0; i < 65; ++i) many += "a=b&";
  const auto refused = QueryParameters::parse(many);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalid);
}

}  // namespace
}  // namespace slipway::http
