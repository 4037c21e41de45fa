/// @file
/// The inbox that `vkxx inbox` looks into.
#pragma once

#include <memory>
#include <string>
#include <vector>
#include <vkxx/state/state_store.hpp>

namespace vkxx::cli {

/// Where an inbox is.
struct inbox_place {
  std::string file;             ///< of `sqlite_state`, or the URL of a Redis
  std::string prefix = "vkxx";  ///< of the keys in Redis
  std::string ca_file;          ///< that may sign the certificate of Redis; empty: the system's
  std::vector<std::string> sentinels;  ///< their URLs; then the URL of Redis names no address
};

/// Whether the inbox is in Redis: then the programs that use it may run meanwhile.
[[nodiscard]] bool is_in_redis(const inbox_place& place);
/// Opens an inbox that exists. Throws `usage_failure`.
[[nodiscard]] std::shared_ptr<state_store> open_inbox(const inbox_place& place);

}  // namespace vkxx::cli
