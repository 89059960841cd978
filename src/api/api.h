#pragma once
// The whole REST API as one function from Request to Reply: finds the route, checks the credential
// and the content type, runs the handler, turns errors into problems. Made once by main; answer()
// may be called from any thread and may block as long as a use case does, so never on a reactor's.
// It keeps no state between requests.

#include <optional>
#include <string>
#include <vector>

#include "api/identity_doors.h"
#include "api/oidc_routes.h"
#include "api/operation_routes.h"
#include "api/routes.h"
#include "api/ui_files.h"
#include "base/log.h"
#include "control/audit_log.h"
#include "control/clients.h"
#include "control/deployments.h"
#include "control/gateway_feed.h"
#include "control/groups.h"
#include "control/instance_types.h"
#include "control/kept_answers.h"
#include "control/list_news.h"
#include "control/metrics.h"
#include "control/pull_secrets.h"
#include "control/system_report.h"
#include "control/traffic.h"
#include "control/usage_report.h"
#include "control/users.h"
#include "control/webhooks.h"

namespace slipway::api {

// What the API is made of; the references outlive it.
struct ApiParts {
  control::Deployments& deployments;
  control::Clients& clients;
  control::PullSecrets& secrets;
  control::AuditLog& audit;
  control::UsageReport& usage;
  control::Webhooks& webhooks;
  control::KeptAnswers& answers;
  control::ListNews& news;
  control::GatewayFeed& feed;
  control::Traffic& traffic;
  control::Metrics& metrics;
  control::System& system;
  control::Users& users;
  control::Groups& groups;
  control::InstanceTypes& instance_types;
  IdentityDoors identity;
  OperationParts operations;
  std::string public_url;  // "http://127.0.0.1:8080"
  Logger log;
  OidcDoors oidc = {};
  UiFiles ui = {};
};

class Api {
 public:
  explicit Api(ApiParts parts);

  // `internal`: it came over the socket between our own processes, and reaches nothing but the
  // routes there.
  Reply answer(const Request& request, bool internal) const;

  const RouteTable& routes() const { return table_; }

 private:
  // Puts the caller into the call, or gives the answer that refuses it.
  std::optional<Reply> refuse(const Route& route, RouteCall& call) const;
  // By the session's cookie; `csrf_token` is what a write has to show.
  Result<identity::Principal> who(const Request& request, std::string& csrf_token) const;
  Reply routed(const Request& request, bool internal) const;

  // Who a request comes from now; for answers that take long.
  Result<control::Caller> authenticate(const Request& request) const;

  IdentityDoors identity_;
  control::KeptAnswers& answers_;
  std::string public_url_;
  Logger log_;
  RouteTable table_;
};

}  // namespace slipway::api
