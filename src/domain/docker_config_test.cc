#include "domain/docker_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/base64.h"
#include "base/json.h"

namespace slipway::domain {
namespace {

using testing::HasSubstr;

Result<std::vector<RegistryLogin>> read(const Json& document) {
  return read_docker_config(document, "docker_config");
}

TEST(DockerConfig, reads_one_or_several_registries) {
  const auto logins =
      read({{"auths",
             {{"https://index.docker.io/v1/", {{"auth", base64_encode("ada:a:b")}}},
              {"ghcr.io", {{"username", "bob"}, {"password", "hush"}, {"email", "b@x"}}}}}});
  ASSERT_TRUE(logins) << logins.error().message;
  EXPECT_EQ(*logins,
            (std::vector<RegistryLogin>{{"docker.io", "ada", "a:b"}, {"ghcr.io", "bob", "hush"}}));
}

TEST(DockerConfig, refuses_a_credential_helper_saying_what_to_give_instead) {
  for (const Json& config :
       {Json{{"auths", {{"ghcr.io", Json::object()}}}, {"credsStore", "desktop"}},
        Json{{"credHelpers", {{"ghcr.io", "gcloud"}}}}}) {
    const auto logins = read(config);
    ASSERT_FALSE(logins);
    EXPECT_THAT(logins.error().message, HasSubstr("credential helper"));
  }
  const auto left_empty = read({{"auths", {{"ghcr.io", Json::object()}}}});
  ASSERT_FALSE(left_empty);
  EXPECT_THAT(left_empty.error().message, HasSubstr("credential helper"));
}

TEST(DockerConfig, names_every_bad_entry_and_never_its_secret) {
  const auto logins = read({{"auths",
                             {{"a/b/c", {{"auth", "aHVzaDpodXNo"}}},
                              {"x.io", {{"auth", "hush!"}}},
                              {"y.io", {{"auth", base64_encode("hush")}}},
                              {"z.io", {{"auth", base64_encode("u:" + std::string(20'000, 'h'))}}},
                              {"t.io", {{"identitytoken", "hush"}}},
                              {"https://w.io", {{"auth", base64_encode("u:hush")}}},
                              {"w.io", {{"auth", base64_encode("u:hush")}}}}}});
  ASSERT_FALSE(logins);
  const auto& fields = logins.error().fields;
  ASSERT_EQ(fields.size(), 6U);
  EXPECT_EQ(fields[0].path, "docker_config.auths[\"a/b/c\"]");
  EXPECT_EQ(fields[1].path, "docker_config.auths[\"x.io\"].auth");
  EXPECT_EQ(fields[3].path, "docker_config.auths[\"z.io\"].password");
  EXPECT_THAT(fields[5].message, HasSubstr("second time"));
  for (const FieldError& field : fields) {
    EXPECT_EQ(field.message.find("hush"), std::string::npos) << field.message;
    EXPECT_EQ(field.message.find("aHVza"), std::string::npos) << field.message;
  }
}

TEST(DockerConfig, refuses_what_is_no_config) {
  for (const Json& config : {Json::array(), Json("auths"), Json::object(), Json{{"auths", {}}},
                             Json{{"auths", Json::object()}}, Json{{"auths", {{"a.io", 1}}}}}) {
    EXPECT_FALSE(read(config)) << dump_json(config);
  }
}

}  // namespace
}  // namespace slipway::domain
