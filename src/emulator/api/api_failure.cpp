#include "emulator/api/api_failure.hpp"

#include <vkxx/core/api_error_facts.hpp>

namespace vkxx::emulation::detail {

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
  const auto* known = find_facts(code);
  return known != nullptr ? std::string{known->meaning}
                          : "Error " + std::to_string(static_cast<int>(code)) + " occurred";
}

api_failure bad_parameter(std::string_view detail) {
  return {api_errc::bad_parameter,
          standard_message(api_errc::bad_parameter) + ": " + std::string{detail}};
}

}  // namespace vkxx::emulation::detail
