#include "cli/apply_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/json.h"
#include "cli/dry_run.h"
#include "cli/table.h"
#include "cli/views.h"

namespace slipway::cli {
namespace {

bool managed_by_apply(const Json& deployment) {
  return text_at(deployment, {"metadata", kManagedBy}) == kManagedByApply;
}

// Adds the mark, unless the document says another.
void mark(Json& body, const Json& present) {
  if (body.contains("metadata") && !body["metadata"].is_object()) return;  // the server says so
  if (!body.contains("metadata")) {
    if (managed_by_apply(present)) return;
    body["metadata"] =
        present.is_object() ? present.value("metadata", Json::object()) : Json::object();
  }
  if (!body["metadata"].contains(kManagedBy)) body["metadata"][kManagedBy] = kManagedByApply;
}

// Name, id and group are fixed when a deployment is made.
std::vector<FieldError> fixed_faults(const Json& body, const Json& present) {
  std::vector<FieldError> faults;
  for (const char* field : {"name", "group"}) {
    const std::string is = text_at(present, {field});
    if (body.contains(field) && text_at(body, {field}) != is) {
      faults.push_back({field, fmt::format("cannot be changed: it is '{}'", is)});
    }
  }
  return faults;
}

std::vector<ApplyStep> deletions(const Json& in_group, const std::vector<ApplyStep>& kept) {
  std::set<std::string> ids;
  for (const ApplyStep& step : kept) ids.insert(step.id);
  std::vector<ApplyStep> out;
  for (const Json& deployment : in_group) {
    const std::string id = text_at(deployment, {"id"});
    if (!managed_by_apply(deployment) || ids.count(id) != 0) continue;
    out.push_back({.action = ApplyAction::kDelete,
                   .id = id,
                   .name = text_at(deployment, {"name"}),
                   .group = text_at(deployment, {"group"}),
                   .body = nullptr,
                   .etag = {},
                   .dry_run = nullptr});
  }
  return out;
}

// The server would refuse a change that changes nothing; here that is what is wanted. One that is
// on its way out is not as written.
bool is_as_written(const ApplyStep& step, const Json& present) {
  const auto refusal = refusal_of(step.dry_run);
  if (step.action != ApplyAction::kChange || !changes_of(step.dry_run).empty()) return false;
  if (!refusal) return true;
  return refusal->fields.empty() && text_at(present, {"status", "phase"}) != "Stopping";
}

// Two documents for one deployment would undo each other at every run.
std::vector<FieldError> twice(const std::vector<ApplyDocument>& documents,
                              const std::vector<ApplyStep>& steps) {
  std::vector<FieldError> faults;
  std::set<std::string> seen;
  for (size_t i = 0; i < steps.size(); ++i) {
    const std::string key =
        steps[i].id.empty() ? steps[i].group + "\n" + steps[i].name : steps[i].id;
    if (!seen.insert(key).second) {
      faults.push_back({documents[i].place(), "another document is about the same deployment"});
    }
  }
  return faults;
}

char sign(ApplyAction action) {
  switch (action) {
    case ApplyAction::kCreate:
      return '+';
    case ApplyAction::kChange:
      return '~';
    case ApplyAction::kDelete:
      return '-';
    case ApplyAction::kNothing:
      break;
  }
  return '=';
}

std::string_view plan_word(ApplyAction action) {
  switch (action) {
    case ApplyAction::kCreate:
      return "create";
    case ApplyAction::kChange:
      return "change";
    case ApplyAction::kDelete:
      return "delete";
    case ApplyAction::kNothing:
      break;
  }
  return "unchanged";
}

}  // namespace

std::string_view done_word(ApplyAction action) {
  switch (action) {
    case ApplyAction::kCreate:
      return "created";
    case ApplyAction::kChange:
      return "changed";
    case ApplyAction::kDelete:
      return "deleted";
    case ApplyAction::kNothing:
      break;
  }
  return "unchanged";
}

Result<ApplyRequest> request_of(const ApplyDocument& document, const Json& present) {
  ApplyRequest request;
  request.creates = present.is_null();
  request.id = request.creates ? document.id() : text_at(present, {"id"});
  request.body = document.yaml.value;
  mark(request.body, present);
  if (request.creates) return request;
  std::vector<FieldError> faults = fixed_faults(request.body, present);
  if (!faults.empty()) {
    return fail(Error{ErrorCode::kInvalid, "something fixed would change", std::move(faults)});
  }
  for (const char* field : {"id", "name", "group"}) request.body.erase(field);
  return request;
}

Result<std::vector<ApplyStep>> plan_apply(const std::vector<ApplyDocument>& documents,
                                          const std::vector<ServerAnswer>& answers,
                                          const Json& in_group) {
  std::vector<ApplyStep> steps;
  Error wrong{ErrorCode::kInvalid, "nothing was changed"};
  const auto add_faults = [&](const ApplyDocument& document, const Error& error) {
    // All of one kind keep it: a script can tell a quota from a typing slip.
    wrong.code =
        wrong.fields.empty() || wrong.code == error.code ? error.code : ErrorCode::kInvalid;
    for (FieldError& fault : located(document, error)) wrong.fields.push_back(std::move(fault));
    wrong.limits.insert(wrong.limits.end(), error.limits.begin(), error.limits.end());
  };
  for (size_t i = 0; i < documents.size(); ++i) {
    const ServerAnswer& answer = answers[i];
    ApplyStep step;
    if (auto request = request_of(documents[i], answer.present)) {
      step.id = request->id;
      step.body = std::move(request->body);
      step.action = request->creates ? ApplyAction::kCreate : ApplyAction::kChange;
    } else {
      add_faults(documents[i], request.error());
      continue;
    }
    const Json& about = answer.present.is_null() ? documents[i].yaml.value : answer.present;
    step.name = text_at(about, {"name"});
    step.group = text_at(about, {"group"});
    step.etag = answer.etag;
    if (!answer.dry_run) {
      add_faults(documents[i], answer.dry_run.error());
      continue;
    }
    step.dry_run = *answer.dry_run;
    const auto refusal = refusal_of(step.dry_run);
    if (is_as_written(step, answer.present)) {
      step.action = ApplyAction::kNothing;
    } else if (refusal) {
      add_faults(documents[i], *refusal);
    }
    steps.push_back(std::move(step));
  }
  if (wrong.fields.empty()) wrong.fields = twice(documents, steps);
  if (!wrong.fields.empty()) return fail(std::move(wrong));
  for (ApplyStep& step : deletions(in_group, steps)) steps.push_back(std::move(step));
  return steps;
}

std::string plan_text(const std::vector<ApplyStep>& steps) {
  std::string out;
  for (const ApplyStep& step : steps) {
    const std::string label = step.id.empty() ? step.name : step.id;
    out += fmt::format("{} {}{}: {}\n", sign(step.action), printable(label),
                       step.group.empty() ? "" : fmt::format(" ({})", printable(step.group)),
                       plan_word(step.action));
    if (step.action == ApplyAction::kCreate) {
      for (const auto& [name, value] : step.body.items()) {
        if (name == "id" || name == "name" || name == "group") continue;
        out += fmt::format("    {}: {}\n", printable(name), change_value(value));
      }
    } else if (step.action == ApplyAction::kChange) {
      out += changes_text(changes_of(step.dry_run), "    ");
    }
    if (step.action == ApplyAction::kCreate || step.action == ApplyAction::kChange) {
      out += prospects_text(step.dry_run, "    ");
    }
  }
  return out;
}

}  // namespace slipway::cli
