#include "api/access_table.h"

#include <gmock/gmock.h>

#include <vector>

namespace slipway::api {
namespace {

using http::Method;
using testing::ElementsAre;

// In the order of kKnockers: anonymous, stranger, member, group admin, platform admin, read-only.
std::vector<int> row(Access access, Method method, std::string pattern = "/groups/{group}",
                     std::string_view body = "") {
  Route route;
  route.access = access;
  route.method = method;
  route.pattern = std::move(pattern);
  route.text.request_schema = body;
  std::vector<int> out;
  for (const Knocker knocker : kKnockers) out.push_back(refusal_of(route, knocker));
  return out;
}

TEST(AccessTable, tells_everybody_what_awaits_them) {
  EXPECT_THAT(row(Access::kAnyone, Method::kPost), ElementsAre(0, 0, 0, 0, 0, 0));
  EXPECT_THAT(row(Access::kSignedIn, Method::kPost), ElementsAre(401, 0, 0, 0, 0, 403));
  EXPECT_THAT(row(Access::kMember, Method::kGet), ElementsAre(401, 404, 0, 0, 0, 0));
  EXPECT_THAT(row(Access::kGroupAdmin, Method::kPut), ElementsAre(401, 404, 403, 0, 0, 403));
  EXPECT_THAT(row(Access::kPlatformAdmin, Method::kGet), ElementsAre(401, 403, 403, 403, 0, 0));
  EXPECT_THAT(row(Access::kPlatformAdminHidden, Method::kPatch),
              ElementsAre(401, 404, 403, 403, 0, 403));
}

TEST(AccessTable, a_foreign_group_in_a_body_is_a_wrong_field) {
  EXPECT_THAT(row(Access::kMember, Method::kPost, "/deployments", "NewDeployment"),
              ElementsAre(401, 400, 0, 0, 0, 403));
  EXPECT_THAT(row(Access::kMember, Method::kPost, "/deployments/{id}/clients", "NewClient"),
              ElementsAre(401, 404, 0, 0, 0, 403));
  EXPECT_THAT(row(Access::kGroupAdmin, Method::kGet, "/audit"),
              ElementsAre(401, 404, 403, 0, 0, 0));
}

TEST(AccessTable, gathers_the_refusals_of_a_route) {
  Route route;
  route.access = Access::kGroupAdmin;
  route.method = Method::kDelete;
  route.pattern = "/groups/{group}";
  EXPECT_THAT(refusals_of(route), ElementsAre(401, 403, 404));
}

}  // namespace
}  // namespace slipway::api
