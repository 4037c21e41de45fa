/// @file
/// The failures that are not VK's own words: ours, the network's, HTTP's, the decoder's.
#pragma once

#include <string_view>

namespace vkxx {

/// What went wrong when VK itself did not say so with an error code of its API.
enum class errc {
  /// A request that cannot be sent as it stands; the text names the field and what was expected.
  invalid_argument = 1,
  /// Cancelled by the caller.
  cancelled,
  /// The time of one attempt (`config::timeout`) was used up.
  timeout,
  /// The deadline of the whole call passed.
  deadline_exceeded,
  /// The host name could not be resolved.
  host_not_found,
  /// Nobody listens there, or the way there is closed.
  connection_refused,
  /// No connection came about for another reason.
  connection_failed,
  /// The connection broke while the request was sent or the answer awaited.
  connection_lost,
  /// TLS could not be set up for another reason than the certificate.
  tls_failure,
  /// The server's certificate was not accepted.
  certificate_rejected,
  /// The proxy could not be reached, refused the user, or refused to connect.
  proxy_failure,
  /// An HTTP status other than 2xx, without an error of VK in the body.
  http_status,
  /// The answer ended before its announced length.
  truncated_answer,
  /// The answer is larger than `config::max_answer_size`, or what is made of it than
  /// `decode_options::memory_limit` (`reply::json()` has the same limit).
  answer_too_large,
  /// The answer is not JSON (an HTML page, an empty body).
  not_json,
  /// JSON with neither `response` nor `error`, or with an `error` of another shape.
  malformed_answer,
  /// The response does not fit the type that was asked for.
  unexpected_type,
  /// A challenge (captcha, validation, confirmation) was refused, or ran out of time.
  challenge_refused,
  /// VK refused the login, or the flow needs something that was not given. The next four are kinds
  /// of it that a program may want to tell apart.
  authorization_failed,
  /// VK does not know the login, or the password is another one.
  wrong_credentials,
  /// The code of a second factor was wrong, as often as it may be.
  wrong_code,
  /// VK wants no more attempts to log in for some hours.
  too_many_attempts,
  /// VK has blocked the account.
  account_blocked,
  /// A page sent on to another, and that one again, without end.
  too_many_redirects,
  /// A page that came by https leads to one by http.
  insecure_redirect,
  /// A part that the program supplied (a hook, a handler, a middleware) threw an exception.
  handler_failed,
  /// The body of a request could not be read (a missing file, one that changed its size while it
  /// was
  /// sent), or the body of an answer could not be written (a full disk).
  body_failed,
  /// The line of calls that wait for the token's limit is full (`limits::max_queued`).
  queue_full,
  /// VK said lately that a quota of this method is used up for this token (errors 9 and 29): it is
  /// not called before `error::retry_after()` has passed.
  method_blocked,
  /// The endpoint failed many times in a row: the circuit is open until `error::retry_after()` has
  /// passed.
  endpoint_unavailable,
};

/// Who said it.
enum class error_origin {
  client,   ///< this library: bad input, cancellation, a deadline
  network,  ///< the way to the server: names, sockets, TLS, proxies
  http,     ///< an HTTP status
  vk,       ///< VK's API, with an error code
  decoder,  ///< the reader of the answer
};

/// The outcome on VK's side: what is known of whether the request was executed.
///
/// Of a call that was sent several times it covers all attempts: once one of them may have been
/// executed, no later refusal, cancellation or deadline makes it `rejected` or `not_sent`.
enum class request_effect {  // in this order: each says more of what VK did
  not_sent,                  ///< no byte of the request left: it surely was not executed
  rejected,                  ///< VK or a server before it refused it: it was not executed
  unknown,                   ///< it may have been executed, or not
  executed,  ///< VK answered it; what failed came after: its answer does not fit the type that was
             ///< wanted, or code of the program threw. Do not send it again
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
