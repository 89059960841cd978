// Counts every allocation of a thread, and proves that a warm connection makes none per request.

#include <cstdlib>
#include <new>

#include "serve/serve_fixture_test.h"

namespace {

thread_local uint64_t allocations = 0;

void* counted(size_t size) {
  ++allocations;
  void* memory = std::malloc(size == 0 ? 1 : size);
  if (memory == nullptr) std::abort();
  return memory;
}

}  // namespace

void* operator new(size_t size) { return counted(size); }
void* operator new[](size_t size) { return counted(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, size_t) noexcept { std::free(memory); }

namespace slipway::serve {
namespace {

// Answers without allocating itself, and notes the thread's count with every request.
struct FrugalHandler : RequestHandler {
  void on_head(const http::RequestHead& head, Exchange& exchange) override {
    streams_ = head.path == "/stream";
    exchange_ = &exchange;
  }
  void on_body(std::string_view) override {}
  void on_end() override {
    counts[std::min(requests++, counts.size() - 1)] = allocations;
    if (!streams_) return exchange_->respond_whole({}, "a reply of some bytes");
    exchange_->respond({});
    exchange_->body("a piece");
    exchange_->body("another piece");
    exchange_->finish();
  }
  void on_abort(AbortCause) override {}

  std::array<uint64_t, 1201> counts{};
  size_t requests = 0;

 private:
  Exchange* exchange_ = nullptr;
  bool streams_ = false;
};

struct AllocationTest : ServeTest {
  struct Source : HandlerSource {
    RequestHandler& acquire() override { return handler; }
    void release(RequestHandler&) override {}
    FrugalHandler handler;
  } source;

  void expect_none(const std::string& request, std::string_view end_of_answer) {
    start_with(source);
    TestClient client(port);
    for (int i = 0; i < 1201; ++i) {
      client.send_bytes(request);
      ASSERT_NE(client.read_until(end_of_answer), "");
    }
    stop();
    ASSERT_EQ(source.handler.requests, 1201u);
    EXPECT_EQ(source.handler.counts[1200] - source.handler.counts[200], 0u);
  }
};

TEST_F(AllocationTest, a_warm_connection_answers_whole_without_allocating) {
  expect_none("POST /whole HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello", "some bytes");
}

TEST_F(AllocationTest, a_warm_connection_streams_without_allocating) {
  expect_none("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n", "0\r\n\r\n");
}

TEST_F(AllocationTest, the_counting_works) {
  const uint64_t before = allocations;
  ::operator delete(::operator new(100));
  EXPECT_GT(allocations, before);
}

}  // namespace
}  // namespace slipway::serve
