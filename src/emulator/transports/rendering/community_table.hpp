/// @file
/// World events as the events that a community gets: a table of event kind, type and version.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "emulator/transports/community/event_types.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// A world event as one community sees it.
struct community_view {
  const world& state;
  const world_event& event;
  std::int64_t community;  ///< Positive.
  [[nodiscard]] std::int64_t member() const noexcept { return -community; }
};

/// The object of the event; nothing: it does not concern the community.
using community_writer = std::optional<boost::json::value> (*)(const community_view&);

struct community_row {
  event_kind kind;
  std::string_view type;
  api_version since;  ///< A row with a newer version replaces it from there.
  community_writer write;
};

/// Rows of one kind and type stand together, the newest version first.
[[nodiscard]] std::span<const community_row> community_rows() noexcept;
/// The rows of all types that a kind of event can become, in this version.
[[nodiscard]] std::vector<const community_row*> rows_of(event_kind kind, api_version version);
/// The communities that an event may concern, each once.
[[nodiscard]] std::vector<std::int64_t> concerned_communities(const world& state,
                                                              const world_event& event);

// The writers.
[[nodiscard]] std::optional<boost::json::value> write_message_new(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_bare_message_new(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_reply(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_edit(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_read(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_typing(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_reaction(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_event(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_allow(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_message_deny(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_group_join(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_group_leave(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_user_block(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_user_unblock(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_wall_post(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_wall_repost(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_scheduled_post(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_unscheduled_post(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_wall_reply(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_wall_reply_delete(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_like(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_photo_new(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_video_new(const community_view& seen);
[[nodiscard]] std::optional<boost::json::value> write_audio_new(const community_view& seen);

}  // namespace vkxx::emulation::detail
