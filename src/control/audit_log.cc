#include "control/audit_log.h"

#include <fmt/format.h>

#include <charconv>

#include "control/deployment_access.h"
#include "control/deployment_checks.h"
#include "control/group_rules.h"
#include "domain/text_rules.h"
#include "store/audit.h"
#include "store/store.h"

namespace slipway::control {
namespace {

constexpr int kMostPerPage = 1000;

AuditEntry shown(store::AuditRow row) {
  return {.sequence = row.sequence,
          .time = row.time,
          .actor = std::move(row.actor),
          .source = std::move(row.source),
          .action = std::move(row.action),
          .object = std::move(row.object),
          .group = std::move(row.group),
          .detail = std::move(row.detail),
          .before = std::move(row.before),
          .after = std::move(row.after)};
}

// The groups whose rows the caller gets; none: all rows.
Result<std::optional<std::vector<std::string>>> readable_groups(const Caller& caller,
                                                                const std::string& wanted) {
  using Groups = std::optional<std::vector<std::string>>;
  if (!wanted.empty()) {
    if (may_administer_group(caller, wanted)) return Groups({wanted});
    if (!may_see_group(caller, wanted)) return no_such_group(wanted);
    return fail(ErrorCode::kDenied,
                fmt::format("only admins of group '{}' and platform admins read its audit log",
                            domain::shortened(wanted)));
  }
  if (caller.platform_admin) return Groups();
  if (!caller.admin_of.empty()) return Groups(caller.admin_of);
  return fail(ErrorCode::kDenied,
              "only platform admins and group admins read the audit log, the latter that of their "
              "groups");
}

std::optional<int64_t> number_in(std::string_view text) {
  int64_t number = 0;
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size() || number < 0) return {};
  return number;
}

// "<sequence of the last row>.<where the rows since `since` begin>": the latter is sought once.
bool read_cursor(const std::string& cursor, store::AuditQuery& query) {
  const size_t dot = cursor.find('.');
  if (dot == std::string::npos) return false;
  const auto before = number_in(std::string_view(cursor).substr(0, dot));
  const auto from = number_in(std::string_view(cursor).substr(dot + 1));
  if (!before || !from) return false;
  query.before_sequence = *before;
  query.from_sequence = *from;
  return true;
}

class StoredAuditLog final : public AuditLog {
 public:
  explicit StoredAuditLog(store::Store& store) : store_(store) {}

  Result<AuditPage> list(const Caller& caller, const AuditFilter& filter) override {
    store::AuditQuery query;
    TRY_ASSIGN(query.groups, readable_groups(caller, filter.group));
    TRY(check(filter, query));
    query.actor = filter.actor;
    query.action = filter.action;
    query.object = filter.object;
    query.since = filter.since;
    query.until = filter.until;
    query.limit = filter.limit + 1;  // one more tells whether there is another page
    return store_.read([&](store::ReadTransaction& tx) -> Result<AuditPage> {
      if (filter.since && filter.cursor.empty()) {
        TRY_ASSIGN(query.from_sequence, store::audit::first_since(tx, *filter.since));
      }
      if (filter.until && filter.cursor.empty()) {
        TRY_ASSIGN(const int64_t last, store::audit::last_before(tx, *filter.until));
        query.before_sequence = last + 1;
      }
      TRY_ASSIGN(auto rows, store::audit::newest(tx, query));
      AuditPage page;
      if (rows.size() > static_cast<size_t>(filter.limit)) {
        rows.pop_back();
        page.next_cursor = fmt::format("{}.{}", rows.back().sequence, query.from_sequence);
      }
      for (store::AuditRow& row : rows) page.items.push_back(shown(std::move(row)));
      return page;
    });
  }

 private:
  static Result<void> check(const AuditFilter& filter, store::AuditQuery& query) {
    std::vector<FieldError> problems;
    if (filter.limit < 1 || filter.limit > kMostPerPage) {
      problems.push_back(
          {"limit", fmt::format("must be 1 to {}; it is {}", kMostPerPage, filter.limit)});
    }
    if (filter.since && filter.until && *filter.since >= *filter.until) {
      problems.push_back({"until", "must be later than since"});
    }
    if (!filter.cursor.empty() && !read_cursor(filter.cursor, query)) {
      problems.push_back({"cursor", "must be one that a previous page has given"});
    }
    return refuse_if_any("the audit log cannot be read so", std::move(problems));
  }

  store::Store& store_;
};

}  // namespace

std::unique_ptr<AuditLog> make_audit_log(store::Store& store) {
  return std::make_unique<StoredAuditLog>(store);
}

}  // namespace slipway::control
