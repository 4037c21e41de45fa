#include "dispatch/rows/update_rows.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/dispatch/inbox_update.hpp>
#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "core/json/json_members.hpp"

namespace vkxx::detail {
namespace {

constexpr std::size_t longest_key_part = 100;
constexpr std::size_t digest_size = 16;  // hexadecimal digits of digests in keys

std::string community_of(const update& received) {
  return received.group() ? std::to_string(received.group()->value()) : std::string{"-"};
}

bool is_plain(char letter) noexcept {
  return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
         (letter >= 'A' && letter <= 'Z') || letter == '_' || letter == '-' || letter == ':' ||
         letter == '.';
}

// Short and printable, whatever VK or a person sends.
std::string key_part(std::string_view text) {
  const bool plain =
      text.size() <= longest_key_part && std::all_of(text.begin(), text.end(), is_plain);
  return plain ? std::string{text} : "#" + to_hex(sha256(text)).substr(0, 2 * digest_size);
}

// Nothing unless it is a message with a number in its conversation.
std::string message_key(const update& received) {
  const auto message = json_member(received.raw(), "message").value_or(received.raw());
  constexpr std::array<std::string_view, 2> names{"peer_id", "conversation_message_id"};
  const auto found = json_members(message, names);
  const auto& peer = found[0];
  const auto& number = found[1];
  if (!peer || !number || *number == "0") return {};
  return "m/" + community_of(received) + "/" + key_part(*peer) + "/" + key_part(*number);
}

// A message that comes again from the history has the same number.
std::string mailbox_key(const update& received, std::string_view source) {
  if (received.type() != "user:4" && received.type() != "user:10004") return {};
  const auto elements = json_elements(received.raw());
  const std::size_t peer = received.type() == "user:4" ? 3 : 4;
  if (elements.size() <= peer) return {};
  return "u/" + key_part(source) + "/" + received.type() + "/" + key_part(elements[1]) + "/" +
         key_part(elements[peer]);
}

std::int64_t milliseconds(wall_time time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

std::vector<std::string> duplicate_keys(const update& received, std::string_view source) {
  std::vector<std::string> keys;
  if (!received.event_id().empty()) {
    keys.push_back("e/" + community_of(received) + "/" + key_part(received.event_id()));
  }
  if (received.type() == "message_new") {
    if (auto key = message_key(received); !key.empty()) keys.push_back(std::move(key));
  } else if (received.origin() == update_origin::user_long_poll) {
    if (auto key = mailbox_key(received, source); !key.empty()) keys.push_back(std::move(key));
  }
  return keys;
}

std::string event_key_of(const update& received, std::string_view source,
                         const update_cursor& cursor, std::size_t position) {
  if (!received.event_id().empty()) {
    return community_of(received) + "/" + key_part(received.event_id());
  }
  // The time: a position may come again after VK has lost its state.
  auto digested = cursor.text() + '\n' + std::to_string(position) + '\n';
  digested += received.raw();
  return key_part(source) + "/" + std::to_string(milliseconds(received.received())) + "/" +
         to_hex(sha256(digested)).substr(0, digest_size);
}

inbox_row row_of(const update& received, std::string_view source, const update_cursor& cursor,
                 std::size_t position, const lane_function& lanes) {
  auto lane = lanes(received);
  inbox_row row;
  row.source = source;
  // A share ends at the first slash, so that lanes of different shares are different.
  row.share = key_part(lane.share.empty() ? "-" : lane.share);
  row.lane = row.share + "/" + lane.name;
  row.type = received.type();
  row.body = inbox_body(received, event_key_of(received, source, cursor, position));
  row.keys = duplicate_keys(received, source);
  row.received = received.received();
  return row;
}

inbox_row row_of(const state_timer& timer, wall_time now) {
  const auto due = std::to_string(milliseconds(timer.due));
  update_data data;
  data.type = "vkxx:timer";
  data.received = now;
  data.object = "{\"key\":" + json_text(timer.key) + ",\"value\":" + json_text(timer.value) +
                ",\"due\":" + due + "}";
  inbox_row row;
  row.source = "timers";
  row.share = timer.share;
  row.lane = timer.lane;
  row.type = data.type;
  row.received = now;
  const auto key = "t/" + key_part(timer.key) + "/" + due;
  row.body = inbox_body(update{std::move(data)}, key);
  return row;
}

}  // namespace vkxx::detail
