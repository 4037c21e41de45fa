#include <vkxx/dispatch/inbox_update.hpp>

#include <array>
#include <charconv>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/state/inbox_row.hpp>
#include "core/json/json_members.hpp"

namespace vkxx {
namespace {

constexpr std::size_t size_of_members = 256;
constexpr std::int64_t furthest_time = 8'000'000'000'000;  // milliseconds

void add_body_member(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (json.size() > 1) json += ',';
  json += '"';
  json += name;
  json += "\":";
  json += value;
}

// The members of a body, by their places in `body_names`.
enum class member {
  key,
  origin,
  type,
  group_id,
  event_id,
  version,
  received,
  attempt,
  details,
  object
};
constexpr std::array<std::string_view, 10> body_names{"key",      "origin", "type",     "group_id",
                                                      "event_id", "v",      "received", "attempt",
                                                      "details",  "object"};

// What is in a body, read in one pass.
class body_members {
 public:
  explicit body_members(std::string_view body) : found_{detail::json_members(body, body_names)} {}
  // The JSON; empty: there is none.
  [[nodiscard]] std::string_view json(member name) const {
    return found_[static_cast<std::size_t>(name)].value_or(std::string_view{});
  }
  [[nodiscard]] std::string text(member name) const {
    const auto value = json(name);
    return value.starts_with('"') ? json_string_value(value) : std::string{};
  }
  [[nodiscard]] std::optional<std::int64_t> number(member name) const {
    const auto value = json(name);
    std::int64_t number = 0;
    const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), number);
    if (failure != std::errc{} || end != value.data() + value.size()) return std::nullopt;
    return number;
  }

 private:
  std::vector<std::optional<std::string_view>> found_;
};

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
  json.reserve(value.raw().size() + value.details().size() + event_key.size() + size_of_members);
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
  const body_members members{body};
  const auto origin = origin_named(members.text(member::origin));
  auto key = members.text(member::key);
  if (!body.starts_with('{') || !body.ends_with('}') || !origin || key.empty()) {
    return error{errc::malformed_answer, request_effect::not_sent,
                 "a row of the inbox could not be read: it is damaged, or of a newer version"};
  }
  update_data data;
  data.origin = *origin;
  data.type = members.text(member::type);
  if (const auto group = members.number(member::group_id)) data.group = group_id{*group};
  data.event_id = members.text(member::event_id);
  data.version = members.text(member::version);
  data.object = members.json(member::object);
  data.details = members.json(member::details);
  const auto received = members.number(member::received).value_or(0);
  if (received > 0 && received < furthest_time) {
    data.received = wall_time{
        std::chrono::duration_cast<wall_time::duration>(std::chrono::milliseconds{received})};
  }
  const auto attempt = members.number(member::attempt).value_or(1);
  data.attempt = attempt > 0 && attempt < 1000 ? static_cast<int>(attempt) : 1;
  return inbox_update{update{std::move(data)}, std::move(key)};
}

}  // namespace vkxx
