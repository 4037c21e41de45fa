/// @file
/// The Streaming API: keys, rules and open streams.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/transports/streaming/stream_rule.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// What is to be sent on one open stream.
///
/// Thread safety: safe to share.
class stream_queue {
 public:
  static constexpr std::size_t most_frames = 1000;
  static constexpr std::size_t most_bytes = std::size_t{4} << 20U;

  stream_queue(std::string key, std::int64_t stream_id)
      : key_{std::move(key)}, stream_id_{stream_id} {}

  [[nodiscard]] const std::string& key() const noexcept { return key_; }
  [[nodiscard]] std::int64_t stream_id() const noexcept { return stream_id_; }
  /// Called, outside of the lock, whenever there is something to take. Pass nothing to unset.
  void on_news(std::function<void()> function);
  /// Above the limits the oldest frame is dropped.
  void push(std::string frame);
  /// The stream ends after what was pushed.
  void close();
  [[nodiscard]] std::deque<std::string> take();
  [[nodiscard]] bool closed() const;
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  void tell() const;

  const std::string key_;
  const std::int64_t stream_id_;
  mutable std::mutex mutex_;
  std::deque<std::string> frames_;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
  bool closed_ = false;
  std::function<void()> on_news_;
};

/// It belongs to the world's lock.
class stream_hub {
 public:
  static constexpr std::size_t most_streams = 1000;

  stream_hub(const world& state, std::uint64_t seed) : state_{state}, random_{seed} {}

  /// The key of an application.
  [[nodiscard]] const std::string& key_of(std::int64_t application_id);
  /// @throws stream_failure 1003, 1004
  void check_key(std::string_view key) const;

  [[nodiscard]] const std::vector<stream_rule>& rules(std::string_view key) const;
  /// @throws stream_failure 2001, 2003 to 2008
  void add_rule(std::string_view key, std::string tag, std::string value);
  /// @throws stream_failure 2002
  void remove_rule(std::string_view key, std::string_view tag);

  /// @param stream_id a number that no open stream of the key has; empty: 0.
  /// @throws stream_failure 1003 to 1006
  [[nodiscard]] std::shared_ptr<stream_queue> open(std::string_view key,
                                                   std::string_view stream_id);
  void close(const std::shared_ptr<stream_queue>& stream);
  /// Ends every open stream after what was pushed.
  void end_all();
  [[nodiscard]] std::size_t open_streams() const noexcept { return streams_.size(); }

  void on_event(const world_event& event);
  /// Sends any text on every open stream; with `then_close` the streams end after it.
  void inject(const std::string& frame, bool then_close);

 private:
  template <class>
  friend struct saved_part;

  struct application {
    std::int64_t id = 0;
    std::vector<stream_rule> rules;
  };

  void send(const boost::json::object& event, std::string_view text);

  const world& state_;
  random_source random_;
  std::map<std::int64_t, std::string> keys_;
  std::map<std::string, application, std::less<>> applications_;
  std::vector<std::shared_ptr<stream_queue>> streams_;
};

/// `{"code":300,"service_message":{…}}`
[[nodiscard]] std::string service_message_frame(int service_code, std::string_view message);
/// `{"code":400,"error":{…}}`
[[nodiscard]] std::string stream_error_body(const stream_failure& failure);
/// `/rules` or `/stream`, with or without a slash at the end.
[[nodiscard]] bool is_rules_path(std::string_view path) noexcept;
[[nodiscard]] bool is_stream_path(std::string_view path) noexcept;

}  // namespace vkxx::emulation::detail
