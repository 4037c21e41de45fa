// What a connection to Redis needs to know, from its options.
#pragma once

#include <vkxx/core/result.hpp>
#include <vkxx/redis/options.hpp>
#include "redis/link.hpp"

namespace vkxx::redis::detail {

// Reads the URL, and the files of certificates if it asks for TLS. The error never contains the
// URL.
[[nodiscard]] result<endpoint> read_endpoint(const options& options);

}  // namespace vkxx::redis::detail
