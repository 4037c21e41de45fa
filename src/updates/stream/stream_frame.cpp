#include "updates/stream/stream_frame.hpp"

#include <utility>

#include <vkxx/core/json_parts.hpp>
#include "updates/values/checked_json.hpp"

namespace vkxx::detail {
namespace {

constexpr std::int64_t event_code = 100;
constexpr std::int64_t service_code = 300;
constexpr std::int64_t error_code = 400;

}  // namespace

std::int64_t stream_error_code(std::string_view json) {
  return integer_text(json_part(json_part(json, "error"), "error_code")).value_or(0);
}

stream_frame read_stream_frame(std::string text) {
  stream_frame frame;
  const auto json = checked_json(std::move(text));
  if (!json) return frame;
  frame.content = stream_content::other;
  const auto code = integer_text(json_part(*json, "code")).value_or(0);
  if (code == service_code) {
    frame.content = stream_content::service;
    const auto message = json_part(*json, "service_message");
    frame.code = integer_text(json_part(message, "service_code")).value_or(0);
  } else if (code == error_code) {
    frame.content = stream_content::error;
    frame.code = stream_error_code(*json);
  } else if (code == event_code) {
    const auto event = json_part(*json, "event");
    const auto type = json_part(event, "event_type");
    frame.content = stream_content::update;
    frame.update.origin = update_origin::streaming;
    frame.update.object = event;
    if (type.starts_with('"')) frame.update.type = "stream:" + json_string_value(type);
  }
  return frame;
}

}  // namespace vkxx::detail
