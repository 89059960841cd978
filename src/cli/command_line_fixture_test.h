#pragma once
// Runs commands against a scripted server, in a folder of its own. For the tests of this room.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.h"
#include "cli/command_line.h"

namespace slipway::cli {

class CommandLineTest : public testing::Test {
 protected:
  CommandLineTest() {
    std::string pattern = testing::TempDir() + "slipway-cli-XXXXXX";
    folder = ::mkdtemp(pattern.data());
    environment = {{"SLIPWAY_CONFIG", folder + "/c/contexts.json"},
                   {"SLIPWAY_URL", "http://slipway.test"},
                   {"SLIPWAY_TOKEN", "slw_t"}};
    outside.out = [this](std::string_view text) { out += text; };
    outside.err = [this](std::string_view text) { err += text; };
    outside.ask = [this](std::string_view prompt) {
      asked += prompt;
      return typed;
    };
    outside.ask_secret = outside.ask;
    outside.read_stdin = [this] { return stdin_text; };
    outside.environment = [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment.find(name);
      if (found == environment.end()) return std::nullopt;
      return found->second;
    };
    outside.now = [] { return parse_rfc3339("2026-01-02T00:00:00Z").value(); };
    outside.monotonic = [this] { return time; };
    outside.sleep = [this](std::chrono::milliseconds pause) { time += pause; };
    outside.fresh_key = [] { return std::string("key-1"); };
    outside.host_name = [] { return std::string("laptop"); };
    outside.send = [this](const call::Call& call) -> Result<call::Answer> {
      calls.push_back(call);
      return answer(call);
    };
    outside.stream = [this](const call::Call& call,
                            const call::StreamCallbacks& callbacks) -> Result<int> {
      calls.push_back(call);
      const Result<call::Answer> whole = answer(call);
      if (!whole) return fail(whole.error());
      if (callbacks.on_head(whole->status, whole->headers)) callbacks.on_bytes(whole->body);
      return whole->status;
    };
  }
  ~CommandLineTest() override { std::filesystem::remove_all(folder); }

  // "METHOD /path?query" of a call.
  static std::string line(const call::Call& call) {
    const size_t host = call.url.find("//") + 2;
    return call.method + " " + call.url.substr(call.url.find('/', host));
  }
  // The scripted answers of a line are given in turn, the last one for ever.
  Result<call::Answer> answer(const call::Call& call) {
    const auto found = script.find(line(call));
    if (found == script.end()) {
      return call::Answer{
          404, {}, R"({"type":"urn:slipway:problem:not_found","detail":"no such"})"};
    }
    Result<call::Answer> next = found->second.front();
    if (found->second.size() > 1) found->second.erase(found->second.begin());
    return next;
  }
  void serve(const std::string& what, int status, const std::string& body,
             call::Headers headers = {}) {
    script[what].push_back(call::Answer{status, std::move(headers), body});
  }
  int run(std::vector<std::string> arguments) {
    out.clear();
    err.clear();
    asked.clear();
    calls.clear();
    return run_command_line(std::move(arguments), outside);
  }
  // The document that was sent as the body of a call.
  Json sent(size_t number) const { return parse_json(calls.at(number).body).value_or(Json()); }
  // "METHOD /path" of every call, in order.
  std::vector<std::string> lines() const {
    std::vector<std::string> all;
    for (const call::Call& call : calls) all.push_back(line(call));
    return all;
  }
  std::string write_file(const std::string& name, const std::string& text) const {
    std::ofstream(folder + "/" + name) << text;
    return folder + "/" + name;
  }
  static std::string iris(const std::string& phase, const std::string& reason = "2 of 2 ready") {
    return R"({"id":"iris","name":"Iris","group":"default","status":{"phase":")" + phase +
           R"(","reason":")" + reason +
           R"(","ready_replicas":2,"wanted_replicas":2},"revision":3,)"
           R"("image":"iris:1","instance_type":{"name":"cpu-1","cpu_millis":1000,)"
           R"("memory_bytes":2147483648},"replicas":2,"environment":[{"name":"A","value":"1"}],)"
           R"("metadata":{"k":"v"},"created_at":"2026-01-01T00:00:00Z","health_path":null})";
  }

  std::string folder;
  std::string out;
  std::string err;
  std::string asked;
  std::optional<std::string> typed;
  std::string stdin_text;
  std::map<std::string, std::string> environment;
  std::map<std::string, std::vector<Result<call::Answer>>> script;
  std::vector<call::Call> calls;
  Monotonic time{};
  Outside outside;
};

}  // namespace slipway::cli
