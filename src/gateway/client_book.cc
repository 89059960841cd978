#include "gateway/client_book.h"

#include <algorithm>

namespace slipway::gateway {

std::shared_ptr<ClientPage> ClientBook::page(std::string_view deployment, std::string_view client) {
  const std::lock_guard lock(mutex_);
  auto& page = pages_[{std::string(deployment), std::string(client)}];
  if (page == nullptr) page = std::make_shared<ClientPage>(workers_);
  return page;
}

std::vector<snapshot::ClientUse> ClientBook::unreported(size_t most) {
  std::vector<snapshot::ClientUse> uses;
  const std::lock_guard lock(mutex_);
  for (auto it = pages_.begin(); it != pages_.end();) {
    const ClientPage& page = *it->second;
    uint64_t requests = 0;
    int64_t last_used = 0;
    for (const ClientPage::Cell& cell : page.cells_) {
      requests += cell.requests.value();
      last_used = std::max(last_used, cell.last_used_micros.value());
    }
    requests -= page.reported_;
    if (requests == 0 && it->second.use_count() == 1) {
      it = pages_.erase(it);
      continue;
    }
    if (requests > 0 && uses.size() < most) {
      uses.push_back({it->first.first, it->first.second, requests, last_used});
    }
    ++it;
  }
  return uses;
}

void ClientBook::reported(const std::vector<snapshot::ClientUse>& uses) {
  const std::lock_guard lock(mutex_);
  for (const snapshot::ClientUse& use : uses) {
    const auto found = pages_.find({use.deployment, use.client});
    if (found != pages_.end()) found->second->reported_ += use.requests;
  }
}

}  // namespace slipway::gateway
