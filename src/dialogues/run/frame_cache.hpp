// Functions that wait in memory, by the key of their stored log.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "dialogues/run/dialogue_frame.hpp"

namespace vkxx::detail {

// The store decides: a frame counts only with the bytes that it had when it was put.
//
// Thread safety: safe to share.
class frame_cache {
 public:
  explicit frame_cache(std::size_t limit) : limit_{limit} {}

  // Drops the least recently used ones above the limit.
  void put(const std::string& key, std::string bytes, frame_owner frame);
  // Nothing: there is none with these bytes; another one is dropped.
  [[nodiscard]] frame_owner take(const std::string& key, const std::string& bytes);
  void drop(const std::string& key);
  void clear() noexcept;
  [[nodiscard]] std::size_t size() const;

 private:
  struct entry {
    std::string key;
    std::string bytes;
    frame_owner frame;
  };
  using entries = std::list<entry>;  // the most recently used first

  const std::size_t limit_;
  mutable std::mutex mutex_;
  entries entries_;
  std::map<std::string, entries::iterator> places_;
};

}  // namespace vkxx::detail
