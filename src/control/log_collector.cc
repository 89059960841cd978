#include "control/log_collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace slipway::control {

using domain::ReplicaKey;
using engine::ObservedReplica;
using std::chrono::milliseconds;

namespace {

constexpr size_t kLookers = 2;
constexpr milliseconds kRetry{500};
constexpr milliseconds kFirstPace{1'000};
constexpr milliseconds kLongestPace{5'000};
constexpr milliseconds kQuickPace{200};
constexpr std::chrono::seconds kDiskPace{1};
constexpr std::chrono::seconds kSweepPace{60};
// One that hangs at its engine shall not keep a replica from being removed for ever.
constexpr std::chrono::seconds kFinishPatience{60};

std::string identity_of(const ObservedReplica& replica) {
  return fmt::format("{} {}", replica.engine_id, to_unix_micros(replica.started_at));
}

logs::Line stored_line(const engine::LogLine& line) {
  return {.time = line.time,
          .stream = line.is_stderr ? logs::Stream::kStderr : logs::Stream::kStdout,
          .continues = line.continues,
          .text = line.text};
}

bool is_full(const Error& error) {
  return error.message.find("(ENOSPC)") != std::string::npos ||
         error.message.find("(EDQUOT)") != std::string::npos;
}

std::string how_it_exited(const ObservedReplica& replica) {
  std::string text = "exited";
  if (replica.exit_code) text += fmt::format(" with status {}", *replica.exit_code);
  if (replica.out_of_memory) text += ", out of memory";
  return text;
}

}  // namespace

LogCollector::LogCollector(LogCollectorParts parts)
    : parts_(std::move(parts)),
      follows_(!parts_.engine.capabilities().quick_logs),
      lookers_(std::make_unique<os::ThreadPool>("log-look", kLookers)),
      loop_([this] { run(); }) {}

LogCollector::~LogCollector() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  work_.notify_one();
  loop_.join();
  lookers_.reset();
  for (Follower& follower : followers_) follower.thread.join();
}

bool LogCollector::is_ending() const {
  const std::lock_guard lock(mutex_);
  return ending_;
}

void LogCollector::see(const std::vector<ObservedReplica>& replicas) {
  const std::lock_guard lock(mutex_);
  ++looks_;
  for (const ObservedReplica& replica : replicas) {
    if (replica.state == engine::RunState::kCreated) continue;
    SourcePtr& source = sources_[replica.key];
    if (!source) {
      source = std::make_shared<Source>(replica.key, identity_of(replica));
    } else if (!engine::same_run(source->last_seen, replica)) {
      // Another process of the same replica, which nobody told us about: the old one's is given up
      // where it is, as soon as its reader notices.
      source->ended = source->gone = true;
      source->seen_at = looks_;
      if (source->busy) continue;
      close(*source);
      source = std::make_shared<Source>(replica.key, identity_of(replica));
    }
    source->seen_at = looks_;
    source->last_seen = replica;
    source->gone = false;
    if (replica.state == engine::RunState::kExited && !source->ended) {
      source->ended = true;
      source->next_look = {};
    }
  }
  for (auto& [key, source] : sources_) {
    if (source->seen_at != looks_) source->ended = source->gone = gone_waits_ = true;
  }
  changed_.notify_all();
  work_.notify_one();
}

void LogCollector::run() {
  std::unique_lock lock(mutex_);
  work_.wait(lock, [this] { return ending_ || looks_ > 0; });
  if (ending_) return;
  lock.unlock();
  seal_leftovers();
  lock.lock();
  Monotonic next_disk{};
  Monotonic next_sweep{};
  while (!ending_) {
    const Monotonic now = parts_.clock.monotonic();
    if (now >= next_disk) {
      next_disk = now + kDiskPace;
      lock.unlock();
      look_at_disk();
      lock.lock();
    }
    if (now >= next_sweep) {
      next_sweep = now + kSweepPace;
      lock.unlock();
      sweep();
      lock.lock();
    }
    if (ending_) break;
    drop_gone(lock);
    dispatch(lock);
    work_.wait_for(lock, kQuickPace);
  }
}

// What a control before us was writing when it ended, of replicas that are there no more.
void LogCollector::seal_leftovers() {
  std::set<std::string> there;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, source] : sources_) there.insert(key.id());
  }
  // Notes are written by whoever has something to say, and their log is one that is closed here.
  const std::lock_guard notes(note_mutex_);
  const logs::Swept sealed = parts_.store.seal_all_but(there);
  if (sealed.segments > 0) {
    parts_.logger.info("logs of replicas that are gone are closed",
                       {{"segments", sealed.segments}});
  }
}

void LogCollector::look_at_disk() {
  using Change = logs::DiskGuard::Change;
  switch (parts_.store.disk().look()) {
    case Change::kPaused:
      parts_.logger.warn(
          "the disk is nearly full: output of replicas is not stored until there is room again; "
          "make room, or lower logs_free_mib",
          {{"folder", parts_.store.options().root.native()}});
      break;
    case Change::kResumed:
      parts_.logger.info("there is room on the disk again: output of replicas is stored");
      break;
    case Change::kNone:
      break;
  }
}

void LogCollector::sweep() {
  std::set<std::string> living;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [key, source] : sources_) living.insert(key.deployment_id);
  }
  const logs::Swept swept = parts_.store.sweep(parts_.clock.now(), living);
  if (swept.segments > 0) {
    parts_.logger.info("old logs are removed",
                       {{"segments", swept.segments}, {"bytes", swept.bytes}});
  }
}

void LogCollector::drop_gone(std::unique_lock<std::mutex>& lock) {
  if (!std::exchange(gone_waits_, false)) return;
  // They stay in sight until they are closed: nobody else may write to their folders meanwhile.
  std::vector<SourcePtr> gone;
  for (auto& [key, source] : sources_) {
    if (!source->gone || source->busy) continue;
    source->busy = true;
    gone.push_back(source);
  }
  if (gone.empty()) return;
  lock.unlock();
  for (const SourcePtr& source : gone) close(*source);
  lock.lock();
  for (const SourcePtr& source : gone) forget(source);
}

void LogCollector::forget(const SourcePtr& source) {
  const auto at = sources_.find(source->key);
  if (at != sources_.end() && at->second == source) sources_.erase(at);
  release(source);
}

LogCollector::SourcePtr LogCollector::take(const ReplicaKey& key) {
  std::unique_lock lock(mutex_);
  const auto give_up = parts_.clock.monotonic() + kFinishPatience;
  while (!ending_) {
    const auto at = sources_.find(key);
    if (at == sources_.end()) return nullptr;
    SourcePtr source = at->second;
    // Whoever follows it comes to the end by themselves.
    source->ended = true;
    changed_.notify_all();
    if (!source->busy) {
      source->busy = true;
      return source;
    }
    const auto left = give_up - parts_.clock.monotonic();
    if (left <= left.zero()) return nullptr;
    // Others may wait for the same: who wakes up looks again.
    changed_.wait_for(lock, left, [&] { return ending_ || !source->busy; });
  }
  return nullptr;
}

void LogCollector::dispatch(std::unique_lock<std::mutex>&) {
  for (auto at = followers_.begin(); at != followers_.end();) {
    if (!at->done) {
      ++at;
      continue;
    }
    at->thread.join();
    at = followers_.erase(at);
  }
  if (parts_.store.disk().paused()) return;
  const Monotonic now = parts_.clock.monotonic();
  for (auto& [key, source] : sources_) {
    if (source->busy || source->complete || source->next_look > now) continue;
    source->busy = true;
    if (follows_ && following_ < parts_.followers) {
      ++following_;
      Follower& follower = followers_.emplace_back();
      follower.thread = std::thread([this, kept = source, &follower] {
        follow(kept);
        const std::lock_guard done(mutex_);
        --following_;
        follower.done = true;
        work_.notify_one();
      });
    } else if (!lookers_->post([this, kept = source] { look(kept); })) {
      source->busy = false;
    }
  }
}

void LogCollector::release(const SourcePtr& source) {
  source->busy = false;
  changed_.notify_all();
  if (!source->gone) return;
  gone_waits_ = true;
  work_.notify_one();
}

void LogCollector::follow(const SourcePtr& source) {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    const bool ended = source->ended;
    lock.unlock();
    source->replay.reset();
    source->looked = false;
    const bool whole = read(*source, true);
    lock.lock();
    if (ended && whole) source->complete = true;
    // What ended and could not be stored is tried again later: somebody may wait for it in
    // finish().
    if (ended || source->gone || parts_.store.disk().paused()) break;
    // It ended and the engine has not said so yet, or the engine went away.
    changed_.wait_for(lock, kRetry, [&] { return ending_ || source->ended != ended; });
  }
  source->next_look = parts_.clock.monotonic() + kRetry;
  release(source);
}

void LogCollector::look(const SourcePtr& source) {
  std::unique_lock lock(mutex_);
  if (!ending_) {
    const bool ended = source->ended;
    lock.unlock();
    const bool whole = read(*source, false);
    // Kept open it would cost a descriptor a replica.
    const bool wrote = source->writer != nullptr;
    source->writer.reset();
    lock.lock();
    const milliseconds first = follows_ ? kFirstPace : kQuickPace;
    source->pace = wrote ? first : std::min(std::max(source->pace * 2, first), kLongestPace);
    source->next_look = parts_.clock.monotonic() + source->pace;
    source->complete = ended && whole;
  }
  release(source);
}

bool LogCollector::read(Source& source, bool follow) {
  using Reach = logs::Replay::Reach;
  if (source.folder.empty()) {
    // Nothing is made before there is a line: a deployment's folder may be there already.
    if (const auto owner = parts_.owner_of(source.key.deployment_id)) {
      source.folder = parts_.store.folder_of(*owner) / source.key.id();
    }
  }
  logs::Replay replay;
  if (!source.replay && !source.folder.empty()) {
    auto loaded = logs::Replay::load(source.folder, source.identity,
                                     source.looked ? Reach::kNewestOnly : Reach::kWholeIfFew);
    if (loaded) source.replay = std::move(*loaded);
  }
  if (source.replay) replay = *source.replay;
  bool wrote = false;
  Result<void> stored;
  const auto flush = [&] {
    if (!source.writer || !stored) return;
    stored = source.writer->flush();
    if (wrote) parts_.store.arrivals().announce();
  };
  const auto outcome =
      parts_.engine.logs(source.key, {.tail = -1, .since = replay.since(), .follow = follow},
                         [&](const engine::LogLine* line) {
                           if (parts_.store.disk().paused()) return false;
                           if (line == nullptr) {
                             flush();
                             return stored.has_value() && !is_ending();
                           }
                           stored = logs::for_each_part(
                               stored_line(*line), [&](const logs::Line& part) -> Result<void> {
                                 if (replay.is_stored(part)) return {};
                                 if (!source.writer) TRY(open_writer(source));
                                 wrote = true;
                                 return source.writer->append(part);
                               });
                           return stored.has_value();
                         });
  flush();
  if (wrote || !stored || !source.looked) source.replay.reset();
  if (!stored) {
    // The next look at the disk decides how it goes on.
    if (is_full(stored.error())) (void)parts_.store.disk().found_full();
    tell_problem(source, stored.error());
    source.writer.reset();
    return false;
  }
  if (parts_.store.disk().paused()) return false;
  if (!outcome && outcome.error().code != ErrorCode::kNotFound) return false;
  source.looked = !is_ending();
  return source.looked;
}

Result<std::filesystem::path> LogCollector::folder_of(const std::string& deployment_id) const {
  if (const auto owner = parts_.owner_of(deployment_id)) return parts_.store.prepare(*owner);
  // Forgotten while its last replicas end: those that bore the id last.
  const std::vector<logs::LogOwner> owners = parts_.store.owners_of(deployment_id);
  if (!owners.empty()) return parts_.store.folder_of(owners.front());
  return fail(ErrorCode::kNotFound,
              fmt::format("nobody knows whose the logs of '{}' are", deployment_id));
}

Result<void> LogCollector::open_writer(Source& source) {
  TRY_ASSIGN(const std::filesystem::path folder, folder_of(source.key.deployment_id));
  source.folder = folder / source.key.id();
  TRY_ASSIGN(source.writer, logs::LogWriter::open(source.folder, source.identity));
  return {};
}

// The run is over.
void LogCollector::close(Source& source) {
  if (!source.writer) {
    if (source.folder.empty() || logs::list_segments(source.folder).empty()) return;
    if (!open_writer(source)) return;
  }
  if (const auto closed = source.writer->finish(); !closed) tell_problem(source, closed.error());
  source.writer.reset();
}

bool LogCollector::has_exited(const ReplicaKey& key) const {
  const std::lock_guard lock(mutex_);
  const auto at = sources_.find(key);
  return at != sources_.end() && at->second->last_seen.state == engine::RunState::kExited;
}

void LogCollector::finish(const ReplicaKey& key, bool by_itself) {
  const SourcePtr source = take(key);
  if (source == nullptr) return;
  source->replay.reset();
  const bool whole = read(*source, false);
  if (!whole && !is_ending()) {
    parts_.logger.warn("a replica goes before all of its output is stored",
                       {{"replica", key.id()}});
  }
  if (source->writer || open_writer(*source)) {
    const ObservedReplica seen = last_seen(*source);
    const std::string text = by_itself ? how_it_exited(seen) : "stopped";
    const Timestamp at = by_itself ? seen.finished_at : parts_.clock.now();
    (void)source->writer->append({.time = at, .stream = logs::Stream::kEvent, .text = text});
  }
  close(*source);
  parts_.store.arrivals().announce();
  const std::lock_guard lock(mutex_);
  source->complete = true;
  forget(source);
}

ObservedReplica LogCollector::last_seen(const Source& source) const {
  const std::lock_guard lock(mutex_);
  return source.last_seen;
}

void LogCollector::note(const std::string& deployment_id, logs::Stream stream,
                        std::string_view text) {
  if (parts_.store.disk().paused()) return;
  const std::lock_guard lock(note_mutex_);
  const auto folder = folder_of(deployment_id);
  if (!folder) return;
  const auto writer = logs::LogWriter::open(*folder / kDeploymentLog, "slipway");
  if (!writer) return;
  (void)(*writer)->append({.time = parts_.clock.now(), .stream = stream, .text = text});
  (void)(*writer)->flush();
  parts_.store.arrivals().announce();
}

void LogCollector::tell_problem(Source& source, const Error& error) {
  if (std::exchange(source.problem_told, true)) return;
  parts_.logger.warn("output of a replica cannot be stored; it is tried again",
                     {{"replica", source.key.id()}, {"error", error.message}});
}

}  // namespace slipway::control
