#include "logs/merged_reader.h"

#include <algorithm>
#include <system_error>

namespace slipway::logs {

std::vector<std::string> MergedReader::names() const {
  if (!query_.replicas.empty()) return query_.replicas;
  std::vector<std::string> names;
  std::error_code error;
  for (std::filesystem::directory_iterator it(folder_, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    if (it->is_directory(ignored)) names.push_back(it->path().filename().native());
  }
  std::sort(names.begin(), names.end());
  return names;
}

Result<MergedReader::Source*> MergedReader::add(const std::string& name) {
  auto source = std::make_unique<Source>(name, folder_ / name);
  if (query_.previous) {
    const uint64_t run = source->reader.previous_run();
    // None: no run has this number.
    source->reader.only_run(run == 0 ? ~uint64_t{0} : run);
  }
  if (const auto after = query_.after.find(name); after != query_.after.end()) {
    source->reader.seek(after->second + 1);
  }
  return (sources_[name] = std::move(source)).get();
}

Result<void> MergedReader::start() {
  for (const std::string& name : names()) TRY(add(name));
  if (query_.tail && query_.after.empty()) TRY(find_tail());
  return {};
}

Result<void> MergedReader::find_tail() {
  const uint64_t wanted = *query_.tail;
  // Times of the newest lines found so far: who has only older ones need not be searched.
  std::vector<FineTime> newest;
  FineTime not_before = FineTime::min();
  uint64_t total = 0;
  for (auto& [name, source] : sources_) {
    TRY_ASSIGN(const ReplicaReader::Tail tail,
               source->reader.find_tail(query_.filter, wanted, not_before, codec_));
    source->reader.seek(std::max<uint64_t>(tail.number, 1));
    total += tail.lines;
    newest.insert(newest.end(), tail.times.begin(), tail.times.end());
    if (wanted > 0 && newest.size() >= wanted) {
      const auto last = newest.begin() + static_cast<std::ptrdiff_t>(wanted - 1);
      std::nth_element(newest.begin(), last, newest.end(), std::greater<>());
      not_before = *last;
      newest.resize(wanted);
    }
  }
  skip_ = total > wanted ? total - wanted : 0;
  return {};
}

Result<bool> MergedReader::look(Source& source) {
  source.loaded = false;
  source.block.clear();
  TRY_ASSIGN(const bool there, source.reader.advance(query_.filter));
  if (there) source.key = source.reader.place().earliest;
  return there;
}

Result<bool> MergedReader::load(Source& source) {
  source.chosen.clear();
  source.at = 0;
  source.first = source.reader.place().first;
  source.run = source.reader.run();
  TRY(source.reader.take(query_.filter, codec_, source.block, source.chosen));
  if (source.chosen.empty()) return false;
  source.loaded = true;
  source.key = source.block.line(source.chosen[0]).time;
  return true;
}

Result<bool> MergedReader::read(const MergedSink& sink) {
  if (query_.replicas.empty()) {
    for (const std::string& name : names()) {
      if (!sources_.contains(name)) TRY(add(name));
    }
  }
  // A heap with the oldest at its front.
  std::vector<Source*> heap;
  const auto later = [](const Source* a, const Source* b) {
    return a->key != b->key ? a->key > b->key : a->name > b->name;
  };
  for (auto& [name, source] : sources_) {
    TRY_ASSIGN(const bool there, look(*source));
    if (there) heap.push_back(source.get());
  }
  std::make_heap(heap.begin(), heap.end(), later);
  while (!heap.empty()) {
    std::pop_heap(heap.begin(), heap.end(), later);
    Source& source = *heap.back();
    bool there = true;
    if (!source.loaded) {
      TRY_ASSIGN(const bool loaded, load(source));
      if (!loaded) {
        TRY_ASSIGN(there, look(source));
      }
    } else {
      // As long as it stays the oldest it need not go back to the heap.
      const Source* next = heap.size() > 1 ? heap.front() : nullptr;
      do {
        const uint32_t index = source.chosen[source.at++];
        const Line line = source.block.line(index);
        if (skip_ > 0) {
          skip_ -= line.continues ? 0 : 1;
        } else if (!sink(source.name, {source.first + index, source.run, line})) {
          return false;
        }
        if (source.at == source.chosen.size()) break;
        source.key = source.block.line(source.chosen[source.at]).time;
      } while (next == nullptr || !later(&source, next));
      if (source.at == source.chosen.size()) {
        TRY_ASSIGN(there, look(source));
      }
    }
    if (there) {
      std::push_heap(heap.begin(), heap.end(), later);
    } else {
      heap.pop_back();
    }
  }
  return true;
}

}  // namespace slipway::logs
