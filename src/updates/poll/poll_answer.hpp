// The answers of long poll servers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/updates/update.hpp>

namespace vkxx::detail {

// What an answer is, whatever it holds.
enum class poll_content {
  updates,     // with `ts`
  failed,      // a `failed`
  broken,      // JSON with neither; perhaps with updates
  unreadable,  // no JSON object
};

struct poll_answer {
  poll_content content = poll_content::unreadable;
  std::int64_t failed = 0;        // VK's number; 0: not readable
  std::optional<std::string> ts;  // a number or a text
  std::optional<std::int64_t> pts;
  std::optional<std::int64_t> min_version;
  std::optional<std::int64_t> max_version;
  std::vector<std::string> updates;  // the JSON text of each
};

// Throws nothing but std::bad_alloc, whatever the bytes are.
[[nodiscard]] poll_answer read_poll_answer(std::string body);

// A page of messages.getLongPollHistory.
struct poll_history {
  struct item {
    std::string update;   // the array
    std::string details;  // VK's message object; empty: none
  };
  std::vector<item> items;
  std::optional<std::int64_t> new_pts;
  bool more = false;
};

// `response`: checked JSON. Nothing: it is no history.
[[nodiscard]] std::optional<poll_history> read_poll_history(std::string_view response);

// An update of Bots Long Poll or of the Callback API. `json`: checked JSON.
[[nodiscard]] update_data read_community_update(std::string_view json);
// An update of User Long Poll: an array whose first element is the code.
[[nodiscard]] update_data read_mailbox_update(std::string_view json, std::string_view details);

}  // namespace vkxx::detail
