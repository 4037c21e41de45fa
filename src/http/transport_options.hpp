// The check of a transport's options.
#pragma once

#include <vkxx/http/curl_transport.hpp>

namespace vkxx::http::detail {

/// Throws `usage_exception` if an option is out of its range.
void check(const transport_options& options);

}  // namespace vkxx::http::detail
