#include "updates/values/source_failure.hpp"

namespace vkxx::detail {
namespace {

// The methods that give servers and keys.
constexpr int first_history_code = 907;
constexpr int second_history_code = 908;
constexpr int third_history_code = 990;

}  // namespace

bool is_permanent(const error& failure) {
  if (const auto code = failure.api_code()) {
    switch (static_cast<int>(*code)) {
      case 1:   // unknown error
      case 6:   // too many requests
      case 9:   // flood
      case 10:  // internal error
      case 29:  // the quota of the method
      case 36:  // time-out
      case 43:  // the section is closed for a while
        return false;
      default:
        return !failure.retryable();
    }
  }
  switch (failure.code().value_or(errc::invalid_argument)) {
    case errc::timeout:
    case errc::deadline_exceeded:
    case errc::host_not_found:
    case errc::connection_refused:
    case errc::connection_failed:
    case errc::connection_lost:
    case errc::tls_failure:
    case errc::proxy_failure:
    case errc::truncated_answer:
    case errc::not_json:
    case errc::malformed_answer:
    case errc::queue_full:
    case errc::method_blocked:
    case errc::endpoint_unavailable:
      return false;
    case errc::http_status:
      return !failure.retryable();
    default:
      return true;
  }
}

bool is_unusable_request(const error& failure) {
  return failure == errc::invalid_argument || failure == errc::certificate_rejected;
}

poll_event::history_end history_end_of(const error& failure) {
  const auto code = static_cast<int>(failure.api_code().value_or(api_errc{}));
  if (code == first_history_code || code == second_history_code || code == third_history_code)
    return poll_event::history_end::outdated;
  return is_permanent(failure) ? poll_event::history_end::other
                               : poll_event::history_end::transient;
}

bool may_be_read_later(const error& failure) {
  if (failure.token_is_dead()) return true;
  const auto code = failure.api_code();
  if (!code) return is_permanent(failure);  // it is not VK's word
  switch (static_cast<int>(*code)) {
    case 7:   // a right is missing
    case 14:  // a captcha
    case 15:  // access denied
    case 17:  // a person must confirm
    case 24:
      return true;
    default:
      return false;
  }
}

error stopped_error(bool stopped) {
  return {errc::cancelled, request_effect::not_sent,
          stopped ? "the source of updates was stopped" : "waiting for updates was cancelled"};
}

}  // namespace vkxx::detail
