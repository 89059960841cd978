#include "api/ui_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "api/api_fixture_test.h"
#include "api/ui_routes.h"

namespace slipway::api {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::Not;

class UiFilesTest : public ApiTest {
 protected:
  UiFilesTest() : folder_(fs::temp_directory_path() / ("ui-files-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_ / "assets");
    put("index.html", "<p>index");
    put("assets/main-1.js", "let a");
    put("assets/main-1.js.gz", "zipped");
    put("assets/main-1.css", "p {}");
    put("secret.txt", "not of the UI");
    anonymous = true;
  }
  ~UiFilesTest() override { fs::remove_all(folder_); }

  void put(const fs::path& name, std::string_view content) {
    std::ofstream(folder_ / name) << content;
  }
  Api with_files() {
    ApiParts all = parts();
    all.ui = UiFiles::load(folder_).value();
    return Api(std::move(all));
  }
  static Reply get_from(const Api& api, std::string path, HeaderFields fields = {}) {
    Request request;
    request.path = std::move(path);
    request.fields = std::move(fields);
    return api.answer(request, false);
  }
  static const HeaderFields& browser() {
    static const HeaderFields kFields = {{"Accept", "text/html,application/xhtml+xml,*/*;q=0.8"}};
    return kFields;
  }

  fs::path folder_;
};

TEST_F(UiFilesTest, serves_the_page_to_everybody_and_binds_what_it_may_load) {
  const Api served = with_files();
  const Reply reply = get_from(served, "/");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, "<p>index");
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  const std::string policy(serve::find_field(reply.fields, "Content-Security-Policy"));
  EXPECT_THAT(policy, HasSubstr("script-src 'self';"));
  EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
  EXPECT_EQ(serve::find_field(reply.fields, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(serve::find_field(reply.fields, "Cache-Control"), "no-cache");
}

TEST_F(UiFilesTest, a_browser_that_has_the_page_is_told_so_until_it_changes) {
  const std::string etag(serve::find_field(get_from(with_files(), "/").fields, "ETag"));
  const Reply same = get_from(with_files(), "/", {{"If-None-Match", etag}});
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  put("index.html", "<p>next");
  EXPECT_EQ(get_from(with_files(), "/", {{"If-None-Match", etag}}).body, "<p>next");
}

TEST_F(UiFilesTest, hashed_files_are_kept_for_ever_and_sent_compressed_to_who_takes_it) {
  const Api served = with_files();
  const Reply plain = get_from(served, "/assets/main-1.js");
  EXPECT_EQ(plain.body, "let a");
  EXPECT_EQ(plain.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(serve::find_field(plain.fields, "Cache-Control"),
            "public, max-age=31536000, immutable");
  EXPECT_EQ(serve::find_field(plain.fields, "Vary"), "Accept-Encoding");
  const Reply zipped = get_from(served, "/assets/main-1.js", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(zipped.body, "zipped");
  EXPECT_EQ(serve::find_field(zipped.fields, "Content-Encoding"), "gzip");
  EXPECT_EQ(get_from(served, "/assets/main-1.js", {{"Accept-Encoding", "gzip;q=0"}}).body, "let a");
  EXPECT_EQ(get_from(served, "/assets/main-1.css", {{"Accept-Encoding", "gzip"}}).body, "p {}");
}

TEST_F(UiFilesTest, no_path_leads_out_of_the_folder) {
  const Api served = with_files();
  for (const char* path :
       {"/assets/..%2Fsecret.txt", "/assets/../secret.txt", "/assets/secret.txt",
        "/assets/%2Fetc%2Fpasswd", "/assets/index.html", "/assets/main-1.js.gz", "/secret.txt"}) {
    EXPECT_EQ(get_from(served, path, browser()).body.find("not of the UI"), std::string::npos)
        << path;
    EXPECT_EQ(get_from(served, path).status, 404) << path;
  }
}

TEST_F(UiFilesTest, links_into_the_ui_give_the_page_and_unknown_paths_of_programs_stay_unknown) {
  const Api served = with_files();
  EXPECT_EQ(get_from(served, "/deployments/iris", browser()).body, "<p>index");
  EXPECT_EQ(get_from(served, "/deployments/iris").status, 404);
  EXPECT_EQ(get_from(served, "/api/v1/nothing", browser()).status, 404);
  EXPECT_EQ(get_from(served, "/assets/gone.js", browser()).status, 404);
  EXPECT_THAT(get_from(served, "/docs", browser()).body, Not(HasSubstr("index")));
  Request write;
  write.method = http::Method::kPost;
  write.path = "/deployments/iris";
  write.fields = browser();
  EXPECT_EQ(served.answer(write, false).status, 404);
  Request internal;
  internal.path = "/";
  internal.fields = browser();
  EXPECT_EQ(served.answer(internal, true).status, 404);
}

TEST_F(UiFilesTest, without_files_the_page_says_how_to_build_them) {
  const Reply reply = get_from(api, "/", browser());
  EXPECT_EQ(reply.status, 200);
  EXPECT_THAT(reply.body, HasSubstr("make build"));
  EXPECT_EQ(UiFiles::load(folder_ / "assets").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace slipway::api
