/// @file
/// Issues tokens and expires them. Pure state: no clock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vkxx/core/clock.hpp>

#include "emulator/world/random.hpp"
#include "emulator/world/world.hpp"

namespace vkxx::emulation::detail {

class token_desk {
 public:
  /// @param lifetime of every token that expires; nothing: VK's.
  token_desk(world& state, std::optional<std::chrono::seconds> lifetime, std::uint64_t seed)
      : state_{state}, lifetime_{lifetime}, random_{seed} {}

  /// A token that never expires.
  [[nodiscard]] std::string lasting(token_kind kind, std::int64_t owner);

  struct passing {
    std::string text;
    std::chrono::seconds lifetime;
  };
  /// A token that expires after the lifetime of the options, else after VK's.
  [[nodiscard]] passing for_a_while(token_kind kind, std::int64_t owner,
                                    std::chrono::seconds usual_lifetime, time_point now);
  /// One of the two, and its `expires_in`: 0 for never.
  [[nodiscard]] passing by_scope(std::string_view scope, std::int64_t user, time_point now);
  /// The token is refused from now on.
  void revoke(std::string_view text, std::string trouble);
  /// Expired tokens are refused from now on.
  void let_time_pass(time_point now);

  struct ending_token {
    std::string text;
    time_point ends;
  };
  /// The tokens that have not ended yet.
  [[nodiscard]] const std::deque<ending_token>& ending() const noexcept { return ending_; }
  void add_ending(ending_token token) { ending_.push_back(std::move(token)); }
  /// The tokens that were issued or revoked since the last call, but for those that time has
  /// revoked.
  [[nodiscard]] std::vector<std::string> take_changed() { return std::exchange(changed_, {}); }

 private:
  world& state_;
  std::optional<std::chrono::seconds> lifetime_;
  random_source random_;
  std::deque<ending_token> ending_;
  std::vector<std::string> changed_;
};

}  // namespace vkxx::emulation::detail
