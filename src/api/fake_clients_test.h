#pragma once
// control::Clients in memory, for the tests of this room: remembers what it was asked.

#include <map>
#include <string>
#include <vector>

#include "control/clients.h"

namespace slipway::api {

class FakeClients : public control::Clients {
 public:
  Result<std::vector<control::ClientView>> list(const control::Caller&,
                                                const std::string&) override {
    std::vector<control::ClientView> out;
    for (const auto& [name, view] : views) out.push_back(view);
    return out;
  }
  Result<control::ClientView> get(const control::Caller&, const std::string&,
                                  const std::string& name) override {
    return find(name);
  }
  Result<control::IssuedClient> add(const control::Caller& caller, const std::string& id,
                                    const control::NewClient& wanted) override {
    last_id = id;
    if (views.contains(wanted.name)) return fail(ErrorCode::kConflict, "rotate it");
    control::ClientView view;
    view.name = wanted.name;
    view.created_by = caller.user;
    view.created_at = from_unix_micros(1'000'000);
    view.expires_at = wanted.expires_at;
    view.requests_per_minute = wanted.requests_per_minute;
    views[wanted.name] = view;
    return control::IssuedClient{view, "slc_first"};
  }
  Result<control::ClientView> update(const control::Caller&, const std::string&,
                                     const std::string& name,
                                     const control::ClientPatch& patch) override {
    TRY(find(name));
    control::ClientView& view = views[name];
    if (patch.expires_at) view.expires_at = *patch.expires_at;
    if (patch.requests_per_minute) view.requests_per_minute = *patch.requests_per_minute;
    return view;
  }
  Result<void> remove(const control::Caller&, const std::string&,
                      const std::string& name) override {
    TRY(find(name));
    views.erase(name);
    return {};
  }
  Result<control::IssuedClient> rotate(const control::Caller&, const std::string&,
                                       const std::string& name,
                                       std::chrono::seconds overlap) override {
    TRY(find(name));
    last_overlap = overlap;
    return control::IssuedClient{views[name], "slc_second"};
  }

  std::map<std::string, control::ClientView> views;
  std::string last_id;
  std::chrono::seconds last_overlap{-1};

 private:
  Result<control::ClientView> find(const std::string& name) {
    const auto found = views.find(name);
    if (found == views.end()) return fail(ErrorCode::kNotFound, "there is no such client");
    return found->second;
  }
};

}  // namespace slipway::api
