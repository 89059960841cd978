#include "base/json.h"

#include <fmt/format.h>

#include <set>
#include <vector>

namespace slipway {
namespace {

// Watches the parse without building anything: depth and duplicate keys.
class ShapeCheck : public nlohmann::json_sax<Json> {
 public:
  explicit ShapeCheck(size_t max_depth) : max_depth_(max_depth) {}
  std::string problem;

  bool null() override { return true; }
  bool boolean(bool) override { return true; }
  bool number_integer(number_integer_t) override { return true; }
  bool number_unsigned(number_unsigned_t) override { return true; }
  bool number_float(number_float_t, const string_t&) override { return true; }
  bool string(string_t&) override { return true; }
  bool binary(binary_t&) override { return true; }
  bool start_object(std::size_t) override { return enter(); }
  bool end_object() override { return leave(); }
  bool start_array(std::size_t) override { return enter(); }
  bool end_array() override { return leave(); }
  bool key(string_t& name) override {
    if (keys_.back().insert(name).second) return true;
    problem = fmt::format("the member '{}' stands twice in one object", name);
    return false;
  }
  bool parse_error(std::size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    problem = fmt::format("it is not JSON: unexpected text at byte {}", position);
    return false;
  }

 private:
  bool enter() {
    keys_.emplace_back();
    if (keys_.size() <= max_depth_) return true;
    problem = fmt::format("it is nested deeper than {} levels", max_depth_);
    return false;
  }
  bool leave() {
    keys_.pop_back();
    return true;
  }

  size_t max_depth_;
  std::vector<std::set<std::string>> keys_;
};

}  // namespace

Result<Json> parse_json(std::string_view text, const JsonLimits& limits) {
  if (text.size() > limits.bytes) {
    return fail(ErrorCode::kTooLarge, fmt::format("the JSON document is {} bytes long; at most {} "
                                                  "are accepted",
                                                  text.size(), limits.bytes));
  }
  ShapeCheck check(limits.depth);
  if (!Json::sax_parse(text.begin(), text.end(), &check)) {
    return fail(ErrorCode::kInvalid, "the JSON document cannot be read: " + check.problem);
  }
  Json value = Json::parse(text.begin(), text.end(), nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded()) {
    return fail(ErrorCode::kInvalid, "the JSON document cannot be read");
  }
  return value;
}

std::string dump_json(const Json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string dump_json_pretty(const Json& value) {
  return value.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace slipway
