#pragma once
// The error policy of the whole program.
//
// What can happen in good operation (bad input, a missing row, a peer that is away) is a Result<T>
// holding an Error; what cannot happen is an assertion and ends the process. Exceptions of
// libraries are caught at the door of the room that uses the library and become an Error there.
//
// An Error is written for the person who reads it: what was wrong, where, what to do. It never
// holds a secret. The API maps ErrorCode to HTTP in exactly one file (api/problem.cc).

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

namespace slipway {

enum class ErrorCode {
  kInvalid,          // the caller sent something that can never be accepted
  kUnauthenticated,  // nobody, or a credential that does not hold
  kDenied,           // somebody, who may not
  kNotFound,
  kConflict,      // it clashes with the present state (a taken id, a reused key)
  kPrecondition,  // If-Match named another version
  kTooLarge,      // longer or bigger than a stated limit
  kQuota,         // a group's limit is reached
  kThrottled,     // too many attempts; later ones are looked at again
  kUnavailable,   // a part that is needed does not answer now; retrying may help
  kDeadline,      // it took longer than it may
  kInternal       // our own fault
};

// "invalid", "not_found", ...: stable words, used in logs and in the API's problem types.
std::string_view to_string(ErrorCode code);

// One wrong field of a document, by its path: {"env[2].name", "must match ..."}.
struct FieldError {
  std::string path;
  std::string message;
  bool operator==(const FieldError&) const = default;
};

// One limit that a request would exceed: {"cpu_millis", 4000, 3500, 1000, "group 'vision' may
// ..."}.
struct ExceededLimit {
  std::string limit_name = {};
  int64_t limit = 0;
  int64_t used = 0;
  int64_t asked = 0;  // more than is used
  std::string message = {};
  bool operator==(const ExceededLimit&) const = default;
};

struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::vector<FieldError> fields = {};
  std::vector<ExceededLimit> limits = {};  // of kQuota

  bool operator==(const Error&) const = default;

  // The same error seen from one step further out: "<where>: <message>".
  [[nodiscard]] Error within(std::string_view where) const;
};

template <typename T>
using Result = tl::expected<T, Error>;

using Failure = tl::unexpected<Error>;

// `return fail(ErrorCode::kNotFound, "there is no deployment 'x'");`
[[nodiscard]] inline Failure fail(ErrorCode code, std::string message) {
  return Failure(Error{code, std::move(message)});
}
[[nodiscard]] inline Failure fail(Error error) { return Failure(std::move(error)); }

// "message: No such file or directory (ENOENT)", with the code that fits `errno_value`.
[[nodiscard]] Error errno_error(std::string_view what, int errno_value);

}  // namespace slipway

// TRY(expr): returns the error of a Result to the caller; as a statement only.
#define TRY(expression)                                            \
  do {                                                             \
    auto try_result_ = (expression);                               \
    if (!try_result_) return ::slipway::fail(try_result_.error()); \
  } while (false)

// TRY_ASSIGN(auto value, expr): the value of a Result, or returns its error to the caller.
#define TRY_ASSIGN(declaration, expression) \
  TRY_ASSIGN_IMPL_(TRY_CONCAT_(try_result_, __LINE__), declaration, expression)
#define TRY_ASSIGN_IMPL_(name, declaration, expression)       \
  auto name = (expression);                                   \
  if (!name) return ::slipway::fail(std::move(name.error())); \
  declaration = std::move(*name)
#define TRY_CONCAT_(a, b) TRY_CONCAT_IMPL_(a, b)
#define TRY_CONCAT_IMPL_(a, b) a##b
