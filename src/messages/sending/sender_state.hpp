// What all copies of a sender share.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/messages/message_sender.hpp>
#include <vkxx/uploads/uploads.hpp>

namespace vkxx::detail {

class sender_state {
 public:
  explicit sender_state(sender_client client) : vk{std::move(client)} {}

  const sender_client vk;

  // Made with the first file: a bot has a sender for each answer, and few answers have files.
  [[nodiscard]] const uploads& up() const {
    std::call_once(made_, [this] { up_.emplace(vk.plain); });
    return *up_;
  }
  [[nodiscard]] std::shared_ptr<clock> time() const { return vk.plain.environment().time; }

 private:
  mutable std::once_flag made_;
  mutable std::optional<uploads> up_;
};

// The options of the calls of one message. `calls`: how many there are at least; a limit of the
// time for all of them becomes a deadline.
[[nodiscard]] std::optional<call_options> options_of_parts(const sender_state& state,
                                                           std::optional<call_options> options,
                                                           std::size_t calls);

// Uploads the files of a message, side by side. The names of all attachments, in their order.
// `peer`: where the message is sent; nothing: to many.
[[nodiscard]] asio::awaitable<result<std::vector<std::string>>> upload_attachments(
    std::shared_ptr<const sender_state> state, std::optional<peer_id> peer,
    std::shared_ptr<const outgoing> message, std::optional<call_options> options);

}  // namespace vkxx::detail
