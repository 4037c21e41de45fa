// Ids of communities as a parameter of /authorize.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include <vkxx/core/exception.hpp>
#include "auth/signatures/signature_errors.hpp"

namespace vkxx::auth::detail {

// `1,2`: ids are positive here, whatever their sign.
[[nodiscard]] inline std::string joined_ids(const std::vector<std::int64_t>& ids) {
  std::string list;
  for (const auto id : ids) {
    if (!list.empty()) list += ',';
    list += std::to_string(id < 0 ? -id : id);
  }
  return list;
}

// Throws usage_exception for an invalid id of a community.
[[nodiscard]] inline std::vector<std::int64_t> checked_group_ids(std::vector<std::int64_t> ids) {
  for (const auto id : ids) {
    if (id != 0 && id != (std::numeric_limits<std::int64_t>::min)()) continue;
    throw usage_exception{
        malformed("group_ids: " + std::to_string(id) + " is not the id of a community")};
  }
  return ids;
}

}  // namespace vkxx::auth::detail
