#include <vkxx/dispatch/inbox_update.hpp>

#include <charconv>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx {
namespace {

constexpr std::int64_t furthest_time = 8'000'000'000'000;  // milliseconds

void add_body_member(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (json.size() > 1) json += ',';
  json += '"';
  json += name;
  json += "\":";
  json += value;
}

std::string body_text(std::string_view body, std::string_view name) {
  const auto found = json_member(body, name);
  return found && found->starts_with('"') ? json_string_value(*found) : std::string{};
}

std::optional<std::int64_t> body_number(std::string_view body, std::string_view name) {
  const auto found = json_member(body, name);
  if (!found) return std::nullopt;
  std::int64_t number = 0;
  const auto [end, failure] = std::from_chars(found->data(), found->data() + found->size(), number);
  if (failure != std::errc{} || end != found->data() + found->size()) return std::nullopt;
  return number;
}

std::optional<update_origin> origin_named(std::string_view name) {
  for (const auto origin : {update_origin::bots_long_poll, update_origin::user_long_poll,
                            update_origin::callback, update_origin::streaming}) {
    if (to_string(origin) == name) return origin;
  }
  return std::nullopt;
}

}  // namespace

std::string inbox_body(const update& value, std::string_view event_key) {
  const auto received =
      std::chrono::duration_cast<std::chrono::milliseconds>(value.received().time_since_epoch());
  std::string json{"{"};
  add_body_member(json, "key", json_text(event_key));
  add_body_member(json, "origin", json_text(to_string(value.origin())));
  add_body_member(json, "type", json_text(value.type()));
  if (value.group()) add_body_member(json, "group_id", std::to_string(value.group()->value()));
  if (!value.event_id().empty()) add_body_member(json, "event_id", json_text(value.event_id()));
  if (!value.version().empty()) add_body_member(json, "v", json_text(value.version()));
  add_body_member(json, "received", std::to_string(received.count()));
  if (value.attempt() != 1) add_body_member(json, "attempt", std::to_string(value.attempt()));
  add_body_member(json, "details", value.details());
  add_body_member(json, "object", value.raw());
  return json + "}";
}

result<inbox_update> read_inbox_body(std::string_view body) {
  const auto origin = origin_named(body_text(body, "origin"));
  auto key = body_text(body, "key");
  if (!body.starts_with('{') || !body.ends_with('}') || !origin || key.empty()) {
    return error{errc::malformed_answer, request_effect::not_sent,
                 "a row of the inbox could not be read: it is damaged, or of a newer version"};
  }
  update_data data;
  data.origin = *origin;
  data.type = body_text(body, "type");
  if (const auto group = body_number(body, "group_id")) data.group = group_id{*group};
  data.event_id = body_text(body, "event_id");
  data.version = body_text(body, "v");
  data.object = json_member(body, "object").value_or(std::string_view{});
  data.details = json_member(body, "details").value_or(std::string_view{});
  const auto received = body_number(body, "received").value_or(0);
  if (received > 0 && received < furthest_time) {
    data.received = wall_time{
        std::chrono::duration_cast<wall_time::duration>(std::chrono::milliseconds{received})};
  }
  const auto attempt = body_number(body, "attempt").value_or(1);
  data.attempt = attempt > 0 && attempt < 1000 ? static_cast<int>(attempt) : 1;
  return inbox_update{update{std::move(data)}, std::move(key)};
}

}  // namespace vkxx
