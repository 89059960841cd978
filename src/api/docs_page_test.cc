#include "api/docs_page.h"

#include <gmock/gmock.h>

#include "api/api_fixture_test.h"

namespace slipway::api {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST_F(ApiTest, shows_people_every_route_that_programs_see) {
  anonymous = true;
  const Reply reply = get("/docs");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.content_type, "text/html; charset=utf-8");
  for (const Route& route : api.routes().routes()) {
    const std::string id = "id=\"" + route.operation + "\"";
    if (route.access == Access::kInternal) {
      EXPECT_THAT(reply.body, Not(HasSubstr(id)));
    } else {
      EXPECT_THAT(reply.body, HasSubstr(id));
    }
  }
}

TEST_F(ApiTest, shows_who_may_call_every_route) {
  const std::string page = get("/docs").body;
  for (const Route& route : api.routes().routes()) {
    if (route.access == Access::kInternal) continue;
    EXPECT_THAT(page, HasSubstr("<th scope=\"row\"><a href=\"#" + route.operation + "\">"));
  }
  EXPECT_THAT(page,
              HasSubstr("<a href=\"#putMember\"><code>PUT /api/v1/groups/{group}/members/{user}"
                        "</code></a></th><td>401</td><td>404</td><td>403</td><td>yes</td>"
                        "<td>yes</td><td>403</td>"));
}

TEST_F(ApiTest, the_page_fetches_nothing_and_leads_nowhere_unknown) {
  const std::string page = docs_page(api.routes(), "<b>1</b>");
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;1&lt;/b&gt;"));
  EXPECT_THAT(page, Not(HasSubstr("<script")));
  EXPECT_THAT(page, Not(HasSubstr("src=")));
  // Every link inside the page has its end.
  for (size_t at = page.find("href=\"#"); at != std::string::npos;
       at = page.find("href=\"#", at + 1)) {
    const size_t from = at + 7;
    const std::string id = page.substr(from, page.find('"', from) - from);
    EXPECT_THAT(page, HasSubstr("id=\"" + id + "\""));
  }
}

}  // namespace
}  // namespace slipway::api
