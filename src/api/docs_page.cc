#include "api/docs_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "api/access_table.h"
#include "api/answer_once.h"
#include "base/json.h"

namespace slipway::api {
namespace {

// System fonts and colours: readable in light and dark, by keyboard and screen reader.
constexpr std::string_view kStyle = R"(
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
code, pre { font: 0.9em ui-monospace, monospace; overflow-wrap: anywhere; }
pre { overflow: auto; padding: 0.5rem; border: 1px solid GrayText; border-radius: 4px; }
article { border-top: 1px solid GrayText; padding: 0.5rem 0; }
h3 { margin: 0.2rem 0; font-size: 1rem; }
.who { color: GrayText; }
table { border-collapse: collapse; width: 100%; } .wide { overflow: auto; }
th, td { text-align: left; padding: 0.1rem 0.6rem 0.1rem 0; border-top: 1px solid GrayText; }
dt { font-weight: 600; } dd { margin: 0 0 0.4rem 1rem; }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string_view who_may(Access access) {
  switch (access) {
    case Access::kAnyone:
      return "anyone";
    case Access::kSignedIn:
      return "anyone who is signed in";
    case Access::kMember:
      return "members of the group; for others it does not exist";
    case Access::kGroupAdmin:
      return "admins of the group; for others than its members it does not exist";
    case Access::kPlatformAdmin:
      return "platform admins";
    case Access::kPlatformAdminHidden:
      return "platform admins; for others than the group's members it does not exist";
    case Access::kInternal:
      break;
  }
  return "Slipway's own processes";
}

std::string schema_link(std::string_view name) {
  constexpr std::string_view kPage = "Page:";
  const bool is_page = name.substr(0, kPage.size()) == kPage;
  const std::string_view schema = is_page ? name.substr(kPage.size()) : name;
  return fmt::format("{}<a href=\"#schema-{}\">{}</a>", is_page ? "a page of " : "",
                     escaped(schema), escaped(schema));
}

std::string operation_html(const Route& route) {
  const RouteText& text = route.text;
  std::string out = fmt::format(
      "<article id=\"{0}\"><h3><code>{1} {2}</code></h3>\n<p>{3}. <span class=\"who\">Who: "
      "{4}{5}.</span></p>\n<dl>",
      escaped(route.operation), http::to_string(route.method), escaped(route.pattern),
      escaped(text.summary), who_may(route.access),
      is_write(route.method) && route.access != Access::kAnyone ? "; not with a read-only token"
                                                                : "");
  const auto row = [&out](std::string_view term, const std::string& what) {
    out += fmt::format("<dt>{}</dt><dd>{}</dd>\n", term, what);
  };
  if (!text.query.empty()) row("Query", "<code>" + escaped(text.query) + "</code>");
  if (text.takes_if_match) row("If-Match", "refuses with 412 when it was changed meanwhile");
  if (takes_idempotency_key(route)) row("Idempotency-Key", "a repeat within 24 h does nothing new");
  if (!text.request_schema.empty()) row("Body", schema_link(text.request_schema));
  const auto answer = [&](int status, std::string_view schema, std::string_view type) {
    row(fmt::format("Answer {}", status),
        schema.empty()
            ? std::string("no body")
            : fmt::format("{} <span class=\"who\">{}</span>", schema_link(schema), type));
  };
  answer(text.status, text.response_schema, text.response_type);
  for (const RouteAnswer& more : text.more_answers) answer(more.status, more.schema, more.type);
  return out + "</dl></article>\n";
}

// Everybody who may knock at every route, and what they are told there.
std::string access_html(const RouteTable& table) {
  std::string out =
      "<section id=\"access\"><h2>Who may call what</h2>\n<p>By the group of the object that is "
      "asked for. yes: let in; otherwise the status of the refusal. The read-only token is a "
      "platform admin's.</p>\n<div class=\"wide\"><table><thead><tr><th scope=\"col\">Route</th>";
  for (const Knocker knocker : kKnockers) {
    out += fmt::format("<th scope=\"col\">{}</th>", to_string(knocker));
  }
  out += "</tr></thead><tbody>\n";
  for (const Route& route : table.routes()) {
    if (route.access == Access::kInternal) continue;
    out += fmt::format("<tr><th scope=\"row\"><a href=\"#{}\"><code>{} {}</code></a></th>",
                       escaped(route.operation), http::to_string(route.method),
                       escaped(route.pattern));
    for (const Knocker knocker : kKnockers) {
      const int refusal = refusal_of(route, knocker);
      out += fmt::format("<td>{}</td>", refusal == 0 ? "yes" : std::to_string(refusal));
    }
    out += "</tr>\n";
  }
  return out + "</tbody></table></div></section>\n";
}

std::string anchor_of(std::string_view tag) {
  std::string out = "tag-" + escaped(tag);
  std::replace(out.begin(), out.end(), ' ', '-');
  return out;
}

std::vector<std::string_view> tags_of(const RouteTable& table) {
  std::vector<std::string_view> tags;
  for (const Route& route : table.routes()) {
    if (route.access == Access::kInternal) continue;
    if (std::find(tags.begin(), tags.end(), route.text.tag) == tags.end()) {
      tags.push_back(route.text.tag);
    }
  }
  return tags;
}

}  // namespace

std::string docs_page(const RouteTable& table, std::string_view version) {
  std::string out = fmt::format(
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>Slipway API</title>\n"
      "<style>{}</style></head>\n<body><main><h1>Slipway API {}</h1>\n"
      "<p>For programs: <a href=\"/openapi.json\">openapi.json</a> (OpenAPI 3.1). Send "
      "<code>Authorization: Bearer slw_...</code>. Every refusal is a problem (RFC 9457) with a "
      "stable <code>type</code>.</p>\n<nav><ul>",
      kStyle, escaped(version));
  const std::vector<std::string_view> tags = tags_of(table);
  for (const std::string_view tag : tags) {
    out += fmt::format("<li><a href=\"#{}\">{}</a></li>", anchor_of(tag), escaped(tag));
  }
  out += "<li><a href=\"#access\">who may call what</a></li></ul></nav>\n";
  out += access_html(table);
  for (const std::string_view tag : tags) {
    out += fmt::format("<section id=\"{}\"><h2>{}</h2>\n", anchor_of(tag), escaped(tag));
    for (const Route& route : table.routes()) {
      if (route.access != Access::kInternal && route.text.tag == tag) out += operation_html(route);
    }
    out += "</section>\n";
  }
  out += "<section><h2>Schemas</h2>\n";
  for (const std::string_view some : table.schemas()) {
    const Json schemas = parse_json(some).value_or(Json::object());
    for (const auto& [name, schema] : schemas.items()) {
      out +=
          fmt::format("<details id=\"schema-{0}\"><summary>{0}</summary><pre>{1}</pre></details>\n",
                      escaped(name), escaped(schema.dump(2)));
    }
  }
  return out + "</section></main></body></html>\n";
}

}  // namespace slipway::api
