#pragma once
// Reads one JSON object of a caller field by field and keeps the path of whatever is wrong, so that
// one answer names every bad field: {"environment[2].name", "must be a string"}.
//
// A reader never stops at the first fault: a field that cannot be read gives its fallback and adds
// a FieldError; finish() adds the fields that nobody asked for and tells. The document must outlive
// the reader. One thread; never throws.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_fwd.h"
#include "base/result.h"

namespace slipway {

// Both ends belong to it.
struct IntegerRange {
  int64_t least = INT64_MIN;
  int64_t most = INT64_MAX;
};

class JsonReader {
 public:
  // What is not an object is itself the fault, at path "".
  explicit JsonReader(const Json& document);

  // Is the member there, null included? Does not count as reading it.
  bool has(std::string_view name) const;
  // Reads the member when it is null: "back to the default".
  bool take_null(std::string_view name);

  // Missing (or of another type, or null): nothing. Only the wrong type is a fault.
  std::optional<std::string> optional_string(std::string_view name);
  std::optional<int64_t> optional_integer(std::string_view name, IntegerRange range = {});
  std::optional<bool> optional_bool(std::string_view name);

  // Missing is a fault, too; the answer is then "" or 0.
  std::string required_string(std::string_view name);
  int64_t required_integer(std::string_view name, IntegerRange range = {});

  // Calls `read` with a reader of the member, which must be an object; false when missing.
  bool optional_object(std::string_view name, const std::function<void(JsonReader& inner)>& read);
  // Calls `read` with a reader of every element, which must be an object; false when missing.
  bool optional_objects(std::string_view name, const std::function<void(JsonReader& item)>& read);
  // Calls `read` with every element of an array of strings.
  bool optional_strings(std::string_view name, const std::function<void(std::string value)>& read);
  // Calls `read` with the members of an object whose values are strings, in the order written.
  bool optional_string_map(std::string_view name,
                           const std::function<void(std::string key, std::string value)>& read);

  // A fault that the reader could not see itself. `name` may go deeper: "environment[0].value".
  void add_fault(std::string_view name, std::string message);
  // Refuses a member with an explanation instead of "unknown field".
  void refuse(std::string_view name, std::string message);

  // The path of a member as it is written in faults.
  std::string path_of(std::string_view name) const;
  const std::vector<FieldError>& faults() const { return *faults_; }

  // Adds the unknown members. kInvalid with all faults, or success.
  Result<void> finish();

 private:
  JsonReader(const Json& document, std::string path, std::shared_ptr<std::vector<FieldError>> out);

  const Json* take(std::string_view name);
  void report_unknown();

  const Json* object_;  // null when the document is not an object
  std::string path_;
  std::vector<std::string> known_;                   // members that may stand here
  std::vector<std::string> refused_;                 // members whose fault has been told already
  std::shared_ptr<std::vector<FieldError>> faults_;  // shared with the readers of its elements
};

// The candidate within a typing slip of `word` (edit distance at most 2 and under half of its
// length), or "".
std::string_view closest_word(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace slipway
