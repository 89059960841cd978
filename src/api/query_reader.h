#pragma once
// Reads the query of a request as JsonReader reads a document: typed, every fault by name, and what
// nobody asked for is a fault, too, so that a misspelt filter never gives an unfiltered list.
// Faults have the path "?limit". Used for one call.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/json_reader.h"
#include "base/result.h"

namespace slipway::api {

class QueryReader {
 public:
  explicit QueryReader(std::string_view query);

  std::optional<std::string> text(std::string_view name);
  std::vector<std::string> texts(std::string_view name);  // the parameter may be repeated
  std::optional<int64_t> integer(std::string_view name, IntegerRange range);
  std::optional<Timestamp> time(std::string_view name);  // RFC 3339
  // RFC 3339, or how long before `now`: 90s, 10m, 2h, 7d.
  std::optional<FineTime> moment(std::string_view name, FineTime now);
  bool flag(std::string_view name);  // "", 1, true; 0, false

  void add_fault(std::string_view name, std::string message);
  Result<void> finish();

 private:
  struct Parameter {
    std::string name;
    std::string value;
    bool used = false;
  };
  std::vector<Parameter> parameters_;
  std::vector<std::string> known_;
  std::vector<FieldError> faults_;
};

}  // namespace slipway::api
