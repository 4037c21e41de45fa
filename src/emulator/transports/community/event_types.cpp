#include "emulator/transports/community/event_types.hpp"

#include <algorithm>
#include <array>

#include "core/text/number.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::array<community_event_type, community_event_count> known_event_types{{
    {"message_new"},
    {"message_reply"},
    {"message_edit"},
    {"message_allow"},
    {"message_deny"},
    {"message_read"},
    {"message_typing_state"},
    {"message_event"},
    {"message_reaction_event"},
    {"photo_new"},
    {"photo_comment_new"},
    {"photo_comment_edit"},
    {"photo_comment_restore"},
    {"photo_comment_delete"},
    {"audio_new"},
    {"video_new"},
    {"video_comment_new"},
    {"video_comment_edit"},
    {"video_comment_restore"},
    {"video_comment_delete"},
    {"wall_post_new"},
    {"wall_repost"},
    {"wall_schedule_post_new", false},
    {"wall_schedule_post_delete", false},
    {"wall_reply_new"},
    {"wall_reply_edit"},
    {"wall_reply_restore"},
    {"wall_reply_delete"},
    {"like_add"},
    {"like_remove"},
    {"board_post_new"},
    {"board_post_edit"},
    {"board_post_restore"},
    {"board_post_delete"},
    {"market_comment_new"},
    {"market_comment_edit"},
    {"market_comment_restore"},
    {"market_comment_delete"},
    {"market_order_new", false},
    {"market_order_edit", false},
    {"group_join"},
    {"group_leave"},
    {"user_block"},
    {"user_unblock"},
    {"poll_vote_new"},
    {"group_officers_edit"},
    {"group_change_settings"},
    {"group_change_photo"},
    {"lead_forms_new", false},
    {"donut_subscription_create"},
    {"donut_subscription_prolonged"},
    {"donut_subscription_expired"},
    {"donut_subscription_cancelled"},
    {"donut_subscription_price_changed"},
    {"donut_money_withdraw"},
    {"donut_money_withdraw_error"},
}};

}  // namespace

std::optional<api_version> read_version(std::string_view text) noexcept {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const auto major = vkxx::detail::parse_number<int>(text.substr(0, point));
  const auto minor = vkxx::detail::parse_number<int>(text.substr(point + 1));
  if (!major || !minor || *major < 0 || *minor < 0) return std::nullopt;
  return api_version{*major, *minor};
}

std::string to_string(api_version version) {
  return std::to_string(version.major) + "." + std::to_string(version.minor);
}

std::span<const community_event_type> community_event_types() noexcept {
  return known_event_types;
}

std::optional<std::size_t> event_index(std::string_view type) noexcept {
  const auto* found = std::ranges::find(known_event_types, type, &community_event_type::name);
  if (found == known_event_types.end()) return std::nullopt;
  return static_cast<std::size_t>(found - known_event_types.begin());
}

event_set all_event_types() noexcept {
  return event_set{}.set();
}

}  // namespace vkxx::emulation::detail
