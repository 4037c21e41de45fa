// Which updates of a batch were passed on, when a run ends in the middle of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vkxx/updates/update_source.hpp>

namespace vkxx::cli {

// The first updates of a batch, as their number and a mark of what they were: VK's position is
// that before the batch, and may lead to others.
class passed_updates {
 public:
  passed_updates() = default;
  // What `text()` gave; nothing was passed on if it is something else.
  explicit passed_updates(std::string_view text);

  void add(const update& content);
  [[nodiscard]] std::size_t count() const noexcept { return count_; }
  // How many at the front of `batch` these are: all or none.
  [[nodiscard]] std::size_t at_front_of(const update_batch& batch) const;
  // Printable.
  [[nodiscard]] std::string text() const;

 private:
  std::size_t count_ = 0;
  std::uint64_t mark_ = 0xcbf29ce484222325;  // FNV-1a
};

}  // namespace vkxx::cli
