// The frames of the Streaming API.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <vkxx/updates/update.hpp>

namespace vkxx::detail {

enum class stream_content { update, service, error, other, unreadable };

struct stream_frame {
  stream_content content = stream_content::unreadable;
  std::int64_t code = 0;  // of a service message or an error
  update_data update;
};

// Throws nothing but std::bad_alloc, whatever the bytes are.
[[nodiscard]] stream_frame read_stream_frame(std::string text);
// VK's error code in the body of a refusal; 0: there is none.
[[nodiscard]] std::int64_t stream_error_code(std::string_view json);

}  // namespace vkxx::detail
