// Clients, replicas and control say anything in any order, slowly, twice or never, while snapshots
// change and time passes; between them stands all of a worker but its thread. Claims:
// - a replica reads nothing but whole, strict requests, without credentials, and the next one on a
//   connection only when its reply to the one before was whole, clean and the last it had said;
// - a client reads strict replies, not more than it asked for, each to its own question;
// - nobody touches a stream that is closed, and when all have gone, nothing is left: no connection,
//   no request in flight, no old snapshot.
#include <cerrno>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>

#include "gateway/client_gate.h"
#include "gateway/proxy_exchange.h"
#include "gateway/route_directory.h"
#include "gateway/upstream_pool.h"
#include "message_reader.h"
#include "serve/server.h"
#include "support/require.h"
#include "support/scripted_reactor.h"

namespace {

using namespace slipway;
using namespace std::chrono_literals;
using test::require;
using test::ScriptedStream;

constexpr int kDoor = 7;
constexpr std::string_view kToken = "0123456789abcdef0123456789abcdef";

class Tape {
 public:
  explicit Tape(std::string_view bytes) : bytes_(bytes) {}
  bool over() const { return bytes_.empty(); }
  uint8_t next() {
    const std::string_view byte = take(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }
  std::string_view take(size_t count) {
    const std::string_view out = bytes_.substr(0, count);
    bytes_.remove_prefix(out.size());
    return out;
  }

 private:
  std::string_view bytes_;
};

class CountingRandom final : public Random {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = static_cast<std::byte>(next_++);
  }

 private:
  uint8_t next_ = 0;
};

class FixedClock final : public Clock {
 public:
  Timestamp now() const override { return from_unix_micros(1'700'000'000'000'000); }
  Monotonic monotonic() const override { return {}; }
};

snapshot::Route route(const char* deployment, unsigned replicas) {
  snapshot::Route out;
  out.deployment = deployment;
  out.state = replicas == 0 ? snapshot::RouteState::kNotReady : snapshot::RouteState::kServing;
  out.reason = replicas == 0 ? "no replica is ready" : "";
  out.body_limit_bytes = 100'000;
  out.request_timeout_ms = 5'000;
  out.replica_concurrency = replicas == 1 ? 1 : 0;
  for (unsigned i = 0; i < replicas; ++i) {
    out.replicas.push_back({"r" + std::to_string(i), "127.0.0.1", static_cast<uint16_t>(9000 + i)});
  }
  return out;
}

std::shared_ptr<const snapshot::Snapshot> snapshot_with(uint64_t version, unsigned replicas) {
  auto out = std::make_shared<snapshot::Snapshot>();
  out->version = version;
  out->control_id = "control";
  out->digest_key.fill(3);
  out->routes = {route("open", replicas), route("shut", 1)};
  snapshot::Route& shut = out->routes[1];
  shut.access = snapshot::Access::kPrivate;
  shut.clients = {{.name = "bob", .digest = snapshot::token_digest(kToken, out->digest_key)}};
  shut.clients[0].requests_per_minute = 60;
  shut.requests_per_minute = 30;
  require(snapshot::validate(*out).has_value(), "the snapshot is one");
  return out;
}

// What a client may begin with; "N" is the request's number. Bodies of the longest outgrow what is
// kept of a request.
std::string request(uint8_t kind, unsigned number) {
  const std::string echo = "Host: a\r\nx-echo: " + std::to_string(number) + "\r\n";
  const auto with_body = [&](const std::string& start, const std::string& body, const char* more) {
    return start + " HTTP/1.1\r\n" + echo + more +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  };
  const std::string open = "POST /deployment/open/api/v1.0/predictions";
  const std::string shut = "POST /deployment/shut/api/v1.0/predictions";
  const std::string bearer = "Authorization: Bearer " + std::string(kToken) + "\r\n";
  switch (kind % 16) {
    case 0:
      return with_body(open, "{\"data\":{}}", "");
    case 1:
      return open + " HTTP/1.1\r\n" + echo +
             "Transfer-Encoding: chunked\r\n\r\n4\r\n{\"a\"\r\n3\r\n:1}\r\n0\r\n\r\n";
    case 2:
      return with_body("POST /deployment/open/api/v1.0/feedback", "{\"reward\":0.5}", "");
    case 3:
      return "GET /deployment/open/api/v1.0/status/m HTTP/1.1\r\n" + echo + "\r\n";
    case 4:
      return "GET /deployment/open/v2/models?a=b HTTP/1.1\r\n" + echo + "\r\n";
    case 5:
      return "HEAD /deployment/open/page HTTP/1.1\r\n" + echo + "\r\n";
    case 6:
      return open + " HTTP/1.1\r\n" + echo + "Expect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    case 7:
      return "hello";
    case 8:
      return with_body(shut, "{}", bearer.c_str());
    case 9:
      return with_body(shut, "{}", "Authorization: Basic Ym9iOnQ=\r\n");
    case 10:
      return "OPTIONS /deployment/open/api/v1.0/predictions HTTP/1.1\r\n" + echo + "\r\n";
    case 11:
      return with_body("PUT /deployment/open/big", std::string(90'000, 'b'), "");
    case 12:
      return "GET /api/v1/me HTTP/1.1\r\n" + echo + "\r\n";
    case 13:
      return with_body(open, "{}", "Connection: close\r\n");
    case 14:
      return open + " HTTP/1.1\r\n" + echo + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n";
    default:
      return open + " HTTP/1.1\r\nHost: a\r\n";
  }
}

// What a replica may answer with, right and wrong.
std::string reply(uint8_t kind, const std::string& echo) {
  const std::string ok = "HTTP/1.1 200 OK\r\nx-echo: " + echo + "\r\n";
  switch (kind % 16) {
    case 0:
      return ok + "Content-Length: 2\r\n\r\nok";
    case 1:
      return ok + "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n";
    case 2:
      return "HTTP/1.1 100 Continue\r\n\r\n" + ok + "Content-Length: 0\r\n\r\n";
    case 3:
      return ok + "\r\nuntil the end";
    case 4:
      return ok + "Transfer-Encoding: chunked\r\n\r\n";
    case 5:
      return "3\r\nabc\r\n";
    case 6:
      return "0\r\n\r\n";
    case 7:
      return "HTTP/1.1 204 No Content\r\n\r\n";
    case 8:
      return "HTTP/1.1 304 Not Modified\r\nContent-Length: 10\r\n\r\n";
    case 9:
      return ok + "Content-Length: 2\r\nContent-Length: 3\r\n\r\nok";
    case 10:
      return ok + "Content-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\n";
    case 11:
      return ok + "Connection: close\r\nContent-Length: 2\r\n\r\nok";
    case 12:
      return ok + "Content-Length: 300000\r\n\r\n" + std::string(300'000, 'r');
    case 13:
      return ok + "Content-Le";
    case 14:
      return "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    default:
      return ok + "Content-Length: 5\r\n\r\nhe";
  }
}

// One connection with what both of its ends have said so far.
struct Line {
  explicit Line(ScriptedStream* between) : stream(between) {}
  Line(const Line&) = delete;  // readers know each other
  Line& operator=(const Line&) = delete;

  ScriptedStream* stream;
  size_t answered = 0;  // replies that the peer has begun
  fuzz::MessageReader requests;
  fuzz::MessageReader replies{requests};
};

class World {
 public:
  World() {
    control_.address = os::TcpAddress{"127.0.0.1", 8000};
    control_.tables = 1;
    require(server_->listen(kDoor).has_value(), "the server listens");
    adopt(2);
  }

  // One step of the script.
  void step(Tape& tape) {
    const uint8_t what = tape.next();
    switch (what % 16) {
      case 0:
        connect_client();
        break;
      case 1:
      case 2:
        if (Line* line = pick(clients_, tape)) {
          line->stream->say(request(tape.next(), ++asked_));
        }
        break;
      case 3:
        if (Line* line = pick(clients_, tape)) say_raw(*line, tape);
        break;
      case 4:
        if (Line* line = pick(clients_, tape)) line->stream->end();
        break;
      case 5:
        if (Line* line = pick(clients_, tape)) line->stream->fail(ECONNRESET);
        break;
      case 6:
        if (Line* line = pick(replicas_, tape)) line->stream->accept_connect();
        break;
      case 7:
      case 8:
        if (Line* line = pick(replicas_, tape)) answer(*line, tape.next());
        break;
      case 9:
        // What is forged cannot be told from what is mixed up.
        forged_ = true;
        if (Line* line = pick(replicas_, tape)) say_raw(*line, tape);
        break;
      case 10:
        if (Line* line = pick(replicas_, tape)) line->stream->end();
        break;
      case 11:
        if (Line* line = pick(replicas_, tape)) {
          line->stream->fail(line->stream->connecting() ? ECONNREFUSED : ECONNRESET);
        }
        break;
      case 12: {
        constexpr std::chrono::milliseconds kTimes[] = {1ms, 60ms, 1'100ms, 6s, 12s, 80s};
        pass(kTimes[tape.next() % std::size(kTimes)]);
        break;
      }
      case 13:
        if (Line* line = pick(clients_, tape)) line->stream->stall(tape.next() % 2 == 0);
        break;
      case 14:
        if (Line* line = pick(replicas_, tape)) line->stream->stall(tape.next() % 2 == 0);
        break;
      default:
        if (const uint8_t which = tape.next() % 8; which == 7) {
          server_->drain(serve::IdleConnections::kClose);
        } else {
          adopt(which % 4);
        }
    }
    settle();
  }

  // Everybody goes, and nothing is left.
  void end() {
    server_->drain(serve::IdleConnections::kClose);
    for (Line& line : clients_) {
      line.stream->stall(false);
      line.stream->end();
    }
    settle();
    adopt(0);
    for (int i = 0; i < 10; ++i) {
      // Control's streams may last for ever.
      for (Line& line : replicas_) {
        if (line.stream->to() == control_.address) line.stream->fail(ECONNRESET);
      }
      settle();
      pass(30s);
    }
    require(server_->open_connections() == 0, "no connection of a client is left");
    for (const Line& line : clients_) require(line.stream->closed(), "a client's stream is closed");
    for (const Line& line : replicas_) require(line.stream->closed(), "a replica's is, too");
    require(metrics_.in_flight.value() == 0, "no request is in flight");
    require(routes_.oldest_sequence_in_use() == sequence_, "no old snapshot is in use");
    require(routes_.upstreams() == 1, "replicas that left are forgotten");
    require(metrics_.deployment("open")->ejections.ejected.value() == 0,
            "none of them is counted as ejected");
    require(pool_.counters().idle.value() == 0, "no connection is idle");
  }

 private:
  static Line* pick(std::deque<Line>& lines, Tape& tape) {
    return lines.empty() ? nullptr : &lines[tape.next() % lines.size()];
  }
  void connect_client() {
    if (clients_.size() == 4) return;
    if (ScriptedStream* stream = reactor_.accept(kDoor)) clients_.emplace_back(stream);
  }
  static void say_raw(Line& line, Tape& tape) {
    const size_t count = tape.next();
    line.stream->say(tape.take(count));
  }
  void answer(Line& line, uint8_t kind) {
    const auto& asked = line.requests.messages();
    const std::string said = reply(kind, asked.empty() ? "" : asked.back().echo);
    // Nor can an answer to what was answered before, or not asked yet.
    if (said.starts_with("HTTP")) forged_ |= ++line.answered > asked.size();
    line.stream->say(said);
  }
  void adopt(unsigned replicas) {
    ++sequence_;
    routes_.adopt(sequence_, snapshot_with(sequence_, replicas), reactor_.now());
  }
  void pass(std::chrono::milliseconds time) {
    reactor_.advance(time);
    routes_.tidy(reactor_.now());
    while (routes_.step(reactor_.now())) {
    }
    pool_.sweep();
    settle();
  }

  void settle() {
    reactor_.turn();
    while (replicas_.size() < reactor_.outgoing().size()) {
      replicas_.emplace_back(reactor_.outgoing()[replicas_.size()]);
    }
    for (Line& line : replicas_) check_replica(line);
    for (Line& line : clients_) check_client(line);
  }
  void check_replica(Line& line) {
    const std::string& heard = line.stream->received_by_peer();
    const size_t before = line.requests.messages().size();
    line.requests.read(heard);
    line.replies.read(line.stream->told());
    require(!line.requests.refused(), "a replica reads strict requests");
    const auto& asked = line.requests.messages();
    for (size_t i = before; i < asked.size(); ++i) {
      require(!asked[i].authorized || line.stream->to() == control_.address,
              "a model sees no credentials");
      if (i == 0) continue;
      require(asked[i - 1].whole, "requests follow whole ones");
      const auto& told = line.replies.messages();
      require(told.size() == i && told.back().whole && told.back().keep_alive,
              "a connection is used again after a whole reply");
      require(line.replies.at_rest() && !line.replies.refused(), "and nothing was said behind it");
    }
  }
  void check_client(Line& line) {
    constexpr std::string_view kHttp2 = "PRI ";
    if (line.stream->told().starts_with(kHttp2)) return;
    line.requests.read(line.stream->told());
    line.replies.read(line.stream->received_by_peer());
    if (line.stream->closed()) line.replies.end();
    const auto& asked = line.requests.messages();
    const auto& told = line.replies.messages();
    require(!line.replies.refused(), "a client reads strict replies");
    require(told.size() <= asked.size() + 1, "no more of them than it asked for");
    for (size_t i = 0; i < told.size(); ++i) {
      if (i == asked.size()) {
        require(told[i].status >= 400, "what is no request gets an error");
      } else if (!forged_ && !told[i].echo.empty()) {
        require(told[i].echo == asked[i].echo, "each reply is to its question");
      }
    }
  }

  test::ScriptedReactor reactor_;
  CountingRandom random_;
  const FixedClock clock_;
  gateway::WorkerMetrics metrics_;
  gateway::ClientBook book_{1};
  gateway::RateBook rates_;
  gateway::UpstreamPool pool_{reactor_, {}};
  gateway::RouteDirectory routes_{pool_, metrics_, book_, rates_, 1, [] {}};
  gateway::QuickRandom quick_{1};
  gateway::PuidSource puids_{random_};
  gateway::ClientGate gate_{clock_, 0};
  gateway::Upstream control_{"control", os::UnixAddress{}};
  const gateway::ExchangeLimits limits_;
  gateway::ExchangePool exchanges_{
      {reactor_, pool_, routes_, gate_, metrics_, nullptr, quick_, puids_, &control_, limits_}};
  std::unique_ptr<serve::Server> server_ = serve::make_server(reactor_, exchanges_, {});
  std::deque<Line> clients_;
  std::deque<Line> replicas_;
  uint64_t sequence_ = 0;
  unsigned asked_ = 0;
  bool forged_ = false;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  Tape tape({reinterpret_cast<const char*>(data), std::min<size_t>(size, 4'096)});
  World world;
  while (!tape.over()) world.step(tape);
  world.end();
  return 0;
}
