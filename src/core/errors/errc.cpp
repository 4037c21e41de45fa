#include <vkxx/core/errc.hpp>

namespace vkxx {

std::string_view to_string(errc code) noexcept {
  switch (code) {
    case errc::invalid_argument:
      return "invalid argument";
    case errc::cancelled:
      return "cancelled";
    case errc::timeout:
      return "timeout";
    case errc::deadline_exceeded:
      return "deadline exceeded";
    case errc::host_not_found:
      return "host not found";
    case errc::connection_refused:
      return "connection refused";
    case errc::connection_failed:
      return "connection failed";
    case errc::connection_lost:
      return "connection lost";
    case errc::tls_failure:
      return "TLS failure";
    case errc::certificate_rejected:
      return "certificate rejected";
    case errc::proxy_failure:
      return "proxy failure";
    case errc::http_status:
      return "HTTP status";
    case errc::truncated_answer:
      return "truncated answer";
    case errc::answer_too_large:
      return "answer too large";
    case errc::not_json:
      return "not JSON";
    case errc::malformed_answer:
      return "malformed answer";
    case errc::unexpected_type:
      return "unexpected type";
    case errc::challenge_refused:
      return "challenge refused";
    case errc::authorization_failed:
      return "authorization failed";
    case errc::wrong_credentials:
      return "wrong credentials";
    case errc::wrong_code:
      return "wrong code";
    case errc::too_many_attempts:
      return "too many attempts";
    case errc::account_blocked:
      return "account blocked";
    case errc::too_many_redirects:
      return "too many redirects";
    case errc::insecure_redirect:
      return "insecure redirect";
    case errc::handler_failed:
      return "handler failed";
    case errc::body_failed:
      return "body failed";
    case errc::queue_full:
      return "queue full";
    case errc::method_blocked:
      return "method blocked";
    case errc::endpoint_unavailable:
      return "endpoint unavailable";
    case errc::upload_refused:
      return "upload refused";
    case errc::state_failed:
      return "state failed";
    case errc::state_conflict:
      return "state conflict";
  }
  return "unknown failure";
}

std::string_view to_string(error_origin origin) noexcept {
  switch (origin) {
    case error_origin::client:
      return "client";
    case error_origin::network:
      return "network";
    case error_origin::http:
      return "HTTP";
    case error_origin::vk:
      return "VK";
    case error_origin::decoder:
      return "decoder";
  }
  return "unknown origin";
}

std::string_view to_string(request_effect effect) noexcept {
  switch (effect) {
    case request_effect::not_sent:
      return "not sent";
    case request_effect::rejected:
      return "rejected";
    case request_effect::unknown:
      return "unknown";
    case request_effect::executed:
      return "executed";
  }
  return "unknown";
}

bool is_authorization_failure(errc code) noexcept {
  return code == errc::authorization_failed || code == errc::wrong_credentials ||
         code == errc::wrong_code || code == errc::too_many_attempts ||
         code == errc::account_blocked;
}

error_origin origin_of(errc code) noexcept {
  switch (code) {
    case errc::timeout:
    case errc::deadline_exceeded:
    case errc::host_not_found:
    case errc::connection_refused:
    case errc::connection_failed:
    case errc::connection_lost:
    case errc::tls_failure:
    case errc::certificate_rejected:
    case errc::proxy_failure:
    case errc::endpoint_unavailable:
      return error_origin::network;
    case errc::http_status:
      return error_origin::http;
    case errc::upload_refused:
      return error_origin::vk;
    case errc::truncated_answer:
    case errc::answer_too_large:
    case errc::not_json:
    case errc::malformed_answer:
    case errc::unexpected_type:
    case errc::too_many_redirects:
    case errc::insecure_redirect:
      return error_origin::decoder;
    case errc::invalid_argument:
    case errc::cancelled:
    case errc::challenge_refused:
    case errc::state_failed:
    case errc::state_conflict:
    case errc::authorization_failed:
    case errc::wrong_credentials:
    case errc::wrong_code:
    case errc::too_many_attempts:
    case errc::account_blocked:
    case errc::handler_failed:
    case errc::body_failed:
    case errc::queue_full:
    case errc::method_blocked:
      return error_origin::client;
  }
  return error_origin::client;
}

}  // namespace vkxx
