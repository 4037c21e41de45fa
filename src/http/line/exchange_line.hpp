// Decides which exchanges may run at the same time, and which wait in line. Pure: no I/O, no clock.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace vkxx::http::detail {

/// First come, first served among the exchanges of a host; among hosts, the longest waiting
/// exchange that may begin.
///
/// Thread safety: none.
class exchange_line {
 public:
  /// Both 0: no bound.
  struct bounds {
    /// Connections that are in use at the same time, to all hosts.
    std::size_t connections = 0;
    /// Exchanges with one host at the same time, those apart that mostly wait.
    std::size_t per_host = 0;
  };
  using ticket = std::uint64_t;

 private:
  enum class kind : std::uint8_t { ordinary, waits_for_events };
  struct lane {
    // Those that the bound per host counts, and all.
    std::size_t counted = 0;
    std::size_t running = 0;
    // Whether exchanges share connections, and whether that is known yet.
    bool multiplexes = false;
    bool known = false;
    std::array<std::set<ticket>, 2> waiting;
  };
  using lanes = std::map<std::string, lane, std::less<>>;

 public:
  /// The place of one exchange. It must leave before its end.
  class place {
   public:
    /// Valid while it waits.
    [[nodiscard]] ticket number() const noexcept { return number_; }

   private:
    friend class exchange_line;
    enum class state : std::uint8_t { outside, waiting, running };
    lanes::iterator lane_{};
    ticket number_ = 0;
    kind kind_ = kind::ordinary;
    state state_ = state::outside;
  };

  explicit exchange_line(const bounds& most) noexcept : most_{most} {}

  /// Returns whether the exchange may begin now. Otherwise it waits: `next` will return its number.
  /// `host`: the scheme, the host and the port. Throws `std::bad_alloc`, and nothing has changed.
  [[nodiscard]] bool enter(place& mine, std::string_view host, bool waits_for_events);
  /// Returns the number of the exchange that is to run now, by `run`. Empty: none may begin.
  [[nodiscard]] std::optional<ticket> next() const noexcept;
  void run(place& mine) noexcept;
  /// The exchange has ended, in line or while it ran. A place outside of the line stays there.
  void leave(place& mine) noexcept;
  /// What the connection of a running exchange has shown.
  void multiplexes(const place& mine, bool shares) noexcept;
  /// Whether it is known that no connection of the host takes several exchanges at the same time.
  [[nodiscard]] static bool needs_own_connection(const place& mine) noexcept;

 private:
  [[nodiscard]] bool may_begin(const lane& at, kind which) const noexcept;
  [[nodiscard]] static std::size_t connections_of(const lane& at) noexcept;
  void change_running(lane& at, kind which, int by) noexcept;
  void drop_if_unused(lanes::iterator at) noexcept;

  bounds most_;
  ticket last_ = 0;
  std::size_t waiting_ = 0;
  std::size_t connections_ = 0;
  lanes lanes_;
};

}  // namespace vkxx::http::detail
