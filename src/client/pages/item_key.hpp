// What tells the items of a list apart, by the schema's word (`paging::identity`).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace vkxx::detail {

class item_identity {
 public:
  // `text`: alternatives separated by `|`, each of paths separated by commas; see `paging`.
  explicit item_identity(std::string_view text);

  // Whether anything identifies the items of the list.
  [[nodiscard]] bool exists() const noexcept { return !alternatives_.empty(); }
  // The key by the first alternative whose members are all set (not absent, null, 0, false or
  // empty; members before the last may be 0). A plain number or text identifies itself. Nothing:
  // this item cannot be identified.
  [[nodiscard]] std::optional<std::uint64_t> key(const boost::json::value& item) const;

 private:
  std::vector<std::vector<std::string>> alternatives_;
};

// The key of the value as a whole.
[[nodiscard]] std::uint64_t whole_key(const boost::json::value& item);

}  // namespace vkxx::detail
