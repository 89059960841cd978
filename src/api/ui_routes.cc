#include "api/ui_routes.h"

#include <memory>
#include <utility>

namespace slipway::api {

void add_ui_routes(RouteTable& table, UiFiles files) {
  const auto shared = std::make_shared<const UiFiles>(std::move(files));
  table.add(
      {http::Method::kGet,
       "/",
       "getUi",
       Access::kAnyone,
       {.tag = "ui",
        .summary = "The web UI; also at every path that is no other route, for who accepts "
                   "text/html",
        .response_schema = "HtmlPage",
        .response_type = "text/html",
        .more_answers = {{.status = 304}}},
       [shared](const RouteCall& call) -> Result<Reply> { return shared->page(call.request); }});
  table.add(
      {http::Method::kGet,
       "/assets/{file}",
       "getUiFile",
       Access::kAnyone,
       {.tag = "ui",
        .summary = "A script, style sheet or picture of the web UI",
        .response_schema = "UiFile",
        .response_type = "text/javascript",
        .more_answers = {{200, "UiFile", "text/css"}, {200, "UiFile", "image/svg+xml"}}},
       [shared](const RouteCall& call) { return shared->asset(call.request, call.path["file"]); }});
}

}  // namespace slipway::api
