/// @file
/// What VK reports to a program: one update, whatever it came by.
#pragma once

#include <boost/json/fwd.hpp>
#include <chrono>
#include <concepts>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <vkxx/client/conversion.hpp>
#include <vkxx/core/ids.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx {

/// Which kind of source an update came from.
enum class update_origin {
  bots_long_poll,  ///< Bots Long Poll, of a community
  user_long_poll,  ///< User Long Poll, of a mailbox
  callback,        ///< the Callback API
  streaming,       ///< the Streaming API
};

/// The name of the origin: `bots_long_poll`, `user_long_poll`, `callback`, `streaming`.
[[nodiscard]] std::string_view to_string(update_origin origin) noexcept;

/// The parts of an update; for sources and stores, which create updates. All texts may be empty.
struct update_data {
  update_origin origin = update_origin::bots_long_poll;  ///< where it came from
  std::string type;                                      ///< VK's name of the type
  std::optional<group_id> group;                         ///< the community that it belongs to
  std::string event_id;                                  ///< VK's identity of the event
  std::string version;                                   ///< version of the API of `object`
  std::string object;                                    ///< JSON text
  std::string details;                                   ///< JSON text; see `update::details`
  std::chrono::system_clock::time_point received{};      ///< when it was received
  int attempt = 1;                                       ///< see `update::attempt`
};

namespace detail {

// A type of events with its name and its object: those of `<vkxx/updates/event_types.hpp>`.
template <class T>
concept event_trait = requires(std::string_view json) {
  typename T::object_type;
  { T::name } -> std::convertible_to<std::string_view>;
  { T::decode(json) } -> std::same_as<result<typename T::object_type>>;
};

template <class T>
struct update_content {
  using type = T;
};
template <event_trait T>
struct update_content<T> {
  using type = typename T::object_type;
};

}  // namespace detail

/// One update. Immutable; copies are cheap and share the text.
///
/// Thread safety: safe to share.
class update {
 public:
  /// Takes the parts over.
  explicit update(update_data data);

  /// VK's name of the type, such as `message_new`: an open set. Of User Long Poll `user:` and the
  /// code, such as `user:4`; of the Streaming API `stream:` and the type, such as `stream:post`. An
  /// item that is not an update has an empty type, and `raw()` is the whole item.
  [[nodiscard]] const std::string& type() const noexcept;
  /// The community that the update belongs to; nothing: it belongs to none, or VK did not say.
  [[nodiscard]] std::optional<group_id> group() const noexcept;
  /// VK's identity of the event, 40 hexadecimal characters: the same in each delivery of the event.
  /// Empty for User Long Poll and the Streaming API. Of a pressed button: not the `event_id` that
  /// `messages.sendMessageEventAnswer` needs; that one is in the object.
  [[nodiscard]] const std::string& event_id() const noexcept;
  /// The version of the API that the object has, such as `5.199`. Version 3 or 19 for User Long
  /// Poll. Empty: unknown.
  [[nodiscard]] const std::string& version() const noexcept;
  /// The JSON text of `object` as VK wrote it; of User Long Poll the whole array.
  [[nodiscard]] std::string_view raw() const noexcept;
  /// JSON text of VK's message object, if the update was read from the history of User Long Poll,
  /// whose arrays are shortened; empty otherwise.
  [[nodiscard]] std::string_view details() const noexcept;
  /// The time of this computer at which the update was received.
  [[nodiscard]] std::chrono::system_clock::time_point received() const noexcept;
  /// The kind of source that it came from.
  [[nodiscard]] update_origin origin() const noexcept;
  /// 1, or more if VK says that earlier deliveries failed (`X-Retry-Counter` of the Callback API).
  [[nodiscard]] int attempt() const noexcept;
  /// VK's warning about an outdated version of the API, which it sends in place of the object of
  /// any type: raise the version in the settings of the community. Empty: there is none.
  [[nodiscard]] std::string warning() const;

  /// The whole update as one JSON object, as the Callback API sends it, without the secret:
  /// `{"type":…,"object":…,"group_id":…,"event_id":…,"v":…}`. Members without a value are left out.
  [[nodiscard]] std::string to_json() const;

  /// The object as a `T`, decoded now: a trait such as `updates::message_new` (the result is then
  /// its `object_type`), or a type as in `reply::as`.
  ///
  /// Fails with `errc::unexpected_type` if the update is of another type than the trait's, if the
  /// object does not fit, or if VK sent a warning in its place. The update and its source are not
  /// affected.
  template <class T>
  [[nodiscard]] auto as() const -> result<typename detail::update_content<T>::type> {
    if constexpr (detail::event_trait<T>) {
      auto json = json_of(T::name);
      if (!json) return json.error();
      return T::decode(*json);
    } else {
      auto tree = parsed();
      if (!tree) return tree.error();
      T value{};
      detail::conversion_fault fault;
      if (!detail::convert(detail::json_view{**tree}, value, fault)) return misfit(fault.text());
      return value;
    }
  }

 private:
  // The object of an update of this type, in the form of today's version of the API.
  [[nodiscard]] result<std::string> json_of(std::string_view type) const;
  [[nodiscard]] result<std::shared_ptr<const boost::json::value>> parsed() const;
  [[nodiscard]] error misfit(const std::string& reason) const;

  std::shared_ptr<const update_data> data_;
};

}  // namespace vkxx
