#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>

#include <vkxx/core/json_parts.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/core/printable.hpp>
#include <vkxx/updates/update.hpp>
#include "updates/values/checked_json.hpp"

namespace vkxx {
namespace {

constexpr std::string_view warning_member = "warning";
constexpr std::size_t deepest_object = 256;
constexpr std::size_t longest_shown_type = 60;

void add_member(std::string& json, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  if (json.size() > 1) json += ',';
  json += '"';
  json += name;
  json += "\":";
  json += value;
}

}  // namespace

std::string_view to_string(update_origin origin) noexcept {
  switch (origin) {
    case update_origin::bots_long_poll:
      return "bots_long_poll";
    case update_origin::user_long_poll:
      return "user_long_poll";
    case update_origin::callback:
      return "callback";
    case update_origin::streaming:
      return "streaming";
  }
  return "unknown";
}

update::update(update_data data) : data_{std::make_shared<const update_data>(std::move(data))} {}

const std::string& update::type() const noexcept {
  return data_->type;
}
std::optional<group_id> update::group() const noexcept {
  return data_->group;
}
const std::string& update::event_id() const noexcept {
  return data_->event_id;
}
const std::string& update::version() const noexcept {
  return data_->version;
}
std::string_view update::raw() const noexcept {
  return data_->object;
}
std::string_view update::details() const noexcept {
  return data_->details;
}
std::chrono::system_clock::time_point update::received() const noexcept {
  return data_->received;
}
update_origin update::origin() const noexcept {
  return data_->origin;
}
int update::attempt() const noexcept {
  return data_->attempt;
}

std::string update::warning() const {
  const auto found = detail::json_part(data_->object, warning_member);
  // Only a warning that stands alone is in place of the object.
  if (!found.starts_with('"') || json_member(data_->object, "id")) return {};
  return json_string_value(found);
}

std::string update::to_json() const {
  std::string json{"{"};
  if (!data_->type.empty()) add_member(json, "type", json_text(data_->type));
  add_member(json, "object", data_->object);
  add_member(json, "details", data_->details);
  if (data_->group) add_member(json, "group_id", std::to_string(data_->group->value()));
  if (!data_->event_id.empty()) add_member(json, "event_id", json_text(data_->event_id));
  if (!data_->version.empty()) add_member(json, "v", json_text(data_->version));
  return json + "}";
}

result<std::string> update::json_of(std::string_view type) const {
  if (data_->type != type) {
    return misfit("it is not of the type " + std::string{type} + "; check type() first");
  }
  if (const auto text = warning(); !text.empty()) {
    return misfit("VK sent a warning in place of the object: " + printable(text) +
                  "; raise the version of the API in the settings of the community");
  }
  // Before version 5.103 the object is the message itself.
  if (type == "message_new" && !json_member(data_->object, "message"))
    return "{\"message\":" + data_->object + "}";
  return data_->object;
}

result<std::shared_ptr<const boost::json::value>> update::parsed() const {
  boost::json::parse_options options;
  options.max_depth = deepest_object;
  boost::json::error_code failure;
  auto tree = boost::json::parse(data_->object, failure, {}, options);
  if (failure) return misfit("it is nested too deeply, or not JSON");
  return std::make_shared<const boost::json::value>(std::move(tree));
}

error update::misfit(const std::string& reason) const {
  const auto shown = printable(std::string_view{data_->type}.substr(0, longest_shown_type));
  return error{errc::unexpected_type, request_effect::executed,
               "the object of the update " + shown + " does not fit: " + reason};
}

}  // namespace vkxx
