/// @file
/// The members of a world event in a snapshot.
#pragma once

#include <array>
#include <boost/json/serialize.hpp>
#include <span>
#include <string_view>

#include "emulator/encoding/utf8_repair.hpp"
#include "emulator/saving/parts/saved_world.hpp"

namespace vkxx::emulation::detail {

inline constexpr std::size_t event_kinds = 44;
inline constexpr std::array<std::string_view, 5> saved_causes{"none", "request", "event", "control",
                                                              "clock"};

inline std::span<const std::string_view> event_kind_names() {
  static const auto names = [] {
    std::array<std::string_view, event_kinds> all;
    for (std::size_t i = 0; i < event_kinds; ++i) all[i] = to_string(static_cast<event_kind>(i));
    return all;
  }();
  return names;
}

template <class Archive>
void fields(Archive& archive, world_event& value) {
  archive.member("number", value.number);
  archive.member("time_ms", value.time_ms);
  archive.choice("kind", value.kind, event_kind_names());
  archive.member("cmid", value.cmid);
  archive.member("conversation", value.conversation, no_conversation);
  archive.member("actor", value.actor);
  archive.member("subject", value.subject);
  archive.choice("cause", value.cause.kind, saved_causes);
  archive.member("cause_number", value.cause.number);
  archive.member("bytes", value.bytes);
  if constexpr (Archive::reads) {
    // Communities are negative, chats above all users.
    constexpr std::int64_t largest_peer = 4'000'000'000;
    check_range(archive, "time_ms", value.time_ms, 0, latest_saved_ms);
    check_range(archive, "actor", value.actor, -largest_peer, largest_peer);
    check_range(archive, "subject", value.subject, -largest_peer, largest_peer);
    if (value.number > largest_saved_number) archive.refuse("number", "is too large");
    if (value.cause.number > largest_saved_number) archive.refuse("cause_number", "is too large");
    const auto* details = archive.find("details");
    if (details == nullptr) return;
    if (!details->is_object()) archive.refuse("details", "must be an object");
    value.details = details->get_object();
  } else if (!value.details.empty()) {
    archive.raw("details", repaired_utf8(boost::json::serialize(value.details)));
  }
}

}  // namespace vkxx::emulation::detail
