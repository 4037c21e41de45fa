/// @file
/// Carousels: cards with pictures and buttons, side by side.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vkxx/core/ids.hpp>
#include <vkxx/messages/button.hpp>

namespace vkxx {

/// One card of a carousel: a title or a photo, and 1 to 3 buttons.
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class carousel_element {
 public:
  /// `title` and `description` have up to 80 characters (UTF-16 units) each; empty: none.
  explicit carousel_element(std::string_view title = {}, std::string_view description = {});

  /// The picture, `-1_2`: a photo that the community uploaded for messages, of 13:8 and at least
  /// 221×136. `photo-1_2_key`, as an upload prints it, is accepted, too.
  carousel_element& photo(std::string_view id);
  /// Adds a button.
  carousel_element& add(button added);
  /// A press on the card opens a page.
  carousel_element& open_link(std::string_view address);
  /// A press on the card opens its photo.
  carousel_element& open_photo();

  /// Empty: none.
  [[nodiscard]] const std::string& title() const noexcept { return title_; }
  /// Empty: none.
  [[nodiscard]] const std::string& description() const noexcept { return description_; }
  /// `-1_2`; empty: none.
  [[nodiscard]] const std::string& photo() const noexcept { return photo_; }
  /// In their order.
  [[nodiscard]] const std::vector<button>& buttons() const noexcept { return buttons_; }
  /// Whether a press on the card does something.
  [[nodiscard]] bool has_action() const noexcept { return opens_photo_ || !address_.empty(); }
  /// As JSON text, in VK's form.
  [[nodiscard]] std::string to_json() const;
  /// What VK would refuse, in words; empty: nothing.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  std::string title_;
  std::string description_;
  std::string photo_;
  std::string address_;
  bool opens_photo_ = false;
  std::vector<button> buttons_;
};

/// 1 to 10 cards, which all have the same parts. The message needs a text. Not every client shows
/// carousels: `client_info` of an incoming message says so.
/// https://dev.vk.com/api/bots/development/messages
///
/// Thread safety: distinct objects: safe; shared objects: safe while nobody writes.
class carousel {
 public:
  /// Adds a card.
  carousel& add(carousel_element element);

  /// In their order.
  [[nodiscard]] const std::vector<carousel_element>& elements() const noexcept { return elements_; }
  /// As JSON text: the value of the parameter `template`.
  [[nodiscard]] std::string to_json() const;
  /// What VK would refuse, in words that name the card; empty: nothing.
  [[nodiscard]] std::vector<std::string> problems() const;

 private:
  std::vector<carousel_element> elements_;
};

}  // namespace vkxx
