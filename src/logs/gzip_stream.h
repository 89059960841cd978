#pragma once
// Bytes as a gzip file, piece by piece, for downloads. One thread at a time.

#include <memory>
#include <string>
#include <string_view>

namespace slipway::logs {

class GzipStream {
 public:
  GzipStream();
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  // What of the file is ready after these bytes; often nothing.
  std::string add(std::string_view bytes);
  // The rest. Once.
  std::string finish();

 private:
  struct State;
  std::string run(std::string_view bytes, int flush);
  std::unique_ptr<State> state_;
};

}  // namespace slipway::logs
