/// @file
/// Advice that several API errors share.
#pragma once

#include <string_view>

namespace vkxx::detail::advice {

inline constexpr std::string_view use_other_token =
    "Repeating will not help: use a token whose owner may see or change the object.";
inline constexpr std::string_view correct_parameter =
    "Correct the parameter and send the request again.";
inline constexpr std::string_view check_id =
    "Check the id and the owner in the request; the object may have been deleted.";
inline constexpr std::string_view remove_something =
    "Repeating will not help: remove something first, or use less.";
inline constexpr std::string_view upload_again =
    "Ask for a new upload address, upload the file again, and pass its answer on unaltered.";
inline constexpr std::string_view try_later = "Try again later, with growing pauses.";
inline constexpr std::string_view wait_a_day =
    "Wait until the daily limit starts anew; do not repeat in a loop.";
inline constexpr std::string_view read_state_first =
    "Treat it as done, or read the state of the object before changing it.";
inline constexpr std::string_view change_settings =
    "Have a manager of the community change its settings first.";
inline constexpr std::string_view get_fresh_link = "Ask the other side for a fresh link.";
inline constexpr std::string_view ask_recipient =
    "Only the person on the other side can change this; do not repeat.";
inline constexpr std::string_view choose_another_target =
    "Advertise something else, or have the owner of the target change it.";
inline constexpr std::string_view restart_long_poll =
    "Drop the cached state, ask the long poll server for fresh values, and start from them.";
inline constexpr std::string_view check_crop =
    "Choose a crop that lies inside the picture and is not below the smallest size.";
inline constexpr std::string_view ask_person =
    "Let the person do what VK asks for, then repeat the call.";
inline constexpr std::string_view get_anonymous_token =
    "Get a new anonymous token and repeat the call.";
inline constexpr std::string_view shorten = "Make it shorter and send it again.";
inline constexpr std::string_view no_remedy = "Repeating will not help: treat the call as refused.";

}  // namespace vkxx::detail::advice
