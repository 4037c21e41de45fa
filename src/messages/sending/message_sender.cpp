#include <vkxx/messages/message_sender.hpp>

#include <algorithm>
#include <string>

#include <vkxx/messages/cannot_write.hpp>
#include "messages/sending/cancelled_value.hpp"
#include "messages/sending/message_requests.hpp"
#include "messages/sending/sender_state.hpp"
#include "messages/sending/sent_items.hpp"

namespace vkxx {
namespace detail {
namespace {

using shared_sender = std::shared_ptr<const sender_state>;
using sent_messages = std::vector<sent_message>;

// Parts were sent, so that nobody may take the whole for not executed.
error after_parts(const error& failure, std::size_t sent, std::size_t parts) {
  const auto note =
      " (" + std::to_string(sent) + " of " + std::to_string(parts) + " parts had been sent)";
  auto told = [&] {
    if (failure.details() == nullptr)
      return error{*failure.code(), request_effect::executed, failure.message() + note};
    auto details = *failure.details();
    details.message = failure.without_secrets(details.message) + note;
    return error{std::move(details)};
  }();
  told.set_effect(request_effect::executed).set_attempts(failure.attempts());
  told.set_method(failure.method()).set_http_status(failure.http_status()).set_write(true);
  if (const auto wait = failure.retry_after()) told.set_retry_after(*wait);
  return told;
}

// The numbers of the parts that do not depend on what the files became.
void set_numbers(const sender_state& state, peer_id peer, const outgoing& message,
                 std::vector<request>& calls) {
  for (auto& call : calls) call.set("peer_ids", peer);
  if (!state.vk.number || !message.has_files()) return;
  auto stable = send_requests(peer, message, names_of_attachments(message));
  for (std::size_t part = 0; part < calls.size(); ++part) {
    stable[part].set("peer_ids", peer);
    if (const auto number = state.vk.number(stable[part])) calls[part].set("random_id", *number);
  }
}

error cancelled_sending(std::string_view action) {
  error failure{errc::cancelled, request_effect::not_sent, std::string{action} + " was cancelled"};
  return failure;
}

void note_refusal(const sender_state& state, peer_id peer, const error& failure) {
  if (state.vk.refused && cannot_write_reason(failure)) state.vk.refused(peer);
}

asio::awaitable<result<sent_message>> send_part(shared_sender state, peer_id peer, request call,
                                                std::optional<call_options> options) {
  auto stopping = is_cancelled();
  if (co_await std::move(stopping)) co_return cancelled_sending("the message");
  auto calling = state->vk.call(std::move(call), std::move(options));
  const auto answer = co_await std::move(calling);
  if (!answer) {
    note_refusal(*state, peer, answer.error());
    co_return answer.error();
  }
  const std::vector<peer_id> peers(1, peer);
  auto sent = sent_items(*answer, peers).front();
  if (!sent) note_refusal(*state, peer, sent.error());
  co_return sent;
}

asio::awaitable<delivery> deliver_message(shared_sender state, peer_id peer, outgoing content,
                                          std::optional<call_options> options) {
  delivery outcome;
  outcome.failure = refusal_of(content, "the message to " + vk_parameter(peer) + " was not sent");
  if (outcome.failure) co_return outcome;
  const auto message = std::make_shared<const outgoing>(std::move(content));
  const bool several = message->has_files() || has_parts(*message);
  options = options_of_parts(*state, std::move(options), several ? 2 : 1);
  auto uploading = upload_attachments(state, peer, message, options);
  auto attachments = co_await std::move(uploading);
  if (!attachments) {
    outcome.failure = attachments.error();
    co_return outcome;
  }
  auto calls = send_requests(peer, *message, *attachments);
  set_numbers(*state, peer, *message, calls);
  outcome.parts = calls.size();
  for (auto& call : calls) {
    auto sending = send_part(state, peer, std::move(call), options);
    const auto sent = co_await std::move(sending);
    if (!sent) {
      outcome.failure = outcome.sent.empty()
                            ? sent.error()
                            : after_parts(sent.error(), outcome.sent.size(), outcome.parts);
      co_return outcome;
    }
    outcome.sent.push_back(*sent);
  }
  co_return outcome;
}

asio::awaitable<result<sent_messages>> parts_or_error(asio::awaitable<delivery> sending) {
  auto outcome = co_await std::move(sending);
  if (outcome.failure) co_return *std::move(outcome.failure);
  co_return std::move(outcome.sent);
}

std::optional<error> refusal_of_edit(const sent_message& target, const outgoing& message) {
  const auto action = "the message " + vk_parameter(target.cmid) + " of " +
                      vk_parameter(target.peer) + " was not edited";
  if (auto refusal = refusal_of(message, action)) return refusal;
  std::string problem;
  if (target.cmid == 0 && !target.id) problem = "its number is not known";
  if (has_parts(message)) {
    problem = "the text has " + std::to_string(message.text().length()) +
              " characters; a message has at most " + std::to_string(rich_text::largest);
  }
  if (message.sticker()) problem = "a message cannot become a sticker";
  if (message.reply_target() || message.forwarded())
    problem = "an edit cannot change what a message replies to or forwards";
  if (problem.empty()) return std::nullopt;
  error refusal{errc::invalid_argument, request_effect::not_sent, action + ": " + problem};
  return refusal;
}

asio::awaitable<result<void>> edit_message(shared_sender state, sent_message target,
                                           outgoing content, std::optional<call_options> options) {
  if (auto refusal = refusal_of_edit(target, content)) co_return *std::move(refusal);
  const auto message = std::make_shared<const outgoing>(std::move(content));
  options = options_of_parts(*state, std::move(options), message->has_files() ? 2 : 1);
  auto uploading = upload_attachments(state, target.peer, message, options);
  auto attachments = co_await std::move(uploading);
  if (!attachments) co_return attachments.error();
  auto stopping = is_cancelled();
  if (co_await std::move(stopping)) co_return cancelled_sending("the edit");
  auto calling = state->vk.call(edit_request(target, *message, *attachments), options);
  auto answer = co_await std::move(calling);
  if (answer) co_return result<void>{};
  note_refusal(*state, target.peer, answer.error());
  co_return std::move(answer).error();
}

// Whether a new message is to take the place of the one that VK does not let change.
bool is_past_editing(const error& failure) {
  const auto code = failure.api_code();
  return code && (*code == api_errc{909} || *code == api_errc{920} || *code == api_errc{15});
}

asio::awaitable<result<sent_messages>> edit_or_send_message(shared_sender state,
                                                            sent_message target, outgoing content,
                                                            std::optional<call_options> options) {
  const bool editable =
      (target.cmid != 0 || target.id) && !has_parts(content) && !content.sticker();
  if (editable) {
    auto editing = edit_message(state, target, content, options);
    auto edited = co_await std::move(editing);
    if (edited) co_return sent_messages{target};
    if (!is_past_editing(edited.error())) co_return edited.error();
  }
  auto sending =
      parts_or_error(deliver_message(state, target.peer, std::move(content), std::move(options)));
  co_return co_await std::move(sending);
}

template <class T>
asio::awaitable<T> value_or_throw(asio::awaitable<result<T>> operation) {
  auto outcome = co_await std::move(operation);
  co_return std::move(outcome).value();
}

asio::awaitable<void> done_or_throw(asio::awaitable<result<void>> operation) {
  auto outcome = co_await std::move(operation);
  outcome.value();
}

sender_client client_of(client vk) {
  sender_client plain{vk, {}, {}, {}};
  plain.call = [vk = std::move(vk)](request call, std::optional<call_options> options) {
    return options ? vk.try_call(std::move(call), *std::move(options))
                   : vk.try_call(std::move(call));
  };
  return plain;
}

}  // namespace

std::shared_ptr<const sender_state> make_sender_state(sender_client vk) {
  return std::make_shared<const sender_state>(std::move(vk));
}

}  // namespace detail

message_sender::message_sender(client vk)
    : state_{detail::make_sender_state(detail::client_of(std::move(vk)))} {}

const client& message_sender::plain() const noexcept {
  return state_->vk.plain;
}

asio::awaitable<delivery> message_sender::deliver(peer_id peer, outgoing message) const {
  return detail::cancelled_as_value(
      detail::deliver_message(state_, peer, std::move(message), std::nullopt));
}
asio::awaitable<delivery> message_sender::deliver(peer_id peer, outgoing message,
                                                  call_options options) const {
  return detail::cancelled_as_value(
      detail::deliver_message(state_, peer, std::move(message), std::move(options)));
}

asio::awaitable<result<std::vector<sent_message>>> message_sender::try_send(
    peer_id peer, outgoing message) const {
  return detail::parts_or_error(deliver(peer, std::move(message)));
}
asio::awaitable<result<std::vector<sent_message>>> message_sender::try_send(
    peer_id peer, outgoing message, call_options options) const {
  return detail::parts_or_error(deliver(peer, std::move(message), std::move(options)));
}

asio::awaitable<std::vector<sent_message>> message_sender::send(peer_id peer,
                                                                outgoing message) const {
  return detail::value_or_throw(try_send(peer, std::move(message)));
}
asio::awaitable<std::vector<sent_message>> message_sender::send(peer_id peer, outgoing message,
                                                                call_options options) const {
  return detail::value_or_throw(try_send(peer, std::move(message), std::move(options)));
}

asio::awaitable<result<void>> message_sender::try_edit(sent_message target,
                                                       outgoing message) const {
  return detail::cancelled_as_value(
      detail::edit_message(state_, target, std::move(message), std::nullopt));
}
asio::awaitable<result<void>> message_sender::try_edit(sent_message target, outgoing message,
                                                       call_options options) const {
  return detail::cancelled_as_value(
      detail::edit_message(state_, target, std::move(message), std::move(options)));
}

asio::awaitable<void> message_sender::edit(sent_message target, outgoing message) const {
  return detail::done_or_throw(try_edit(target, std::move(message)));
}
asio::awaitable<void> message_sender::edit(sent_message target, outgoing message,
                                           call_options options) const {
  return detail::done_or_throw(try_edit(target, std::move(message), std::move(options)));
}

asio::awaitable<result<std::vector<sent_message>>> message_sender::try_edit_or_send(
    sent_message target, outgoing message) const {
  return detail::cancelled_as_value(
      detail::edit_or_send_message(state_, target, std::move(message), std::nullopt));
}
asio::awaitable<result<std::vector<sent_message>>> message_sender::try_edit_or_send(
    sent_message target, outgoing message, call_options options) const {
  return detail::cancelled_as_value(
      detail::edit_or_send_message(state_, target, std::move(message), std::move(options)));
}

asio::awaitable<std::vector<sent_message>> message_sender::edit_or_send(sent_message target,
                                                                        outgoing message) const {
  return detail::value_or_throw(try_edit_or_send(target, std::move(message)));
}
asio::awaitable<std::vector<sent_message>> message_sender::edit_or_send(
    sent_message target, outgoing message, call_options options) const {
  return detail::value_or_throw(try_edit_or_send(target, std::move(message), std::move(options)));
}

}  // namespace vkxx
