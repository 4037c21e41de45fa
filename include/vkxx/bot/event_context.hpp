/// @file
/// What a handler of typed events gets.
#pragma once

#include <memory>
#include <utility>

#include <vkxx/bot/bot_context.hpp>

namespace vkxx {

/// An event of a type of `<vkxx/updates/event_types.hpp>`, such as `updates::group_join`.
///
/// A handle, as `bot_context` is.
template <detail::event_trait Event>
class event_context : public bot_context {
 public:
  /// The object of the event, of the type that VK's schema describes.
  using object_type = typename Event::object_type;

  /// For the bot.
  event_context(const bot_context& context, object_type object)
      : bot_context{context}, object_{std::make_shared<const object_type>(std::move(object))} {}

  /// The object of the event.
  [[nodiscard]] const object_type& object() const noexcept { return *object_; }

 private:
  std::shared_ptr<const object_type> object_;
};

}  // namespace vkxx
