#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/people_views.h"
#include "cli/units.h"

namespace slipway::cli {
namespace {

constexpr std::string_view kTokens = "/api/v1/tokens";

// One's own, or those of somebody else.
std::string tokens_path(const std::string& user) {
  if (user.empty()) return std::string(kTokens);
  return item_path("/api/v1/users", user) + "/tokens";
}

struct TokenOptions {
  std::string name;
  std::string scope = "write";
  std::string expires;
};

Result<void> create(const Session& session, const ApiClient& client, const TokenOptions& options) {
  Json document = {{"name", options.name}, {"scope", options.scope}};
  if (!options.expires.empty()) {
    TRY_ASSIGN(const auto lifetime, parse_duration(options.expires));
    document["lifetime_seconds"] = lifetime.count() / 1000;
  }
  TRY_ASSIGN(const ApiReply reply, client.post(std::string(kTokens), document));
  show_once(session, reply.body, "token", "this is the token, shown this once; keep it safe");
  return {};
}

}  // namespace

void add_token_commands(CLI::App& app, Session& session) {
  auto* tokens = add_noun(app, "tokens", "Your API tokens", "slipway tokens list");
  tokens->alias("token");
  const auto user = std::make_shared<std::string>();
  auto* list = add_verb(*tokens, session, "list", "List API tokens", "slipway tokens list",
                        [&session, user](const ApiClient& client) -> Result<void> {
                          TRY_ASSIGN(const Json items, client.all_pages(tokens_path(*user)));
                          show_items(session, items, tokens_table, "id");
                          return {};
                        });
  list->alias("ls");
  list->add_option("--user", *user, "Those of this user (platform admins)");

  const auto options = std::make_shared<TokenOptions>();
  auto* make = add_verb(
      *tokens, session, "create", "Make an API token; only the token goes to stdout",
      "slipway tokens create ci --scope read --expires 90d > ci.token",
      [&session, options](const ApiClient& client) { return create(session, client, *options); });
  make->add_option("NAME", options->name, "What it is for")->required();
  make->add_option("--scope", options->scope, "What it may do")
      ->check(CLI::IsMember({"read", "write"}))
      ->capture_default_str();
  make->add_option("--expires", options->expires, "After how long it ends, e.g. 90d");

  const auto id = std::make_shared<std::string>();
  auto* revoke = add_verb(*tokens, session, "revoke", "End an API token at once",
                          "slipway tokens revoke t-4f2a",
                          [&session, id, user](const ApiClient& client) -> Result<void> {
                            TRY(client.remove(item_path(tokens_path(*user), *id)));
                            session.outside.err(fmt::format("revoked '{}'\n", *id));
                            return {};
                          });
  add_argument(revoke, "TOKEN-ID", id, "Id of the token, as `slipway tokens list` shows it");
  revoke->add_option("--user", *user, "One of this user (platform admins)");
}

}  // namespace slipway::cli
