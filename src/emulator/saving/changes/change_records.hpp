/// @file
/// Changes of the world as records, from which they can be made again: the same commands at the
/// same times, in the same order, on the same world give the same world.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "emulator/api/api_request.hpp"
#include "emulator/http/http_message.hpp"
#include "emulator/transports/callback/callback_types.hpp"
#include "emulator/transports/polling.hpp"
#include "emulator/world/accounts/account_types.hpp"

namespace vkxx::emulation::detail {

/// An API method with state; a call inside of a script is one of its own.
struct method_change {
  std::int64_t time_ms = 0;
  std::uint64_t request = 0;  ///< The number that its events name as their cause.
  std::string method;
  argument_list arguments;
  std::string token;
  std::string base_url;
};

/// A request of the control API, or for the rules of a stream.
struct request_change {
  std::int64_t time_ms = 0;
  http_message message;
};

/// Files that an upload server has taken.
struct upload_change {
  struct file {
    std::string field;
    std::string filename;
    std::string extension;
    std::string content_type;
    std::string content;  ///< `saved_file_text`
  };
  std::int64_t time_ms = 0;
  std::uint64_t request = 0;
  std::string token;
  std::string base_url;
  bool old_format = false;
  std::vector<file> files;
};

/// A token that a login endpoint has issued or revoked.
struct token_change {
  token_record record;
  std::optional<std::int64_t> end_ms;
};

/// Requests of the Callback API were taken to be sent.
struct callbacks_change {
  std::int64_t time_ms = 0;
};

struct delivery_change {
  std::int64_t time_ms = 0;
  std::uint64_t attempt = 0;
  callback_reply reply;
};

/// What was due until then has happened.
struct due_change {
  std::int64_t time_ms = 0;
};

struct clock_change_record {
  std::int64_t offset_ms = 0;
  std::optional<std::int64_t> frozen_at_ms;
};

/// A poll that has used up a fault, or was the first of its community.
struct poll_change {
  std::int64_t time_ms = 0;
  bool of_community = false;
  std::int64_t owner = 0;
  bool last = false;
  poll_query query;
};

/// A request of the Callback API that has ended, which the change that follows names: snapshots do
/// not have it.
struct attempt_change {
  callback_attempt attempt;  ///< Without its reply and its times.
};

using change_record =
    std::variant<method_change, request_change, upload_change, token_change, callbacks_change,
                 delivery_change, due_change, clock_change_record, poll_change, attempt_change>;

// The parts of frequent records are not copied.
[[nodiscard]] std::string record_of_method(std::int64_t time_ms, std::uint64_t request,
                                           std::string_view method, const argument_list& arguments,
                                           std::string_view token, std::string_view base_url);
[[nodiscard]] std::string record_of_request(std::int64_t time_ms, const http_message& message);
[[nodiscard]] std::string record_of_delivery(std::int64_t time_ms, std::uint64_t attempt,
                                             const callback_reply& reply);
[[nodiscard]] std::string record_of(const change_record& change);
/// @throws record_failure
[[nodiscard]] change_record read_change(std::string_view record);

}  // namespace vkxx::emulation::detail
