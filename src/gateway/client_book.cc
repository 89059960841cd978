#include "gateway/client_book.h"

#include <algorithm>

namespace slipway::gateway {

uint64_t ClientPage::requests() const {
  uint64_t sum = 0;
  for (const Cell& cell : cells_) sum += cell.requests.value();
  return sum;
}

std::shared_ptr<ClientPage> ClientBook::page(std::string_view deployment, std::string_view client) {
  const std::lock_guard lock(mutex_);
  auto& page = pages_[{std::string(deployment), std::string(client)}];
  if (page == nullptr) page = std::make_shared<ClientPage>(workers_);
  return page;
}

std::vector<snapshot::ClientTraffic> ClientBook::take_new() {
  std::vector<snapshot::ClientTraffic> out;
  const std::lock_guard lock(mutex_);
  for (auto it = pages_.begin(); it != pages_.end();) {
    ClientPage& page = *it->second;
    const uint64_t all = page.requests();
    const uint64_t fresh = all - page.taken_;
    if (fresh == 0 && it->second.use_count() == 1) {
      it = pages_.erase(it);
      continue;
    }
    if (fresh > 0) {
      int64_t last_used = 0;
      for (const ClientPage::Cell& cell : page.cells_) {
        last_used = std::max(last_used, cell.last_used_micros.value());
      }
      out.push_back({it->first.first, it->first.second, fresh, last_used});
      page.taken_ = all;
    }
    ++it;
  }
  return out;
}

void ClientBook::collect(telemetry::Scrape& scrape) const {
  const std::lock_guard lock(mutex_);
  for (const auto& [key, page] : pages_) {
    scrape.counter("slipway_gateway_client_requests_total",
                   "Requests of clients of private endpoints that were let in.",
                   {{"deployment_name", key.first}, {"client", key.second}}, page->requests());
  }
}

}  // namespace slipway::gateway
