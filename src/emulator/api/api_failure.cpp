#include "emulator/api/api_failure.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <vkxx/core/api_error_facts.hpp>

namespace vkxx::emulation::detail {

namespace {

struct error_text {
  int code;
  std::string_view text;
};

// VK's texts of what methods refuse, ascending.
constexpr std::array error_texts{
    error_text{118, "Invalid server"},
    error_text{121, "Invalid hash"},
    error_text{122, "Invalid photos"},
    error_text{125, "Invalid group id"},
    error_text{129, "Invalid photo"},
    error_text{174, "Cannot add user himself as friend"},
    error_text{175, "Cannot add this user to friends as they have put you on their blacklist"},
    error_text{176, "Cannot add this user to friends as you put him on blacklist"},
    error_text{177, "Cannot add this user to friends as user not found"},
    error_text{203, "Access to group denied"},
    error_text{210, "Access to wall's post denied"},
    error_text{211, "Access to wall's comment denied"},
    error_text{212, "Access to post comments denied"},
    error_text{213, "Access to status replies denied"},
    error_text{214, "Access to adding post denied"},
    error_text{242, "Too many friends: friends count exceeded"},
    error_text{243, "Comment was not deleted"},
    error_text{900, "Can't send messages for users from blacklist"},
    error_text{901, "Can't send messages for users without permission"},
    error_text{902, "Can't send messages to this user due to their privacy settings"},
    error_text{907, "Value of ts or pts is too old"},
    error_text{908, "Value of ts or pts is too new"},
    error_text{909, "Can't edit this message, because it's too old"},
    error_text{910, "Can't sent this message, because it's too big"},
    error_text{911, "Keyboard format is invalid"},
    error_text{912, "This is a chat bot feature, change this status in settings"},
    error_text{913, "Too many forwarded messages"},
    error_text{914, "Message is too long"},
    error_text{917, "You don't have access to this chat"},
    error_text{919, "You can't see invite link for this chat"},
    error_text{920, "Can't edit this kind of message"},
    error_text{921, "Can't forward these messages"},
    error_text{922, "You left this chat"},
    error_text{924, "Can't delete this message for everybody"},
    error_text{925, "You are not admin of this chat"},
    error_text{927, "Chat does not exist"},
    error_text{931, "You can't change invite link for this chat"},
    error_text{932, "Your community can't interact with this peer"},
    error_text{935, "User not found in chat"},
    error_text{936, "Contact not found"},
    error_text{939, "Message request already sent"},
    error_text{940, "Too many posts in messages"},
    error_text{942, "Cannot pin one-time story"},
    error_text{943, "Cannot use this intent"},
    error_text{944, "Limits overflow for this intent"},
    error_text{945, "Chat was disabled"},
    error_text{946, "Chat not supported"},
    error_text{947, "Can't add user to chat, because user has no access to group"},
    error_text{949, "Can't edit pinned message yet"},
    error_text{950, "Can't send message, reply timed out"},
    error_text{962, "You can't access donut chat without subscription"},
    error_text{969, "Message cannot be forwarded"},
    error_text{970, "Cannot pin an expiring message"},
    error_text{985, "Cannot write to notifications only groups"},
    error_text{987, "Need message request"},
    error_text{988, "Pending message request"},
    error_text{990, "Drop device cache"},
    error_text{1009, "Unknown reaction passed"},
    error_text{1010, "This reaction has been disabled"},
    error_text{1011, "Reactions limit for this message has been reached"},
    error_text{1012, "Writing is disabled for this chat"},
};

}  // namespace

std::string standard_message(api_errc code) {
  switch (code) {
    case api_errc::unknown_error:
      return "Unknown error occurred";
    case api_errc::app_disabled:
      return "Application is disabled. Enable your application or use test mode";
    case api_errc::unknown_method:
      return "Unknown method passed";
    case api_errc::bad_signature:
      return "Incorrect signature";
    case api_errc::authorization_failed:
      return "User authorization failed: invalid access_token (4).";
    case api_errc::too_many_requests_per_second:
      return "Too many requests per second";
    case api_errc::no_permission:
      return "Permission to perform this action is denied";
    case api_errc::bad_request:
      return "Invalid request";
    case api_errc::flood:
      return "Flood control";
    case api_errc::internal_error:
      return "Internal server error";
    case api_errc::execute_compile_error:
      return "Unable to compile code";
    case api_errc::execute_runtime_error:
      return "Runtime error occurred during code invocation";
    case api_errc::captcha_needed:
      return "Captcha needed";
    case api_errc::access_denied:
      return "Access denied";
    case api_errc::https_required:
      return "HTTP authorization failed";
    case api_errc::validation_required:
      return "Validation required";
    case api_errc::user_deleted_or_banned:
      return "User was deleted or banned";
    case api_errc::method_disabled:
      return "This method was disabled";
    case api_errc::confirmation_required:
      return "Confirmation required";
    case api_errc::token_confirmation_required:
      return "Token confirmation required";
    case api_errc::group_authorization_failed:
      return "Group authorization failed";
    case api_errc::application_authorization_failed:
      return "Application authorization failed";
    case api_errc::rate_limit:
      return "Rate limit reached";
    case api_errc::private_profile:
      return "This profile is private";
    case api_errc::bad_parameter:
      return "One of the parameters specified was missing or invalid";
    case api_errc::bad_api_id:
      return "Invalid application API ID";
    case api_errc::out_of_limits:
      return "Out of limits";
    case api_errc::not_found:
      return "Not found";
    case api_errc::bad_user_id:
      return "Invalid user id";
    case api_errc::http_method_not_supported:
      return "HTTP method is not supported";
    default:
      break;
  }
  const auto number = static_cast<int>(code);
  const auto* text = std::ranges::lower_bound(error_texts, number, {}, &error_text::code);
  if (text != error_texts.end() && text->code == number) return std::string{text->text};
  const auto* known = find_facts(code);
  return known != nullptr ? std::string{known->meaning}
                          : "Error " + std::to_string(static_cast<int>(code)) + " occurred";
}

api_failure bad_parameter(std::string_view detail) {
  return {api_errc::bad_parameter,
          standard_message(api_errc::bad_parameter) + ": " + std::string{detail}};
}

}  // namespace vkxx::emulation::detail
