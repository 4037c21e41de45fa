// The entries of a store, the least recently used first. Pure.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace vkxx::detail {

class entry_list {
 public:
  explicit entry_list(std::size_t limit) noexcept : limit_{limit == 0 ? 1 : limit} {}
  entry_list(const entry_list&) = delete;
  entry_list& operator=(const entry_list&) = delete;

  [[nodiscard]] std::optional<std::string> find(std::string_view key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return std::nullopt;
    entries_.splice(entries_.end(), entries_, found->second);
    return found->second->second;
  }
  void put(std::string_view key, std::string_view value) {
    erase(key);
    entries_.emplace_back(std::string{key}, std::string{value});
    places_.emplace(entries_.back().first, std::prev(entries_.end()));
    if (entries_.size() > limit_) erase(std::string{entries_.front().first});
  }
  void erase(std::string_view key) {
    const auto found = places_.find(key);
    if (found == places_.end()) return;
    const auto place = found->second;
    places_.erase(found);
    entries_.erase(place);
  }
  void clear() noexcept {
    places_.clear();
    entries_.clear();
  }
  [[nodiscard]] const std::list<std::pair<std::string, std::string>>& entries() const noexcept {
    return entries_;
  }

 private:
  std::size_t limit_;
  std::list<std::pair<std::string, std::string>> entries_;
  // The keys are those in the list.
  std::map<std::string_view, std::list<std::pair<std::string, std::string>>::iterator, std::less<>>
      places_;
};

}  // namespace vkxx::detail
