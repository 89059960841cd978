#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "cli/api_reply.h"
#include "cli/command_parts.h"
#include "cli/commands.h"
#include "cli/deployment_parts.h"
#include "cli/sparkline.h"
#include "cli/table.h"
#include "cli/units.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

constexpr size_t kGraphWidth = 40;

struct MetricsOptions {
  std::string range = "1h";
  std::string step;
  std::string by;
  std::string series;
  bool csv = false;
};

using Values = std::vector<std::optional<double>>;

Values values_of(const Json& series) {
  Values out;
  for (const Json& value : member_of(series, "values")) {
    out.push_back(value.is_number() ? std::optional(value.get<double>()) : std::nullopt);
  }
  return out;
}

// "client=bot"
std::string labels_of(const Json& series) {
  std::string out;
  for (const auto& [name, value] : member_of(series, "labels").items()) {
    out += fmt::format("{}{}={}", out.empty() ? "" : ",", name, value.get<std::string>());
  }
  return out;
}

std::string shown(std::optional<double> value, const std::string& unit) {
  if (!value) return "-";
  if (unit == "B") return format_size(static_cast<int64_t>(*value));
  if (unit == "B/s") return format_size(static_cast<int64_t>(*value)) + "/s";
  if (unit == "ratio") return fmt::format("{:.2f}%", *value * 100);
  if (unit == "s") return fmt::format("{:.3g} ms", *value * 1000);
  if (unit == "1/s") return fmt::format("{:.4g}/s", *value);
  return fmt::format("{:.4g}", *value);
}

std::string metrics_table(const Json& answer) {
  Table table({"SERIES", "OF", "LAST", "LEAST", "MOST", "OVER TIME"});
  for (const Json& series : member_of(answer, "series")) {
    const Values values = values_of(series);
    std::optional<double> last;
    std::optional<double> least;
    std::optional<double> most;
    for (const auto& value : values) {
      if (!value) continue;
      last = value;
      least = std::min(least.value_or(*value), *value);
      most = std::max(most.value_or(*value), *value);
    }
    const std::string unit = text_at(series, {"unit"});
    table.add({text_at(series, {"name"}), labels_of(series), shown(last, unit), shown(least, unit),
               shown(most, unit), sparkline(values, kGraphWidth)});
  }
  std::string out =
      fmt::format("{} to {}, a step is {}\n", text_at(answer, {"from"}), text_at(answer, {"to"}),
                  format_duration(std::chrono::seconds(number_at(answer, "step_s"))));
  if (const std::string problem = text_at(answer, {"problem"}); !problem.empty()) {
    out += fmt::format("Note: {}\n", printable(problem));
  }
  return out + table.text();
}

// A field as RFC 4180 has it.
std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

// A line for each time, a column for each series.
std::string metrics_csv(const Json& answer) {
  std::string out = "time";
  for (const Json& series : member_of(answer, "series")) {
    const std::string labels = labels_of(series);
    const std::string name = text_at(series, {"name"});
    out += "," + csv_field(labels.empty() ? name : fmt::format("{}{{{}}}", name, labels));
  }
  out += "\r\n";
  const Json& times = member_of(answer, "times");
  for (size_t i = 0; i < times.size(); ++i) {
    out += format_rfc3339(Timestamp(std::chrono::seconds(times[i].get<int64_t>())));
    for (const Json& series : member_of(answer, "series")) {
      const Json& values = member_of(series, "values");
      out += ',';
      if (i < values.size() && values[i].is_number()) {
        out += fmt::format("{}", values[i].get<double>());
      }
    }
    out += "\r\n";
  }
  return out;
}

Result<void> metrics(const Session& session, const std::string& id, const MetricsOptions& options) {
  TRY_ASSIGN(const auto range, parse_duration(options.range));
  TRY_ASSIGN(const ApiClient client, session.client());
  std::string path = deployment_path(
      id, fmt::format("/metrics?from={}s",
                      std::chrono::duration_cast<std::chrono::seconds>(range).count()));
  if (!options.step.empty()) {
    TRY_ASSIGN(const auto step, parse_duration(options.step));
    path += fmt::format("&step={}", std::chrono::duration_cast<std::chrono::seconds>(step).count());
  }
  if (!options.by.empty()) path += "&by=" + options.by;
  if (!options.series.empty()) path += "&series=" + call::url_encode(options.series);
  TRY_ASSIGN(const ApiReply reply, client.get(path));
  if (options.csv) {
    session.outside.out(metrics_csv(reply.body));
    return {};
  }
  session.show(
      reply.body, [&](bool) { return metrics_table(reply.body); },
      [&] { return names_of(member_of(reply.body, "series"), "name"); });
  return {};
}

}  // namespace

void add_metrics_command(CLI::App& deployments, Session& session) {
  auto* command =
      deployments.add_subcommand("metrics", "Show rates, latencies, rewards and resources");
  const auto options = std::make_shared<MetricsOptions>();
  command->add_option("--range", options->range, "How far back: 15m to 30d")->capture_default_str();
  command->add_option("--step", options->step, "Length of a step (default: some 300 of them)");
  command->add_option("--by", options->by, "Split by")
      ->check(CLI::IsMember({"none", "image", "version", "client", "replica"}));
  command->add_option("--series", options->series, "Only these, as in qps,latency_p95");
  command->add_flag("--csv", options->csv, "As CSV: a line for each time");
  command->footer(example("slipway deployments metrics iris-x7k2p --range 6h --by version"));
  set_deployment_action(command, session, [&session, options](const std::string& id) {
    return metrics(session, id, *options);
  });
}

}  // namespace slipway::cli
