// The driver of a mailing: calls and commits what the machine decides.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "messages/mailing/mailing_machine.hpp"
#include "messages/sending/cancelled_value.hpp"
#include "messages/sending/sender_state.hpp"

namespace vkxx::detail {

inline constexpr std::size_t most_receivers = 100;

struct mailing_state {
  std::shared_ptr<const sender_state> sender;
  std::shared_ptr<state_store> store;
  std::string key;
  std::shared_ptr<const outgoing> message;
  mailing_options options;

  // The names of its values. What varies in form comes before the key, so that no key can be
  // confused with another.
  [[nodiscard]] std::string progress_key() const { return "mailing/progress/" + key; }
  [[nodiscard]] std::string peers_key() const { return "mailing/peers/" + key; }
  [[nodiscard]] std::string control_key() const { return "mailing/control/" + key; }
  [[nodiscard]] std::string outcomes_key(std::size_t call) const {
    return "mailing/outcomes/" + std::to_string(call) + '/' + key;
  }
};

using shared_mailing = std::shared_ptr<const mailing_state>;

// Throws `usage_exception` if there is no store.
[[nodiscard]] shared_mailing make_mailing_state(client vk, std::shared_ptr<state_store> store,
                                                std::string key, outgoing message,
                                                mailing_options options);

[[nodiscard]] asio::awaitable<result<std::vector<mailing_outcome>>> test_mailing(
    shared_mailing state, std::vector<peer_id> few);
[[nodiscard]] asio::awaitable<result<bool>> begin_mailing(shared_mailing state,
                                                          std::vector<peer_id> peers);
[[nodiscard]] asio::awaitable<result<mailing_report>> run_mailing(shared_mailing state);
// An empty text: none.
[[nodiscard]] asio::awaitable<result<void>> control_mailing(shared_mailing state,
                                                            std::string control);
[[nodiscard]] asio::awaitable<result<mailing_report>> report_of_mailing(shared_mailing state);
[[nodiscard]] asio::awaitable<result<std::vector<mailing_outcome>>> outcomes_of_mailing(
    shared_mailing state);
[[nodiscard]] asio::awaitable<result<void>> forget_mailing(shared_mailing state);
[[nodiscard]] asio::awaitable<result<bool>> begin_mailing_again(shared_mailing state,
                                                                shared_mailing earlier);

// What is stored of a mailing.
struct stored_mailing {
  mailing_progress progress;
  std::uint64_t version = 0;
};

// Nothing: it has not begun.
[[nodiscard]] asio::awaitable<result<std::optional<stored_mailing>>> stored_progress(
    shared_mailing state);
// Empty: it is neither paused nor stopped.
[[nodiscard]] asio::awaitable<result<std::optional<std::string>>> stored_control(
    shared_mailing state);
[[nodiscard]] error not_begun(const mailing_state& state);
[[nodiscard]] error unreadable_value(const std::string& name);
// Why the message cannot be sent to many.
[[nodiscard]] std::optional<error> mailing_refusal(const mailing_state& state);
// Identifies the message.
[[nodiscard]] std::string fingerprint_of(const outgoing& message);

}  // namespace vkxx::detail
