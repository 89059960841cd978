#pragma once
// One request of a client and its answer, on its way through the gateway: to a replica or to
// control. Phases: route -> auth -> limits -> balance -> exchange; the last one is the state
// machine of exchange_state.h, driven by the client's connection on one side and an
// UpstreamConnection on the other.
//
// A client connection borrows one of these while it is busy (ExchangePool), for request after
// request; buffers keep their room, so nothing allocates once warm. Worker's thread only. It never
// throws, never blocks, and never holds back bytes of a reply.

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/access_ring.h"
#include "gateway/client_gate.h"
#include "gateway/exchange_state.h"
#include "gateway/gateway_config.h"
#include "gateway/model_reply.h"
#include "gateway/rate_fields.h"
#include "gateway/refusal.h"
#include "gateway/replica_watch.h"
#include "gateway/reward_scan.h"
#include "gateway/route_directory.h"
#include "gateway/router.h"
#include "gateway/upstream_pool.h"
#include "gateway/wait_queue.h"
#include "gateway/worker_metrics.h"
#include "gateway/worker_random.h"
#include "os/reactor.h"
#include "serve/exchange.h"

namespace slipway::gateway {

// The parts of its worker that an exchange works with; they outlive it.
struct ExchangeContext {
  os::Reactor& reactor;
  UpstreamPool& pool;
  RouteDirectory& routes;
  ClientGate& clients;
  WorkerMetrics& metrics;
  AccessRing* access;  // null: there is no access log
  QuickRandom& random;
  PuidSource& puids;
  Upstream* control;  // null: this gateway has none
  const ExchangeLimits& limits;
};

class ProxyExchange final : public serve::RequestHandler, private ReplyReceiver, private Waiting {
 public:
  explicit ProxyExchange(const ExchangeContext& context);

  void on_head(const http::RequestHead& head, serve::Exchange& client) override;
  void on_body(std::string_view bytes) override;
  void on_end() override;
  void on_abort(serve::AbortCause cause) override;
  void on_writable() override;

  ExchangeState state() const { return state_; }

 private:
  void on_connected() override;
  void on_reply_head(const http::ResponseHead& head) override;
  void on_switched(const http::ResponseHead& head) override;
  void on_reply_body(std::string_view bytes) override;
  void on_reply_trailers(std::string_view lines) override {
    reply_trailers_ = lines;
    if (grpc_) grpc_status_ = grpc_status_in(lines);
  }
  void on_reply_end(bool clean) override;
  void on_reply_whole(const http::ResponseHead& head, std::string_view body, bool clean) override;
  void on_lost(const Loss& loss) override;
  void on_request_drained() override;

  bool on_room() override;
  bool on_new_routes() override;

  void begin_model_request(const http::RequestHead& head, const Decision& decision);
  // The client of a private route; nothing when it was refused, which is answered then.
  std::optional<std::string_view> admit(const http::RequestHead& head);
  // False when the deployment's rate refuses the request, which is answered then.
  bool keep_to_rate();
  // Where a call of gRPC goes, decided from what the router said and the metadata.
  void begin_grpc(const http::RequestHead& head, const Decision& decision);
  void begin_control(const http::RequestHead& head);
  void answer_preflight(std::string_view allow);
  void answer_probe(int status);
  AnswerFacts answer_facts() const;
  void accept(const http::RequestHead& head);

  // Chooses an upstream and sends it what is known of the request: `first_body` and request_; or
  // waits until there is one.
  void attempt(std::string_view first_body);
  void begin_attempt(Upstream& chosen, std::string_view first_body);
  Upstream* balance();
  // Of proxy_exchange_queue.cc: every replica is at its limit.
  void wait_for_room(std::string_view first_body);
  void leave_queue();
  // By the newest routes from now on; false when they refuse it, which is answered then.
  bool move_to(RouteTable& table);
  // Whoever was let in under older routes; false when these do not know it.
  bool readmit(const LocalRoute& local);
  void hold_instead(RouteTable& table, const LocalRoute& local);
  void send_first(std::string_view first_body);
  void send_body(std::string_view bytes);
  // Appends body bytes to request_, with chunk framing when the request has it.
  void keep_body(std::string_view bytes);
  // What is left of the time for a reply.
  std::chrono::milliseconds time_left() const {
    return timeout_ - std::chrono::duration_cast<std::chrono::milliseconds>(waited_);
  }
  // The same, and pauses the client when that is enough.
  void keep_within_bounds(std::string_view bytes);
  void pause_upload();
  void request_is_whole();

  // Of proxy_exchange_websocket.cc: both sides have switched.
  void pass_to_replica(std::string_view bytes);
  bool stays_open(RouteTable& newest);
  void end_websocket();
  void settle_websocket();

  serve::ResponseStart make_start(const http::ResponseHead& head);
  void answer(const OwnReply& reply);
  void answer_unknown(std::string_view deployment);
  void answer_not_serving(const snapshot::Route& route);
  void fail(Failure failure, const OwnReply& reply);
  void fail(const Refusal& refusal) { fail(refusal.failure, refusal.reply); }
  // The client sees its answer end too early; `status` says why, for the counters.
  void cut(int status);

  void release_connection(bool to_pool);
  // Ends the accounting of this request: what the client was told, or what it should have been.
  void settle(int status);
  // The replica has answered whole.
  void count_exchange(int status);
  // A call of gRPC has ended, after which `status` says how when the replica has not.
  void count_call(int status);
  // There was no good answer, for this reason.
  void count_failure(Failure failure);
  void record(int status, Monotonic now);
  void advance(ExchangeEvent event);
  void on_timeout();

  ExchangeContext context_;
  serve::Exchange* client_ = nullptr;  // null while idle
  ExchangeState state_ = ExchangeState::kIdle;
  bool to_control_ = false;
  bool grpc_ = false;           // over HTTP/2 on both sides; our own answers have its form
  bool seldon_ = true;          // an endpoint of Seldon's: our own answers have its form
  bool request_whole_ = false;  // the client has sent all of it
  bool request_kept_ = false;   // request_ holds all that was to be sent so far
  bool upload_paused_ = false;
  bool queued_ = false;
  bool reply_paused_ = false;
  bool asks_websocket_ = false;
  bool switched_ = false;  // to WebSocket: bytes pass both ways, in the state kReplying
  http::Method method_ = http::Method::kGet;
  Protocol protocol_ = Protocol::kHttp11;
  int grpc_status_ = kNoGrpcStatus;  // of the replica
  std::string_view tls_;             // its version; static text
  http::Framing framing_ = http::Framing::kNone;
  unsigned attempts_ = 0;
  int status_ = 0;
  uint64_t body_received_ = 0;
  uint64_t body_sent_ = 0;
  uint64_t body_limit_ = 0;
  std::chrono::milliseconds timeout_{0};
  Monotonic started_{};
  Monotonic attempted_{};  // when the last upstream was chosen
  Monotonic queued_at_{};
  std::chrono::microseconds waited_{0};  // in the queue, in all; a part of timeout_
  Failure failure_ = Failure::kCount;
  AppliedRates rates_;
  std::string_view caller_;          // client of a private route; as long as table_
  std::string_view deployment_;      // as long as table_
  const Upstream* tried_ = nullptr;  // the last one, also when it is released; as long as table_
  Service service_ = Service::kPredictions;
  RewardScan reward_;                  // of feedback
  RouteTable* table_ = nullptr;        // pinned
  const LocalRoute* route_ = nullptr;  // of table_; null for control
  Upstream* upstream_ = nullptr;       // counted in its in_flight
  UpstreamConnection* connection_ = nullptr;
  ReplicaWatch watch_;  // of upstream_
  os::Timer timer_;

  std::string request_;       // the upstream's head, and body bytes that may have to be sent again
  std::string reply_fields_;  // lines of the client's head
  std::string reply_trailers_;
  std::string own_body_;
  std::string puid_;
  std::string request_id_;  // X-Request-Id of the client
  std::string event_path_;
  std::string target_;  // scratch
};

// Lends exchanges to client connections. One per worker.
class ExchangePool final : public serve::HandlerSource {
 public:
  explicit ExchangePool(const ExchangeContext& context) : context_(context) {}
  serve::RequestHandler& acquire() override;
  void release(serve::RequestHandler& handler) override;

 private:
  ExchangeContext context_;
  std::vector<std::unique_ptr<ProxyExchange>> all_;
  std::vector<ProxyExchange*> unused_;
};

}  // namespace slipway::gateway
