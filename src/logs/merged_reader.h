#pragma once
// The lines of several replicas as one log, in the order of their times; each replica's own lines
// stay in their order. Memory does not grow with the logs: a block of each replica that has lines
// at the present time, and nothing of the others. One thread at a time.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "logs/line_filter.h"
#include "logs/replica_reader.h"

namespace slipway::logs {

struct MergedQuery {
  // Names of folders under the deployment's; empty: all that there are.
  std::vector<std::string> replicas = {};
  LineFilter filter = {};
  // Of each replica the run before its newest.
  bool previous = false;
  // The newest so many of the wanted lines; none: all.
  std::optional<uint64_t> tail = {};
  // Go on behind these lines, by replica; the tail is not looked at then, and replicas that are not
  // named are read from their first line on.
  std::map<std::string, uint64_t> after = {};
};

// False: no more, please.
using MergedSink = std::function<bool(const std::string& replica, const NumberedLine& line)>;

class MergedReader {
 public:
  MergedReader(std::filesystem::path deployment_folder, MergedQuery query)
      : folder_(std::move(deployment_folder)), query_(std::move(query)) {}

  // Finds where to begin. Lines before that are never given.
  Result<void> start();
  // Gives all that is there now. False when the sink wanted no more. May be called again and again;
  // also picks up replicas that came since.
  Result<bool> read(const MergedSink& sink);

 private:
  struct Source {
    Source(std::string n, const std::filesystem::path& folder)
        : name(std::move(n)), reader(folder) {}
    std::string name;
    ReplicaReader reader;
    Block block;
    std::vector<uint32_t> chosen;
    size_t at = 0;        // in chosen
    uint64_t first = 0;   // number of the block's first line
    uint64_t run = 0;     // of the block
    FineTime key{};       // no line to come is older, unless its clock jumped
    bool loaded = false;  // key is the time of chosen[at]
  };
  std::vector<std::string> names() const;
  Result<Source*> add(const std::string& name);
  Result<void> find_tail();
  // Sets the key; false: nothing there now.
  Result<bool> look(Source& source);
  Result<bool> load(Source& source);

  const std::filesystem::path folder_;
  const MergedQuery query_;
  std::map<std::string, std::unique_ptr<Source>> sources_;
  uint64_t skip_ = 0;  // lines of the merged log that are older than its tail
  BlockCodec codec_;
};

}  // namespace slipway::logs
