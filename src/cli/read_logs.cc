#include "cli/read_logs.h"

#include <fmt/format.h>

#include <cstdint>
#include <map>

#include "base/base64.h"
#include "base/json.h"
#include "cli/api_reply.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr std::chrono::milliseconds kConnectAgain{1'000};
// A part of a line, its bytes beside it, and what JSON makes of both.
constexpr JsonLimits kLineLimits{.bytes = size_t{4} * 1024 * 1024, .depth = 4};

std::string logs_path(const LogWish& wish, const std::string& format, const std::string& cursor) {
  const std::string place =
      wish.replica.empty() ? "" : "/replicas/" + call::url_encode(wish.replica);
  std::string path = deployment_path(wish.deployment, place + "/logs?format=" + format);
  const auto add = [&](const char* name, const std::string& value) {
    if (!value.empty()) path += fmt::format("&{}={}", name, call::url_encode(value));
  };
  if (wish.all) add("tail", "-1");
  if (wish.tail) add("tail", std::to_string(*wish.tail));
  add("since", wish.since);
  add("until", wish.until);
  add("grep", wish.grep);
  for (const std::string& stream : wish.streams) add("stream", stream);
  if (wish.previous) path += "&previous=1";
  if (wish.follow) path += "&follow=1";
  if (wish.timestamps && format != "ndjson") path += "&timestamps=1";
  add("cursor", cursor);
  return path;
}

// Lines as the server tells them one by one, shown as text; remembers how far they were shown.
class Shown {
 public:
  Shown(const Outside& outside, const LogWish& wish) : outside_(outside), wish_(wish) {}

  Result<void> feed(std::string_view bytes) {
    pending_.append(bytes);
    size_t from = 0;
    std::string ready;
    for (size_t end = 0; (end = pending_.find('\n', from)) != std::string::npos; from = end + 1) {
      const std::string_view line = std::string_view(pending_).substr(from, end - from);
      TRY_ASSIGN(const Json document, parse_json(line, kLineLimits));
      show(document, line, ready);
    }
    pending_.erase(0, from);
    if (!ready.empty()) outside_.out(ready);
    return {};
  }
  // What came of a line before the connection broke comes again.
  void connection_broke() { pending_.clear(); }
  std::string cursor() const {
    std::string cursor;
    for (const auto& [replica, number] : last_) {
      cursor += fmt::format("{}{}:{}", cursor.empty() ? "" : ",", replica, number);
    }
    return cursor;
  }

 private:
  void show(const Json& line, std::string_view raw, std::string& ready) {
    const std::string replica = text_at(line, {"replica"});
    last_[replica] = line.value("number", int64_t{0});
    if (wish_.format == "ndjson") {
      ready.append(raw).append("\n");
      return;
    }
    const std::string from = replica + " " + text_at(line, {"stream"});
    const bool same = from == open_;
    if (!open_.empty() && !same) ready += '\n';
    if (!same) {
      if (wish_.replica.empty()) ready += replica + " | ";
      if (wish_.timestamps) ready += text_at(line, {"time"}) + " ";
    }
    std::string text = text_at(line, {"line"});
    if (line.contains("base64")) (void)base64_decode(text_at(line, {"base64"}), text);
    ready += text;
    const bool continues = line.value("continues", false);
    open_ = continues ? from : "";
    if (!continues) ready += '\n';
  }

  const Outside& outside_;
  const LogWish& wish_;
  std::string pending_;
  std::string open_;  // whose line still goes on; "": none
  std::map<std::string, int64_t> last_;
};

Result<void> follow(const ApiClient& client, const Outside& outside, const LogWish& wish) {
  Shown shown(outside, wish);
  bool answered = false;
  while (true) {
    Result<void> understood;
    const Result<void> read =
        client.stream(logs_path(wish, "ndjson", shown.cursor()), {}, std::chrono::milliseconds(0),
                      [&](std::string_view bytes) {
                        answered = true;
                        understood = shown.feed(bytes);
                        return understood.has_value();
                      });
    TRY(understood);
    if (read) return {};
    // Deleted while we were away, and no log of it is kept: followed to its end.
    if (answered && read.error().code == ErrorCode::kNotFound) return {};
    if (!answered || read.error().code != ErrorCode::kUnavailable) return fail(read.error());
    shown.connection_broke();
    outside.sleep(kConnectAgain);
  }
}

}  // namespace

Result<void> read_logs(const ApiClient& client, const Outside& outside, const LogWish& wish) {
  if (wish.follow && wish.format != "gzip") return follow(client, outside, wish);
  return client.stream(logs_path(wish, wish.format, ""), {}, std::chrono::milliseconds(0),
                       [&](std::string_view bytes) {
                         outside.out(bytes);
                         return true;
                       });
}

}  // namespace slipway::cli
