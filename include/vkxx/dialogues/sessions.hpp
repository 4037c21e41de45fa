/// @file
/// Typed data of a person or a conversation, committed with the update that is handled.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <vkxx/core/result.hpp>
#include <vkxx/dialogues/answer.hpp>
#include <vkxx/dialogues/dialogue_options.hpp>
#include <vkxx/dialogues/stored_value.hpp>
#include <vkxx/dispatch/update_context.hpp>

namespace vkxx {

/// Whose data it is.
enum class session_scope {
  person,        ///< of a person in one conversation
  conversation,  ///< of all who write in a conversation; needs lanes by conversation (the default)
};

/// Open data of a handler. What has changed is written when the object goes, and committed with the
/// end of the handler; if the handler fails, nothing has changed. If writing it fails (there is no
/// memory, a member of the type throws), the handler fails.
///
/// ```cpp
/// auto cart = co_await sessions.open<basket>(context);
/// cart->items.push_back("tea");
/// ```
///
/// Of a value only one may be open at a time: if two are open and both change it, the handler fails
/// with `errc::invalid_argument`, and nothing has changed. Thread safety: for the coroutine of the
/// handler.
template <class T>
class session {
 public:
  /// For `sessions`. `stored`: the bytes, if there are any; `before`: those of the value.
  session(update_context context, std::string key, T value, std::optional<std::string> stored,
          std::string before)
      : parts_{std::make_unique<parts>(parts{std::move(context), std::move(key), std::move(stored),
                                             std::move(before), std::move(value)})} {}
  session(session&&) noexcept = default;
  /// Saves this one first, as its end does.
  session& operator=(session&& other) {
    if (this != &other) {
      save();
      parts_ = std::move(other.parts_);
    }
    return *this;
  }
  session(const session&) = delete;
  session& operator=(const session&) = delete;
  ~session() {
    if (!parts_) return;
    try {
      save();
    } catch (...) {
      // Its changes cannot be committed, so nothing of the handler is.
      parts_->context.fail(std::current_exception());
    }
  }

  [[nodiscard]] T& operator*() noexcept { return parts_->value; }
  [[nodiscard]] T* operator->() noexcept { return &parts_->value; }
  /// Writes what has changed, now; to be committed as the rest. Throws what the conversion of the
  /// value throws, and `usage_exception` if another session has changed the value meanwhile.
  void save() {
    if (!parts_) return;
    auto bytes = to_stored(parts_->value);
    if (bytes == parts_->before) return;
    parts_->context.replace(parts_->key, parts_->stored, bytes);
    parts_->stored = bytes;
    parts_->before = std::move(bytes);
  }
  /// Removes the stored value, and begins with a new one.
  void reset() {
    parts_->value = T{};
    parts_->before = to_stored(parts_->value);
    parts_->stored.reset();
    parts_->context.erase(parts_->key);
  }

 private:
  struct parts {
    update_context context;
    std::string key;
    std::optional<std::string> stored;
    std::string before;
    T value;
  };
  std::unique_ptr<parts> parts_;
};

namespace detail {

using notice_function = std::function<void(const state_notice&)>;

struct session_bytes {
  std::string key;
  std::optional<std::string> bytes;
};

[[nodiscard]] std::string session_key(std::string_view kind, const update_context& context,
                                      session_scope scope);
[[nodiscard]] std::string session_key(std::string_view kind, const conversation_key& owner,
                                      session_scope scope);
// Puts what cannot be read aside, and reports it.
void set_aside(const update_context& context, const std::string& key, const std::string& bytes,
               const error& reason, const notice_function& on_notice);

template <class T>
[[nodiscard]] asio::awaitable<session<T>> open_session(update_context context, std::string key,
                                                       notice_function on_notice) {
  auto reading = context.read(key);
  auto read = co_await std::move(reading);
  auto bytes = std::move(read).value();
  T value{};
  std::string before = to_stored(value);
  if (bytes) {
    before = *bytes;
    auto stored = from_stored<T>(*bytes);
    if (stored) {
      value = *std::move(stored);
    } else {
      set_aside(context, key, *bytes, stored.error(), on_notice);
    }
  }
  co_return session<T>{std::move(context), std::move(key), std::move(value), std::move(bytes),
                       std::move(before)};
}

template <class T, class Change>
[[nodiscard]] asio::awaitable<T> change_shared(update_context context, std::string key,
                                               Change change, notice_function on_notice) {
  std::optional<T> value;
  std::optional<std::pair<std::string, error>> unreadable;
  std::function<std::string(std::optional<std::string>)> make =
      [&value, &unreadable, &change](std::optional<std::string> bytes) {
        value.emplace();
        unreadable.reset();
        if (bytes) {
          auto stored = from_stored<T>(*bytes);
          if (stored) {
            value = *std::move(stored);
          } else {
            unreadable.emplace(*std::move(bytes), stored.error());
          }
        }
        change(*value);
        return to_stored(*value);
      };
  auto changing = context.change(key, std::move(make));
  auto changed = co_await std::move(changing);
  const auto written = std::move(changed).value();
  if (unreadable) set_aside(context, key, unreadable->first, unreadable->second, on_notice);
  if (value) co_return *std::move(value);
  co_return from_stored<T>(written).value();
}

}  // namespace detail

/// Opens sessions. A type is stored by `stored_traits`.
///
/// All asynchronous functions: Completion: see each. Errors: those of `state_store::read`, thrown
/// as by `client::call`. A stored value that cannot be read begins again: it goes aside, by the key
/// `unreadable/` and its own, and is reported. Cancellation: terminal, partial and total. Lifetime:
/// the operation owns everything it needs. Executor: the awaiting coroutine's.
///
/// Thread safety: safe to share.
class sessions {
 public:
  sessions() = default;
  /// `on_notice`: called with each report. It must not block; exceptions are swallowed.
  explicit sessions(std::function<void(const state_notice&)> on_notice)
      : on_notice_{std::move(on_notice)} {}

  /// The data of the person who wrote the message that is handled. Throws `usage_exception` if the
  /// update has no person. See `sessions`.
  template <class T>
  [[nodiscard]] asio::awaitable<session<T>> open(
      update_context context, session_scope scope = session_scope::person) const {
    auto key = detail::session_key(stored_traits<T>::kind(), context, scope);
    return detail::open_session<T>(std::move(context), std::move(key), on_notice_);
  }
  /// The data of anybody in this lane; see `sessions`.
  template <class T>
  [[nodiscard]] asio::awaitable<session<T>> open_of(
      update_context context, conversation_key owner,
      session_scope scope = session_scope::person) const {
    auto key = detail::session_key(stored_traits<T>::kind(), owner, scope);
    return detail::open_session<T>(std::move(context), std::move(key), on_notice_);
  }
  /// Changes a value that several lanes share: `change` gets a `T&`; it may be called several
  /// times. The change happens at once, and once for the update, however often its handler runs;
  /// see `update_context::change`. Completion: the value. See `sessions`.
  template <class T, class Change>
  [[nodiscard]] asio::awaitable<T> change_shared(update_context context, std::string name,
                                                 Change change) const {
    static_assert(std::is_trivially_copyable_v<Change>,
                  "capture by reference: g++ 12 destroys other captures twice");
    auto key = "shared/" + std::string{stored_traits<T>::kind()} + "/" + name;
    return detail::change_shared<T>(std::move(context), std::move(key), change, on_notice_);
  }

 private:
  std::function<void(const state_notice&)> on_notice_;
};

}  // namespace vkxx
