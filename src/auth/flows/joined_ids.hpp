// Ids of communities as a parameter of /authorize.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vkxx::auth {

// `1,2`; ids are positive here, whatever sign they were given with.
[[nodiscard]] inline std::string joined_ids(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) {
    if (!list.empty()) list += ',';
    list += std::to_string(id < 0 ? -id : id);
  }
  return list;
}

}  // namespace vkxx::auth
