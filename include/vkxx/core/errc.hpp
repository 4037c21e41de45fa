/// @file
/// The failures that VK's API does not report: of this library, the network, HTTP and the decoder.
#pragma once

#include <string_view>

namespace vkxx {

/// A failure without an error code of VK's API.
enum class errc {
  /// The request cannot be sent as it is; the text names the field and what was expected.
  invalid_argument = 1,
  /// Cancelled by the caller.
  cancelled,
  /// The time of one attempt (`config::timeout`) was used up.
  timeout,
  /// The deadline of the whole call passed.
  deadline_exceeded,
  /// The host name could not be resolved.
  host_not_found,
  /// Nobody listens there, or a firewall is in the way.
  connection_refused,
  /// The connection could not be established for another reason.
  connection_failed,
  /// The connection was lost while sending the request or waiting for the answer.
  connection_lost,
  /// The TLS handshake failed for a reason other than the certificate.
  tls_failure,
  /// The server's certificate was not accepted.
  certificate_rejected,
  /// The proxy could not be reached, refused the user, or refused to connect.
  proxy_failure,
  /// An HTTP status other than 2xx, without an error of VK in the body.
  http_status,
  /// The answer ended before its announced length.
  truncated_answer,
  /// The answer is larger than `config::max_answer_size`, or its decoded form than
  /// `decode_options::memory_limit` (`reply::json()` has the same limit).
  answer_too_large,
  /// The answer is not JSON (an HTML page, an empty body).
  not_json,
  /// JSON with neither `response` nor `error`, or with an `error` of another shape.
  malformed_answer,
  /// The response does not fit the requested type.
  unexpected_type,
  /// A challenge (captcha, validation, confirmation) was refused or timed out.
  challenge_refused,
  /// VK refused the login, or the flow needs a missing value. The next four are special cases of
  /// it.
  authorization_failed,
  /// The login is unknown or the password is wrong.
  wrong_credentials,
  /// The code of a second factor was wrong, as often as it may be.
  wrong_code,
  /// VK accepts no more login attempts for some hours.
  too_many_attempts,
  /// VK has blocked the account.
  account_blocked,
  /// Too many redirects in a row.
  too_many_redirects,
  /// A page received by https leads to one by http.
  insecure_redirect,
  /// A part that the program supplied (a hook, a handler, a middleware) threw an exception.
  handler_failed,
  /// The body of a request could not be read (a missing file, one that changed its size while it
  /// was sent), or the body of an answer could not be written (a full disk).
  body_failed,
  /// The queue of calls that wait for the token's limit is full (`limits::max_queued`).
  queue_full,
  /// VK recently reported that a quota of this method is used up for this token (errors 9 and 29):
  /// it is not called before `error::retry_after()` has passed.
  method_blocked,
  /// The endpoint failed many times in a row: the circuit is open until `error::retry_after()` has
  /// passed.
  endpoint_unavailable,
  /// An upload server refused the file, before anything was saved; the text has the server's words.
  upload_refused,
  /// A store of state could not be read or written: a full disk, a damaged file, a file that
  /// another process holds.
  state_failed,
  /// A unit of work found another version of a value than expected, or a row that is gone.
  state_conflict,
};

/// Who reported a failure.
enum class error_origin {
  client,   ///< this library: bad input, cancellation, a deadline
  network,  ///< the connection to the server: names, sockets, TLS, proxies
  http,     ///< an HTTP status
  vk,       ///< VK's API, with an error code; or an upload server of VK
  decoder,  ///< the decoder of the answer
};

/// The outcome on VK's side: whether the request was executed, as far as known.
///
/// For a call that was sent several times it covers all attempts: once one of them may have been
/// executed, no later refusal, cancellation or deadline makes it `rejected` or `not_sent`.
enum class request_effect {  // ordered by how much VK may have done
  not_sent,                  ///< no byte of the request was sent: it was certainly not executed
  rejected,                  ///< VK, or a server in front of it, refused it: it was not executed
  unknown,                   ///< it may or may not have been executed
  /// VK answered; the failure came later: the answer does not fit the requested type, or code of
  /// the program threw. Do not send it again.
  executed,
};

/// In words, for messages.
[[nodiscard]] std::string_view to_string(errc code) noexcept;
/// In words, for messages.
[[nodiscard]] std::string_view to_string(error_origin origin) noexcept;
/// In words, for messages.
[[nodiscard]] std::string_view to_string(request_effect effect) noexcept;
/// Whether it is `authorization_failed` or one of its kinds.
[[nodiscard]] bool is_authorization_failure(errc code) noexcept;
/// Who reports this failure.
[[nodiscard]] error_origin origin_of(errc code) noexcept;

}  // namespace vkxx
