// What tests of stores share.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/state/inbox_row.hpp>

namespace vkxx::testing {

// The outcome of an operation, in a loop of its own.
template <class T>
T outcome_of(asio::awaitable<T> operation) {
  asio::io_context io;
  auto outcome = asio::co_spawn(io, std::move(operation), asio::use_future);
  io.run();
  return outcome.get();
}

// A folder that goes with the object.
class temporary_folder {
 public:
  temporary_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "vkxx-inbox-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;
  ~temporary_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (path_ / name).string(); }

 private:
  std::filesystem::path path_;
};

// Milliseconds since 1970.
inline wall_time at(std::int64_t count) {
  return wall_time{
      std::chrono::duration_cast<wall_time::duration>(std::chrono::milliseconds{count})};
}

inline inbox_row row_in(std::string lane, std::string body = "body",
                        std::vector<std::string> keys = {}) {
  inbox_row row;
  row.source = "source";
  row.share = lane.substr(0, lane.find('/'));
  row.lane = std::move(lane);
  row.type = "type";
  row.body = std::move(body);
  row.keys = std::move(keys);
  row.received = at(1'000'000);
  return row;
}

}  // namespace vkxx::testing
