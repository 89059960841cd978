#pragma once
// An Api on fakes, and short ways to ask it: for the tests of this room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "api/api.h"
#include "api/fake_audit_log_test.h"
#include "api/fake_clients_test.h"
#include "api/fake_deployments_test.h"
#include "api/fake_kept_answers_test.h"
#include "api/fake_list_news_test.h"
#include "api/fake_metrics_test.h"
#include "api/fake_people_test.h"
#include "api/fake_pull_secrets_test.h"
#include "api/fake_system_test.h"
#include "api/fake_traffic_test.h"
#include "api/fake_usage_report_test.h"
#include "api/fake_webhooks_test.h"
#include "base/json.h"

namespace slipway::api {

class FakeFeed : public control::GatewayFeed {
 public:
  void publish(std::vector<snapshot::Route>) override {}
  uint64_t adopted_everywhere() const override { return 0; }
  uint64_t oldest_in_use() const override { return 0; }
  std::shared_ptr<const snapshot::Snapshot> current() const override { return nullptr; }
  std::vector<control::GatewayView> gateways() const override { return {}; }
  void poll(const snapshot::Ack& ack, uint64_t after, std::chrono::milliseconds,
            std::function<void(std::shared_ptr<const std::string>)> answer) override {
    acks.push_back(ack);
    last_after = after;
    answer(next);
  }

  std::vector<snapshot::Ack> acks;
  uint64_t last_after = 0;
  std::shared_ptr<const std::string> next;
};

class ApiTest : public testing::Test {
 protected:
  // "": it has none.
  static std::string field_of(const Reply& reply, std::string_view name) {
    for (const auto& [field, value] : reply.fields) {
      if (field == name) return value;
    }
    return "";
  }
  static constexpr const char* kWriter = "slw_writer";
  static constexpr const char* kReader = "slw_reader";
  static constexpr const char* kAdmin = "slw_admin";

  ApiTest() : api(parts()) {}

  ApiParts parts() {
    IdentityDoors doors;
    doors.authenticate = [this](std::string_view credential) -> Result<identity::Principal> {
      if (credential == kWriter && writer_revoked) {
        return fail(ErrorCode::kUnauthenticated, "the API token is unknown, expired or revoked");
      }
      if (credential == kWriter)
        return identity::Principal{"ada", false, writer_groups, true, "t1"};
      if (credential == kReader) return identity::Principal{"bob", false, {"default"}, false, "t2"};
      if (credential == kAdmin) return identity::Principal{"root", true, {}, true, "t3"};
      return fail(ErrorCode::kUnauthenticated, "the API token is unknown, expired or revoked");
    };
    doors.sign_in = [](const std::string& user, const std::string& password, const std::string&,
                       const std::string& name) -> Result<identity::IssuedToken> {
      if (user != "ada" || password != "correct") {
        return fail(ErrorCode::kUnauthenticated, "user or password is wrong");
      }
      identity::IssuedToken issued;
      issued.secret = "slw_secret";
      issued.token.id = "t9";
      issued.token.name = name;
      issued.token.user = user;
      return issued;
    };
    doors.begin_session = [](const std::string& user, const std::string& password,
                             const std::string&) -> Result<identity::NewSession> {
      if (password != "correct") {
        return fail(ErrorCode::kThrottled, "too many failed sign-ins");
      }
      return identity::NewSession{user, "cookie-secret", "csrf", {}, false};
    };
    doors.sign_in_wait = [](const std::string&, const std::string&) {
      return std::optional(std::chrono::seconds(17));
    };
    doors.session = [this](std::string_view secret) -> Result<identity::SignedIn> {
      if (secret != "cookie-secret") return fail(ErrorCode::kUnauthenticated, "it is over");
      identity::Principal ada{"ada", false, {"default"}, true};
      ada.must_change_password = must_change_password;
      return identity::SignedIn{ada, "csrf", {}};
    };
    doors.end_session = [this](std::string_view secret, const std::string&) -> Result<void> {
      ended_sessions.emplace_back(secret);
      return {};
    };
    doors.change_password = [](const std::string& user, const std::string& old_password,
                               const std::string&,
                               const std::string&) -> Result<identity::NewSession> {
      if (old_password != "correct") {
        return fail(Error{ErrorCode::kInvalid, "no", {{"old_password", "is not your password"}}});
      }
      return identity::NewSession{user, "next-secret", "next-csrf", {}, false};
    };
    doors.issue = [](const identity::NewToken& wanted,
                     const std::string&) -> Result<identity::IssuedToken> {
      identity::IssuedToken issued;
      issued.secret = "slw_issued";
      issued.token.name = wanted.name;
      issued.token.user = wanted.user;
      issued.token.scope = wanted.scope;
      return issued;
    };
    doors.list = [](const std::string& user) -> Result<std::vector<identity::ApiToken>> {
      identity::ApiToken token;
      token.id = "t1";
      token.user = user;
      return std::vector<identity::ApiToken>{token};
    };
    doors.revoke = [this](const std::string& user, const std::string& id, const std::string& actor,
                          const std::string&) -> Result<void> {
      last_revoke = user + " by " + actor;
      if (id != "t1") return fail(ErrorCode::kNotFound, "there is no such token");
      return {};
    };
    OperationParts operations;
    operations.version = "0.1.0";
    operations.readiness = {{"store", [this]() -> Result<void> {
                               if (store_away) return fail(ErrorCode::kUnavailable, "disk full");
                               return {};
                             }}};
    return {.deployments = deployments,
            .clients = clients,
            .secrets = secrets,
            .audit = audit,
            .usage = usage,
            .webhooks = webhooks,
            .answers = answers,
            .news = news,
            .feed = feed,
            .traffic = traffic,
            .metrics = metrics,
            .system = system,
            .users = users,
            .groups = groups,
            .instance_types = instance_types,
            .identity = doors,
            .operations = operations,
            .public_url = "http://slipway.test/",
            .log = Logger::silent()};
  }

  // `target` may hold a query. A body makes the request JSON.
  Reply ask(http::Method method, std::string_view target, std::string body = "",
            HeaderFields fields = {}, bool internal = false) {
    Request request;
    request.method = method;
    const http::PathAndQuery split = http::split_target(target);
    request.path = split.path;
    request.query = split.query;
    request.fields = std::move(fields);
    if (!has_field(request, "Authorization") && !anonymous) {
      request.fields.emplace_back("Authorization", std::string("Bearer ") + kWriter);
    }
    if (!body.empty() && !has_field(request, "Content-Type")) {
      request.fields.emplace_back("Content-Type", "application/json");
    }
    request.body = std::move(body);
    request.peer = "192.0.2.7";
    return api.answer(request, internal);
  }
  Reply get(std::string_view target) { return ask(http::Method::kGet, target); }
  Reply ask_as(const char* token, http::Method method, std::string_view target,
               std::string body = "", HeaderFields fields = {}) {
    fields.emplace_back("Authorization", std::string("Bearer ") + token);
    return ask(method, target, std::move(body), std::move(fields));
  }
  Reply post(std::string_view target, std::string body = "", HeaderFields fields = {}) {
    return ask(http::Method::kPost, target, std::move(body), std::move(fields));
  }

  static Json json(const Reply& reply) { return parse_json(reply.body).value_or(Json("not JSON")); }
  // "path: message" of every field error.
  static std::vector<std::string> faults(const Reply& reply) {
    std::vector<std::string> out;
    const Json document = json(reply);
    for (const auto& error : document.value("errors", Json::array())) {
      out.push_back(error["path"].get<std::string>() + ": " + error["message"].get<std::string>());
    }
    return out;
  }

  void create_iris() {
    ASSERT_EQ(post("/api/v1/deployments", R"({"name":"iris","id":"iris","image":"iris:1"})").status,
              201);
  }

  bool anonymous = false;
  bool writer_revoked = false;
  std::vector<std::string> writer_groups = {"default"};
  bool store_away = false;
  bool must_change_password = false;
  std::vector<std::string> ended_sessions;
  std::string last_revoke;
  FakeDeployments deployments;
  FakeClients clients;
  FakePullSecrets secrets;
  FakeAuditLog audit;
  FakeUsageReport usage;
  FakeWebhooks webhooks;
  FakeKeptAnswers answers;
  FakeListNews news{deployments};
  FakeFeed feed;
  FakeTraffic traffic;
  FakeMetrics metrics;
  FakeSystem system;
  FakeUsers users;
  FakeGroups groups;
  FakeInstanceTypes instance_types;
  Api api;
};

}  // namespace slipway::api
