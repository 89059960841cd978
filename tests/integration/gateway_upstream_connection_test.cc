// A connection to a replica of HTTP/2 on a reactor without a kernel, for what depends on when the
// kernel takes bytes: what is a request's and what is the connection's own.

#include <gtest/gtest.h>

#include <string>

#include "gateway/upstream_pool.h"
#include "support/h2_replica.h"
#include "support/scripted_reactor.h"

namespace slipway::test {
namespace {

using gateway::Upstream;
using gateway::UpstreamConnection;
using gateway::UpstreamPool;
using gateway::UpstreamProtocol;

constexpr std::string_view kHead =
    "POST /test.Model/Echo HTTP/1.1\r\nHost: model\r\ncontent-type: application/grpc\r\n"
    "content-length: 9\r\n\r\n";

class GatewayUpstreamConnection : public testing::Test, public gateway::ReplyReceiver {
 protected:
  void SetUp() override {
    connection_ = pool_.connect(upstream_, UpstreamProtocol::kHttp2);
    connection_->attach(*this, http::Method::kPost);
    stream_ = reactor_.outgoing().back();
    stream_->accept_connect();
    reactor_.turn();
  }

  void on_connected() override {}
  void on_reply_head(const http::ResponseHead&) override {}
  void on_switched(const http::ResponseHead&) override {}
  void on_reply_body(std::string_view) override {}
  void on_reply_trailers(std::string_view) override {}
  void on_reply_whole(const http::ResponseHead&, std::string_view, bool clean) override {
    on_reply_end(clean);
  }
  // What an exchange asks before it gives the connection back.
  void on_reply_end(bool clean) override {
    clean_ = clean;
    request_sent_ = connection_->request_sent();
    pool_.give_back(*connection_);
    ended_ = true;
  }
  void on_lost(const gateway::Loss&) override { ADD_FAILURE(); }
  void on_request_drained() override {}

  void hear_request() { model_.hear(stream_->received_by_peer()); }
  std::string answer() {
    model_.respond("", "grpc-status: 0\r\n");
    return model_.say();
  }

  ScriptedReactor reactor_;
  UpstreamPool pool_{reactor_, {}};
  Upstream upstream_{"replica", os::TcpAddress{"127.0.0.1", 9}};
  UpstreamConnection* connection_ = nullptr;
  ScriptedStream* stream_ = nullptr;
  H2Replica model_;
  bool ended_ = false;
  bool clean_ = false;
  bool request_sent_ = false;
};

// io_uring sends at the end of a turn; so what is heard in one turn with the answer, the replica's
// settings for one, is acknowledged after it.
TEST_F(GatewayUpstreamConnection, has_sent_a_request_though_an_acknowledgement_still_waits) {
  upstream_.tables = 1;
  connection_->send(kHead, "a message");
  EXPECT_TRUE(connection_->request_sent());
  hear_request();
  stream_->stall(true);
  stream_->say(model_.say());
  reactor_.turn();
  EXPECT_GT(stream_->unsent(), 0U) << "no acknowledgement";
  stream_->say(answer());
  reactor_.turn();
  EXPECT_TRUE(ended_ && clean_ && request_sent_);
  EXPECT_EQ(pool_.take(upstream_, UpstreamProtocol::kHttp2), connection_);
}

TEST_F(GatewayUpstreamConnection, has_not_sent_a_request_whose_last_bytes_wait) {
  connection_->send(kHead);
  hear_request();
  stream_->stall(true);
  stream_->say(model_.say());
  reactor_.turn();
  connection_->send("a message");
  EXPECT_FALSE(connection_->request_sent());
  stream_->stall(false);
  EXPECT_TRUE(connection_->request_sent());
}

TEST_F(GatewayUpstreamConnection, acknowledges_what_came_with_the_answer_before_the_next_request) {
  upstream_.tables = 1;
  connection_->send(kHead, "a message");
  hear_request();
  const size_t before = stream_->received_by_peer().size();
  stream_->say(answer());
  reactor_.turn();
  EXPECT_TRUE(ended_);
  EXPECT_GT(stream_->received_by_peer().size(), before);
}

}  // namespace
}  // namespace slipway::test
