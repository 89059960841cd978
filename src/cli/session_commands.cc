#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>

#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/table.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

struct LoginOptions {
  std::string url;
  std::string user;
  std::string name;
  std::string ca_file;
  bool password_stdin = false;
};

Result<void> login(const Session& session, const LoginOptions& options) {
  const Outside& outside = session.outside;
  std::string given = options.url.empty() ? session.url : options.url;
  if (given.empty()) given = outside.environment("SLIPWAY_URL").value_or("");
  TRY_ASSIGN(const std::string url, normal_url(given));
  TRY_ASSIGN(const std::string path, session.config_path());
  TRY_ASSIGN(Contexts contexts, load_contexts(path));

  std::string user = options.user;
  if (user.empty()) user = outside.ask("User: ").value_or("");
  if (user.empty()) {
    return fail(ErrorCode::kInvalid, "there is no terminal to ask for the user; give --user");
  }
  TRY_ASSIGN(const std::string password,
             read_password(session, fmt::format("Password of {}: ", user), options.password_stdin));

  Context context;
  context.url = url;
  context.user = user;
  context.ca_file = options.ca_file;
  const ApiClient client(outside, context);
  TRY_ASSIGN(const ApiReply reply,
             client.post("/api/v1/session", {{"user", user},
                                             {"password", password},
                                             {"token_name", "slipway on " + outside.host_name()}}));
  context.token = text_at(reply.body, {"token"});
  context.token_id = text_at(reply.body, {"id"});
  if (context.token.empty()) {
    return fail(ErrorCode::kInternal, "what answers at " + url + " gave no token");
  }
  std::string name = options.name.empty() ? session.context : options.name;
  if (name.empty()) name = context_name_of(url);
  contexts.by_name[name] = context;
  contexts.current = name;
  TRY(save_contexts(path, contexts));
  outside.err(fmt::format("logged in to {} as {}; the context is '{}'\n", url, user, name));
  return {};
}

Result<void> logout(const Session& session) {
  TRY_ASSIGN(const std::string path, session.config_path());
  TRY_ASSIGN(Contexts contexts, load_contexts(path));
  const std::string name = session.context.empty() ? contexts.current : session.context;
  const auto found = contexts.by_name.find(name);
  if (found == contexts.by_name.end()) {
    return fail(ErrorCode::kNotFound,
                name.empty() ? "nobody is logged in" : "there is no context '" + name + "'");
  }
  // The token ends at the server, too; a server that is away must not keep anyone logged in here.
  const ApiClient client(session.outside, found->second);
  const auto revoked = client.remove("/api/v1/tokens/" + call::url_encode(found->second.token_id));
  if (!revoked && revoked.error().code == ErrorCode::kUnavailable) {
    session.outside.err("the token could not be revoked at the server: " + revoked.error().message +
                        "\n");
  }
  contexts.by_name.erase(found);
  if (contexts.current == name) contexts.current.clear();
  TRY(save_contexts(path, contexts));
  session.outside.err(fmt::format("logged out of '{}'\n", name));
  return {};
}

// The old and the new one, each a line of stdin, or typed unseen, the new one twice.
Result<Json> read_password_change(const Session& session, bool from_stdin) {
  if (from_stdin) {
    const std::string text = session.outside.read_stdin();
    const size_t end = text.find('\n');
    std::string rest = end == std::string::npos ? "" : text.substr(end + 1);
    if (const size_t last = rest.find('\n'); last != std::string::npos) rest.resize(last);
    return Json{{"old_password", text.substr(0, end)}, {"new_password", rest}};
  }
  TRY_ASSIGN(const std::string old_one, read_password(session, "Password now: ", false));
  TRY_ASSIGN(const std::string new_one, read_password(session, "New password: ", false));
  TRY_ASSIGN(const std::string again, read_password(session, "New password again: ", false));
  if (again != new_one) {
    return fail(ErrorCode::kInvalid, "the new passwords differ; nothing was changed");
  }
  return Json{{"old_password", old_one}, {"new_password", new_one}};
}

Result<void> change_password(const Session& session, const ApiClient& client, bool from_stdin) {
  TRY_ASSIGN(const Json document, read_password_change(session, from_stdin));
  TRY(client.post("/api/v1/me/password", document));
  session.outside.err("the password is changed; browsers must sign in again\n");
  return {};
}

Json context_json(const std::string& name, const Context& context, bool current) {
  return {{"name", name},
          {"url", context.url},
          {"user", context.user},
          {"current", current},
          {"signed_in", !context.token.empty()}};
}

Result<void> get_contexts(const Session& session) {
  TRY_ASSIGN(const std::string path, session.config_path());
  TRY_ASSIGN(const Contexts contexts, load_contexts(path));
  Json items = Json::array();
  for (const auto& [name, context] : contexts.by_name) {
    items.push_back(context_json(name, context, name == contexts.current));
  }
  session.show(
      items,
      [&](bool) {
        Table table({"CURRENT", "NAME", "URL", "USER"});
        for (const Json& item : items) {
          table.add({item["current"] == true ? "*" : " ", text_at(item, {"name"}),
                     text_at(item, {"url"}), text_at(item, {"user"})});
        }
        return table.text();
      },
      [&] { return names_of(items, "name"); });
  return {};
}

Result<void> use_context(const Session& session, const std::string& name) {
  TRY_ASSIGN(const std::string path, session.config_path());
  TRY_ASSIGN(Contexts contexts, load_contexts(path));
  if (contexts.by_name.find(name) == contexts.by_name.end()) {
    return fail(ErrorCode::kNotFound,
                "there is no context '" + name + "'; 'slipway config get-contexts' lists them");
  }
  contexts.current = name;
  return save_contexts(path, contexts);
}

Result<void> view(const Session& session) {
  TRY_ASSIGN(const Context server, session.server());
  const Json document = {{"url", server.url},
                         {"user", server.user},
                         {"signed_in", !server.token.empty()},
                         {"ca_file", server.ca_file}};
  session.show(
      document,
      [&](bool) {
        return fmt::format("URL:        {}\nUser:       {}\nSigned in:  {}\n", server.url,
                           server.user.empty() ? "-" : server.user,
                           server.token.empty() ? "no" : "yes");
      },
      [&] { return server.url + "\n"; });
  return {};
}

}  // namespace

void add_session_commands(CLI::App& app, Session& session) {
  auto* in = app.add_subcommand("login", "Sign in to a server and remember an API token for it");
  const auto options = std::make_shared<LoginOptions>();
  in->add_option("URL", options->url, "http:// or https:// address of the server");
  in->add_option("-u,--user", options->user, "User; asked for when missing");
  in->add_flag("--password-stdin", options->password_stdin, "Read the password from stdin");
  in->add_option("--name", options->name, "Name of the context (default: host and port)");
  in->add_option("--ca-file", options->ca_file, "Trust the certificates of this PEM file instead");
  in->footer(example("slipway login http://127.0.0.1:8080 --user admin"));
  in->callback([&session, options] {
    session.action = [&session, options] { return login(session, *options); };
  });

  auto* out = app.add_subcommand("logout", "Revoke the token of a context and forget it");
  out->footer(example("slipway logout --context 127.0.0.1:8080"));
  out->callback([&session] { session.action = [&session] { return logout(session); }; });

  const auto from_stdin = std::make_shared<bool>(false);
  add_verb(app, session, "passwd", "Change your own password", "slipway passwd",
           [&session, from_stdin](const ApiClient& client) {
             return change_password(session, client, *from_stdin);
           })
      ->add_flag("--password-stdin", *from_stdin,
                 "Read the old and the new one from stdin, a line each");

  auto* config = app.add_subcommand("config", "The servers that this machine knows");
  config->require_subcommand(1);
  config->footer(example("slipway config get-contexts"));
  auto* list = config->add_subcommand("get-contexts", "List the contexts");
  list->footer(example("slipway config get-contexts -o json"));
  list->callback([&session] { session.action = [&session] { return get_contexts(session); }; });
  auto* use = config->add_subcommand("use-context", "Choose the current context");
  const auto name = std::make_shared<std::string>();
  use->add_option("NAME", *name, "Name of the context")->required();
  use->footer(example("slipway config use-context 127.0.0.1:8080"));
  use->callback([&session, name] {
    session.action = [&session, name] { return use_context(session, *name); };
  });
  auto* show = config->add_subcommand("view", "Show which server and user a command would use");
  show->footer(example("slipway config view"));
  show->callback([&session] { session.action = [&session] { return view(session); }; });
  auto* path = config->add_subcommand("path", "Show where the contexts are kept");
  path->footer(example("slipway config path"));
  path->callback([&session] {
    session.action = [&session]() -> Result<void> {
      TRY_ASSIGN(const std::string file, session.config_path());
      session.outside.out(file + "\n");
      return {};
    };
  });
}

}  // namespace slipway::cli
