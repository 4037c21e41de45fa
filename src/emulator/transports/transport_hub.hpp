/// @file
/// Everything that leaves the emulator when something happens: long poll, Callback API, streams.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "emulator/transports/callback/callback_outbox.hpp"
#include "emulator/transports/community/community_channel.hpp"
#include "emulator/transports/streaming/stream_hub.hpp"
#include "emulator/transports/users/user_log.hpp"
#include "emulator/world/random.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

/// The views of one world. It belongs to the world's lock.
class transport_hub {
 public:
  /// @param state lives longer; its events are observed until then.
  transport_hub(world& state, std::uint64_t seed);
  transport_hub(const transport_hub&) = delete;
  transport_hub& operator=(const transport_hub&) = delete;

  /// Called with the channel of suspended requests when its polls have something new.
  void on_news(std::function<void(std::string_view channel)> function) {
    on_news_ = std::move(function);
  }
  /// Called when the outbox has something to send.
  void on_callbacks(std::function<void()> function) { on_callbacks_ = std::move(function); }
  /// Calls the function of `on_callbacks`.
  void callbacks_changed() const {
    if (on_callbacks_) on_callbacks_();
  }

  /// Of a community that exists, by its positive id.
  [[nodiscard]] community_channel& channel(std::int64_t community);
  /// The log of a mailbox; from the first call on it keeps what happens.
  [[nodiscard]] user_log& log(std::int64_t member);
  [[nodiscard]] user_log* find_log(std::int64_t member) noexcept;
  /// What the programs of a community have not got yet; empty: nothing.
  /// @param community 0: of all.
  [[nodiscard]] std::string undelivered(std::int64_t community) const;
  /// Whether a program gets the events of a community: it has polled, or its server has confirmed.
  [[nodiscard]] bool has_program(std::int64_t community) const;
  [[nodiscard]] callback_outbox& outbox() noexcept { return outbox_; }
  [[nodiscard]] const callback_outbox& outbox() const noexcept { return outbox_; }
  [[nodiscard]] stream_hub& streams() noexcept { return streams_; }
  [[nodiscard]] random_source& random() noexcept { return random_; }

  // Switches of a community's long poll.
  void expire_key(std::int64_t community);
  void forget(std::int64_t community);
  void lose_history(std::int64_t community);
  void add_fault(std::int64_t community, const poll_fault& fault);
  // The same of the long poll of a mailbox.
  void expire_key_of_log(std::int64_t member);
  void forget_log(std::int64_t member);
  void lose_history_of_log(std::int64_t member);
  void add_fault_to_log(std::int64_t member, const poll_fault& fault);

  /// Names the suspended polls of a community, and of a mailbox.
  [[nodiscard]] static std::string channel_of(std::int64_t community);
  [[nodiscard]] static std::string channel_of_log(std::int64_t member);

 private:
  template <class>
  friend struct saved_part;

  void on_event(const world_event& event);
  void report_to_community(const world_event& event, std::int64_t community);
  void report_raw(const world_event& event);
  void report_to_members(const world_event& event);
  void deliver(std::int64_t community, std::string_view type, std::int64_t time_ms,
               const std::function<const std::string*(api_version)>& object_in, bool long_poll,
               bool callbacks);
  void wake(std::string_view channel) const {
    if (on_news_) on_news_(channel);
  }

  world& state_;
  random_source random_;
  std::map<std::int64_t, community_channel> channels_;
  ring_budget budget_;
  std::unordered_map<std::int64_t, user_log> logs_;
  std::size_t most_logs_ = 2000;
  callback_outbox outbox_;
  stream_hub streams_;
  std::function<void(std::string_view)> on_news_;
  std::function<void()> on_callbacks_;
};

}  // namespace vkxx::emulation::detail
