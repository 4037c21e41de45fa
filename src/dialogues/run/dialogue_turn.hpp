// What a dialogue needs of the update in which it runs.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <string>

#include <vkxx/core/clock.hpp>
#include <vkxx/core/result.hpp>
#include <vkxx/dispatch/update_context.hpp>
#include <vkxx/messages/outgoing.hpp>
#include <vkxx/state/inbox_row.hpp>

namespace vkxx::detail {

class dialogue_turn {
 public:
  dialogue_turn() = default;
  dialogue_turn(const dialogue_turn&) = delete;
  dialogue_turn& operator=(const dialogue_turn&) = delete;
  virtual ~dialogue_turn() = default;

  // To the conversation of the dialogue. Once, although the update may be handled twice.
  [[nodiscard]] virtual asio::awaitable<result<void>> send(outgoing message) = 0;
  // As `update_context::once`.
  [[nodiscard]] virtual asio::awaitable<result<std::string>> once(
      std::string key, std::function<asio::awaitable<std::string>()> effect) = 0;
  [[nodiscard]] virtual wall_time now() = 0;
  [[nodiscard]] virtual std::uint64_t random() = 0;
  // Null: there is none.
  [[nodiscard]] virtual const update_context* context() const noexcept = 0;
};

}  // namespace vkxx::detail
