#include <vkxx/messages/button.hpp>

#include <utility>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/utf8.hpp>
#include <vkxx/messages/rich_text.hpp>

namespace vkxx {
namespace {

constexpr std::size_t longest_label = 40;

bool has_label(button_kind kind) {
  return kind != button_kind::location && kind != button_kind::vk_pay;
}

bool has_color(button_kind kind) {
  return kind == button_kind::text || kind == button_kind::callback;
}

}  // namespace

std::string_view to_string(color value) noexcept {
  switch (value) {
    case color::primary:
      return "primary";
    case color::secondary:
      return "secondary";
    case color::positive:
      return "positive";
    case color::negative:
      return "negative";
  }
  return "unknown";
}

std::string_view to_string(button_kind value) noexcept {
  switch (value) {
    case button_kind::text:
      return "text";
    case button_kind::callback:
      return "callback";
    case button_kind::link:
      return "open_link";
    case button_kind::location:
      return "location";
    case button_kind::vk_pay:
      return "vkpay";
    case button_kind::open_app:
      return "open_app";
  }
  return "unknown";
}

button button::text(std::string_view label, vkxx::payload payload, vkxx::color color) {
  button result{button_kind::text};
  result.label_ = label;
  result.payload_ = std::move(payload);
  result.color_ = color;
  return result;
}

button button::callback(std::string_view label, vkxx::payload payload, vkxx::color color) {
  auto result = text(label, std::move(payload), color);
  result.kind_ = button_kind::callback;
  return result;
}

button button::link(std::string_view label, std::string_view address, vkxx::payload payload) {
  button result{button_kind::link};
  result.label_ = label;
  result.target_ = address;
  result.payload_ = std::move(payload);
  return result;
}

button button::location(vkxx::payload payload) {
  button result{button_kind::location};
  result.payload_ = std::move(payload);
  return result;
}

button button::vk_pay(std::string_view hash, vkxx::payload payload) {
  button result{button_kind::vk_pay};
  result.target_ = hash;
  result.payload_ = std::move(payload);
  return result;
}

button button::open_app(std::string_view label, app_id app, vkxx::owner_id owner,
                        std::string_view hash, vkxx::payload payload) {
  button result{button_kind::open_app};
  result.label_ = label;
  result.app_ = app;
  result.owner_ = owner;
  result.target_ = hash;
  result.payload_ = std::move(payload);
  return result;
}

std::string button::to_json() const {
  std::string json = R"({"action":{"type":)" + json_text(to_string(kind_));
  const auto add = [&json](std::string_view name, const std::string& value) {
    json += ",\"" + std::string{name} + "\":" + value;
  };
  if (has_label(kind_)) add("label", json_text(label_));
  if (kind_ == button_kind::link) add("link", json_text(target_));
  if (kind_ == button_kind::vk_pay) add("hash", json_text(target_));
  if (kind_ == button_kind::open_app) {
    add("app_id", std::to_string(app_.value()));
    if (owner_ != 0) add("owner_id", std::to_string(owner_.value()));
    if (!target_.empty()) add("hash", json_text(target_));
  }
  // VK's form: JSON in a text.
  if (!payload_.empty()) add("payload", json_text(payload_.to_json()));
  json += '}';
  if (has_color(kind_)) add("color", json_text(to_string(color_)));
  return json + '}';
}

std::vector<std::string> button::problems() const {
  std::vector<std::string> found;
  const auto name =
      has_label(kind_) ? "button " + json_text(label_) : std::string{to_string(kind_)} + " button";
  const auto add = [&](const std::string& text) { found.push_back(name + ": " + text); };
  if (has_label(kind_)) {
    if (label_.empty()) add("it has no label");
    if (!is_utf8(label_)) add("the label is not UTF-8");
    if (const auto length = vk_length(label_); length > longest_label) {
      add("the label has " + std::to_string(length) + " characters; VK takes " +
          std::to_string(longest_label));
    }
  }
  const bool is_page = target_.starts_with("https://") || target_.starts_with("http://");
  if (kind_ == button_kind::link && (!is_page || !is_utf8(target_)))
    add("the address has to begin with https:// or http://");
  if (kind_ == button_kind::vk_pay && target_.empty()) add("the hash of the payment is missing");
  if (kind_ == button_kind::open_app && app_.value() <= 0) add("the app is missing");
  if (kind_ != button_kind::link && !is_utf8(target_)) add("the hash is not UTF-8");
  for (const auto& problem : payload_.problems()) add(problem);
  return found;
}

}  // namespace vkxx
