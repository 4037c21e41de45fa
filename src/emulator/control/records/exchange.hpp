/// @file
/// An API call as it came, with its answer: what the control API shows and repeats.
#pragma once

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/emulator/recorded_request.hpp>

#include "emulator/http/answer.hpp"
#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// Contains secrets: `message` has the token.
struct exchange {
  std::shared_ptr<const recorded_request> record;
  http_message message;
  std::vector<name_value> answer_headers;
  std::string answer_body;  ///< Its first 64 KiB.
  bool cut = false;         ///< The body was longer.
};

/// Whether requests of this path are kept as exchanges: API calls and long polls, whose answers
/// have no tokens.
[[nodiscard]] bool is_kept_exchange(std::string_view path) noexcept;
[[nodiscard]] exchange exchange_of(std::shared_ptr<const recorded_request> record,
                                   const http_message& message, const answer& reply);
[[nodiscard]] std::size_t size_of(const exchange& value) noexcept;

/// `request` with the body and `response` with headers and body; secrets are redacted.
void add_exchange(boost::json::object& target, const exchange& value);
/// A command for a shell that repeats the request.
/// @param token the token as the reader may see it.
[[nodiscard]] std::string as_curl(const exchange& value, std::string_view base_url,
                                  std::string_view token);
/// The request and its answer as an HTTP archive (HAR 1.2); secrets are redacted.
/// @param time_ms Unix time.
[[nodiscard]] boost::json::object as_har(const exchange& value, std::string_view base_url,
                                         std::int64_t time_ms);
/// The request with other parameters: a member that is null removes its parameter.
/// @throws std::invalid_argument if a member is an array or an object.
[[nodiscard]] http_message changed_request(const exchange& value,
                                           const boost::json::object& changes);

}  // namespace vkxx::emulation::detail
