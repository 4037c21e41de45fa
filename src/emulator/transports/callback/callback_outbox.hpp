/// @file
/// Which requests go to the servers of the Callback API, and when. Pure: time and answers are
/// handed in.
///
/// An event is queued, then under way, then delivered, or retried by the schedule, or given up. A
/// server gets events in status `ok`; those of the other states are lost.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/http/bounded_log.hpp"
#include "emulator/transports/callback/callback_types.hpp"
#include "emulator/world/random.hpp"

namespace vkxx::emulation::detail {

struct callback_limits {
  std::size_t most_servers = 10;                    ///< Of a community.
  std::size_t most_at_once = 10;                    ///< Requests to one server.
  std::size_t most_waiting = 10'000;                ///< Events of one server.
  std::size_t most_bytes = std::size_t{64} << 20U;  ///< Of all waiting events.
  std::int64_t timeout_ms = 10'000;
  int most_failures = 20;  ///< In a row; then the server is `failed`.
};

class callback_outbox {
 public:
  /// The pause before each retry, in milliseconds.
  static constexpr std::int64_t schedule[]{10'000, 180'000, 600'000, 1'800'000, 3'600'000};

  explicit callback_outbox(std::uint64_t seed, const callback_limits& limits = {});

  // Servers.
  /// Adds a server and asks it to confirm. @return its id; nothing: the community has too many.
  std::optional<std::int64_t> add(callback_server server);
  /// Another address, or a server that had failed, is asked to confirm.
  bool edit(std::int64_t group, std::int64_t id, std::string url, std::string title,
            std::string secret);
  bool remove(std::int64_t group, std::int64_t id);
  [[nodiscard]] const callback_server* find(std::int64_t group, std::int64_t id) const;
  bool set_settings(std::int64_t group, std::int64_t id, const transport_settings& settings);
  bool set_switches(std::int64_t group, std::int64_t id, const callback_switches& switches);
  /// All servers of a community, by id.
  [[nodiscard]] std::vector<const callback_server*> servers(std::int64_t group) const;
  /// The code that a server of the community must answer.
  [[nodiscard]] std::string confirmation_code(std::int64_t group) const;

  // Events.
  /// Queues the event for a server in status `ok`.
  void enqueue(std::int64_t server, callback_event event);
  /// Queues what an attempt has sent once more, or this body. False: the attempt is not kept.
  /// @param url to which it goes this once, whatever the answer; empty: to that of the server. On
  /// another machine it comes without the secret.
  bool resend(std::uint64_t attempt, std::optional<std::string> body = std::nullopt,
              std::string url = {});

  /// Keeps an attempt that has ended before the snapshot with which this world begins.
  void remember(callback_attempt attempt);

  // The machine.
  /// What is to be sent now.
  [[nodiscard]] std::vector<callback_request> start(std::int64_t now_ms);
  /// An attempt has ended; does nothing if it was timed out or its server removed.
  void finish(std::uint64_t attempt, callback_reply reply, std::int64_t now_ms);
  /// When something is due: a retry, or the time-out of a request; nothing: never.
  /// @param after_ms what is due until then does not count.
  [[nodiscard]] std::optional<std::int64_t> next_due_ms(std::int64_t after_ms = 0) const;
  /// Ends requests whose time is over.
  void expire(std::int64_t now_ms);

  /// The newest attempts that have ended, oldest first.
  [[nodiscard]] bounded_log<callback_attempt>::entries attempts() const { return log_.all(); }
  /// How many attempts have ended.
  [[nodiscard]] std::uint64_t ended() const noexcept { return log_.added(); }
  /// Events that wait or are under way.
  [[nodiscard]] std::size_t pending() const;
  /// Of the servers of one community.
  [[nodiscard]] std::size_t pending(std::int64_t group) const;
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  template <class>
  friend struct saved_part;

  struct delivery {
    callback_event event;
    int failures = 0;
    bool confirms = false;
    std::string url{};  ///< Empty: that of the server.
  };
  struct sending {
    delivery sent;
    callback_attempt record;
    std::int64_t deadline_ms = 0;
  };
  struct post_office {
    callback_server server;
    std::deque<delivery> waiting;
    std::multimap<std::int64_t, delivery> retries;  ///< By the time when they are due.
    std::map<std::uint64_t, sending> under_way;
  };
  using offices = std::map<std::int64_t, post_office>;

  void confirm(post_office& office);
  [[nodiscard]] std::optional<delivery> take_next(post_office& office, std::int64_t now_ms);
  [[nodiscard]] callback_request begin(post_office& office, delivery next, std::int64_t now_ms);
  void judge(offices::iterator office, sending ended, callback_reply reply, std::int64_t now_ms);
  void judge_confirmation(post_office& office, sending ended);
  void fail(post_office& office, sending ended, std::int64_t now_ms, callback_verdict verdict);
  void retry(post_office& office, sending ended, std::int64_t due_ms, callback_verdict verdict);
  void give_up_all(post_office& office);
  void record(sending ended, callback_verdict verdict);
  void drop_waiting(post_office& office);
  void erase(offices::iterator office);

  callback_limits limits_;
  std::uint64_t seed_;
  offices offices_;
  std::map<std::uint64_t, std::int64_t> attempts_;  ///< Under way: their servers.
  bounded_log<callback_attempt> log_;
  std::int64_t last_server_ = 0;
  std::uint64_t last_attempt_ = 0;
  std::size_t bytes_ = 0;
  std::uint64_t dropped_ = 0;
};

}  // namespace vkxx::emulation::detail
