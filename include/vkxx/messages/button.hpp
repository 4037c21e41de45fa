/// @file
/// Buttons of keyboards and carousels.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/messages/payload.hpp>

namespace vkxx {

/// The color of a button that sends a text or an event.
enum class color {
  primary,    ///< blue
  secondary,  ///< white or grey
  positive,   ///< green
  negative,   ///< red
};

/// VK's name of the color.
[[nodiscard]] std::string_view to_string(color value) noexcept;

/// What a button does.
enum class button_kind {
  text,      ///< sends a message with the label as its text
  callback,  ///< sends an event (`message_event`), no message
  link,      ///< opens a page
  location,  ///< asks for the place of the user, and sends it
  vk_pay,    ///< opens a payment
  open_app,  ///< opens a mini app
};

/// VK's name of the kind, such as `open_link`.
[[nodiscard]] std::string_view to_string(button_kind value) noexcept;

/// A button of a keyboard or a carousel.
/// https://dev.vk.com/api/bots/development/keyboard
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class button {
 public:
  /// Sends a message with the label as its text.
  [[nodiscard]] static button text(std::string_view label, vkxx::payload payload = vkxx::payload{},
                                   vkxx::color color = vkxx::color::secondary);
  /// Sends an event to the program, no message.
  [[nodiscard]] static button callback(std::string_view label,
                                       vkxx::payload payload = vkxx::payload{},
                                       vkxx::color color = vkxx::color::secondary);
  /// Opens a page.
  [[nodiscard]] static button link(std::string_view label, std::string_view address,
                                   vkxx::payload payload = vkxx::payload{});
  /// Asks for the place of the user. VK writes the label.
  [[nodiscard]] static button location(vkxx::payload payload = vkxx::payload{});
  /// Opens a payment; `hash` as VK describes it. VK writes the label.
  [[nodiscard]] static button vk_pay(std::string_view hash,
                                     vkxx::payload payload = vkxx::payload{});
  /// Opens a mini app; `owner`: the community in which it is installed, 0 for none; `hash`: what
  /// the app gets after `#`.
  [[nodiscard]] static button open_app(std::string_view label, app_id app,
                                       vkxx::owner_id owner = vkxx::owner_id{},
                                       std::string_view hash = {},
                                       vkxx::payload payload = vkxx::payload{});

  /// What it does.
  [[nodiscard]] button_kind kind() const noexcept { return kind_; }
  /// Empty if VK writes it.
  [[nodiscard]] const std::string& label() const noexcept { return label_; }
  /// What it carries; may be empty.
  [[nodiscard]] const vkxx::payload& payload() const noexcept { return payload_; }
  /// Of the kinds `text` and `callback`; others have none at VK.
  [[nodiscard]] vkxx::color color() const noexcept { return color_; }
  /// As JSON text, in VK's form.
  [[nodiscard]] std::string to_json() const;
  /// What VK would refuse, in words that name the button; empty: nothing.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  explicit button(button_kind kind) noexcept : kind_{kind} {}

  button_kind kind_;
  std::string label_;
  vkxx::payload payload_;
  vkxx::color color_ = vkxx::color::secondary;
  std::string target_;  // an address, or a hash
  app_id app_;
  owner_id owner_;
};

}  // namespace vkxx
