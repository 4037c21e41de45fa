/// @file
/// Plays what users do in a transcript against a live program, and compares what it does. Pure:
/// whoever drives it says when the program is quiet.
#pragma once

#include <boost/json/object.hpp>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/emulator/replay_outcome.hpp>

#include "emulator/transcript/transcript.hpp"
#include "emulator/world/command_context.hpp"

namespace vkxx::emulation::detail {

class replay_run {
 public:
  /// @param text one JSON object a line.
  /// @throws std::invalid_argument that names the line that is wrong
  explicit replay_run(std::string_view text);

  /// The communities that answer in the transcript, by positive ids.
  [[nodiscard]] const std::vector<std::int64_t>& communities() const noexcept {
    return communities_;
  }
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  /// Plays the lines of users up to the next answer of the program, or to the end. Call it when the
  /// program is there, and again when it is quiet, until it has ended.
  void play(world& state, const command_context& context);
  /// Ends early; the reason is part of the outcome.
  void stop(const world& state, std::string_view reason);

  [[nodiscard]] emulation::replay_outcome outcome() const { return {same_, difference_}; }
  /// How many lines of users were played.
  [[nodiscard]] std::size_t played() const noexcept { return played_; }

 private:
  using message_keys = std::map<std::string, std::string, std::less<>>;

  void play_line(world& state, const command_context& context, std::size_t index);
  void inject(world& state, const command_context& context, const boost::json::object& line) const;
  [[nodiscard]] boost::json::object body_of(const world& state, std::int64_t person,
                                            const boost::json::object& line);
  [[nodiscard]] std::int64_t peer_in(const world& state, std::int64_t person,
                                     std::string_view name) const;
  [[nodiscard]] std::uint32_t message_in(const world& state, std::string_view name);
  void compare(const world& state);

  std::vector<boost::json::object> lines_;
  std::vector<std::int64_t> communities_;
  message_keys keys_;  ///< Of the lines: what each named message is.
  /// By name: what users have said in this run.
  std::map<std::string, std::uint32_t, std::less<>> said_;
  /// By key: what was said up to the last pause; nothing: not looked at yet.
  std::optional<std::map<std::string, std::uint32_t, std::less<>>> seen_;
  std::size_t next_ = 0;
  std::uint64_t since_ = 0;
  bool started_ = false;
  bool ended_ = false;
  bool same_ = false;
  std::size_t played_ = 0;
  std::string difference_;
  std::string trouble_;
};

}  // namespace vkxx::emulation::detail
