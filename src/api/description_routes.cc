#include "api/description_routes.h"

#include <memory>
#include <string>

#include "api/docs_page.h"
#include "api/openapi.h"

namespace slipway::api {
namespace {

struct Texts {
  std::string openapi;
  std::string docs;
};

}  // namespace

void add_description_routes(RouteTable& table, std::string_view version) {
  const auto texts = std::make_shared<Texts>();
  table.add({http::Method::kGet,
             "/docs",
             "getDocs",
             Access::kAnyone,
             {.tag = "operations",
              .summary = "This description for people",
              .response_schema = "HtmlPage",
              .response_type = "text/html"},
             [texts](const RouteCall&) -> Result<Reply> {
               Reply reply;
               reply.content_type = "text/html; charset=utf-8";
               reply.fields.emplace_back("Content-Security-Policy",
                                         "default-src 'none'; style-src 'unsafe-inline'");
               reply.body = texts->docs;
               return reply;
             }});
  table.add({http::Method::kGet,
             "/openapi.json",
             "getOpenApi",
             Access::kAnyone,
             {.tag = "operations", .summary = "This document", .response_schema = "OpenApi"},
             [texts](const RouteCall&) -> Result<Reply> {
               Reply reply;
               reply.content_type = "application/json";
               reply.body = texts->openapi;
               return reply;
             }});
  texts->openapi = openapi_document(table, version);
  texts->docs = docs_page(table, version);
}

}  // namespace slipway::api
