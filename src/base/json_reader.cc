#include "base/json_reader.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"

namespace slipway {
namespace {

std::string_view kind_of(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  if (value.is_string()) return "a string";
  if (value.is_boolean()) return "a boolean";
  if (value.is_null()) return "null";
  return "a number";
}

std::string wrong_type(std::string_view wanted, const Json& value) {
  return fmt::format("must be {}, not {}", wanted, kind_of(value));
}

std::string out_of_range(IntegerRange range) {
  if (range.most == INT64_MAX) return fmt::format("must be at least {}", range.least);
  return fmt::format("must be a whole number from {} to {}", range.least, range.most);
}

// Edits of one character and swaps of two neighbours that lead from one word to the other.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

// What a caller calls a field stands in our answer: a short, printable piece of it.
std::string quotable(std::string_view name) {
  constexpr size_t kMost = 64;
  std::string out;
  for (const char c : name.substr(0, kMost)) {
    out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? '?' : c;
  }
  if (name.size() > kMost) out += "...";
  return out;
}

}  // namespace

std::string_view closest_word(std::string_view word, const std::vector<std::string>& candidates) {
  constexpr size_t kBound = 2;
  std::string_view best;
  size_t best_distance = kBound + 1;
  // A caller chooses the word: its length bounds the work.
  if (word.size() > 64) return best;
  for (const std::string& candidate : candidates) {
    const size_t distance = edit_distance(word, candidate);
    if (distance < best_distance && distance * 2 < candidate.size()) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

JsonReader::JsonReader(const Json& document)
    : JsonReader(document, "", std::make_shared<std::vector<FieldError>>()) {}

JsonReader::JsonReader(const Json& document, std::string path,
                       std::shared_ptr<std::vector<FieldError>> out)
    : object_(document.is_object() ? &document : nullptr),
      path_(std::move(path)),
      faults_(std::move(out)) {
  if (object_ == nullptr) faults_->push_back({path_, wrong_type("an object", document)});
}

bool JsonReader::has(std::string_view name) const {
  return object_ != nullptr && object_->find(std::string(name)) != object_->end();
}

const Json* JsonReader::take(std::string_view name) {
  if (std::find(known_.begin(), known_.end(), name) == known_.end()) known_.emplace_back(name);
  if (object_ == nullptr) return nullptr;
  const auto found = object_->find(std::string(name));
  return found == object_->end() ? nullptr : &*found;
}

bool JsonReader::take_null(std::string_view name) {
  const Json* value = take(name);
  return value != nullptr && value->is_null();
}

std::string JsonReader::path_of(std::string_view name) const {
  return path_.empty() ? std::string(name) : fmt::format("{}.{}", path_, name);
}

void JsonReader::add_fault(std::string_view name, std::string message) {
  faults_->push_back({path_of(name), std::move(message)});
}

void JsonReader::refuse(std::string_view name, std::string message) {
  if (take(name) != nullptr) add_fault(name, std::move(message));
  // It is no field that a typing slip should be led to.
  known_.erase(std::remove(known_.begin(), known_.end(), name), known_.end());
  refused_.emplace_back(name);
}

std::optional<std::string> JsonReader::optional_string(std::string_view name) {
  const Json* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    add_fault(name, wrong_type("a string", *value));
    return std::nullopt;
  }
  return value->get<std::string>();
}

std::optional<int64_t> JsonReader::optional_integer(std::string_view name, IntegerRange range) {
  const Json* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    add_fault(name, wrong_type("a whole number", *value));
    return std::nullopt;
  }
  const bool fits = value->is_number_integer() &&
                    (!value->is_number_unsigned() || value->get<uint64_t>() <= uint64_t{INT64_MAX});
  if (!fits || value->get<int64_t>() < range.least || value->get<int64_t>() > range.most) {
    add_fault(name, out_of_range(range));
    return std::nullopt;
  }
  return value->get<int64_t>();
}

std::optional<bool> JsonReader::optional_bool(std::string_view name) {
  const Json* value = take(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_boolean()) {
    add_fault(name, wrong_type("true or false", *value));
    return std::nullopt;
  }
  return value->get<bool>();
}

std::string JsonReader::required_string(std::string_view name) {
  if (take(name) == nullptr && object_ != nullptr) add_fault(name, "is required");
  return optional_string(name).value_or("");
}

int64_t JsonReader::required_integer(std::string_view name, IntegerRange range) {
  if (take(name) == nullptr && object_ != nullptr) add_fault(name, "is required");
  return optional_integer(name, range).value_or(0);
}

bool JsonReader::optional_object(std::string_view name,
                                 const std::function<void(JsonReader& inner)>& read) {
  const Json* value = take(name);
  if (value == nullptr || value->is_null()) return false;
  JsonReader inner(*value, path_of(name), faults_);
  read(inner);
  inner.report_unknown();
  return true;
}

bool JsonReader::optional_objects(std::string_view name,
                                  const std::function<void(JsonReader& item)>& read) {
  const Json* value = take(name);
  if (value == nullptr) return false;
  if (!value->is_array()) {
    add_fault(name, wrong_type("an array", *value));
    return false;
  }
  for (size_t i = 0; i < value->size(); ++i) {
    JsonReader item((*value)[i], fmt::format("{}[{}]", path_of(name), i), faults_);
    read(item);
    item.report_unknown();
  }
  return true;
}

bool JsonReader::optional_strings(std::string_view name,
                                  const std::function<void(std::string value)>& read) {
  const Json* value = take(name);
  if (value == nullptr) return false;
  if (!value->is_array()) {
    add_fault(name, wrong_type("an array", *value));
    return false;
  }
  for (size_t i = 0; i < value->size(); ++i) {
    const Json& item = (*value)[i];
    if (item.is_string()) {
      read(item.get<std::string>());
    } else {
      add_fault(fmt::format("{}[{}]", name, i), wrong_type("a string", item));
    }
  }
  return true;
}

bool JsonReader::optional_string_map(
    std::string_view name, const std::function<void(std::string key, std::string value)>& read) {
  const Json* value = take(name);
  if (value == nullptr) return false;
  if (!value->is_object()) {
    add_fault(name, wrong_type("an object", *value));
    return false;
  }
  for (const auto& [key, item] : value->items()) {
    if (item.is_string()) {
      read(key, item.get<std::string>());
    } else {
      add_fault(fmt::format("{}.{}", name, quotable(key)), wrong_type("a string", item));
    }
  }
  return true;
}

void JsonReader::report_unknown() {
  if (object_ == nullptr) return;
  for (const auto& [name, value] : object_->items()) {
    if (std::find(known_.begin(), known_.end(), name) != known_.end()) continue;
    if (std::find(refused_.begin(), refused_.end(), name) != refused_.end()) continue;
    const std::string_view meant = closest_word(name, known_);
    add_fault(quotable(name), meant.empty()
                                  ? "is not a field that can be set here"
                                  : fmt::format("is not a field; did you mean '{}'?", meant));
  }
}

Result<void> JsonReader::finish() {
  report_unknown();
  if (faults_->empty()) return {};
  Error error{ErrorCode::kInvalid, "", *faults_};
  const FieldError& first = faults_->front();
  error.message = first.path.empty() ? "the document " + first.message
                                     : fmt::format("'{}' {}", first.path, first.message);
  if (faults_->size() > 1) {
    error.message += fmt::format(" (and {} more)", faults_->size() - 1);
  }
  return fail(std::move(error));
}

}  // namespace slipway
