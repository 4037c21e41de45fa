#include <vkxx/messages/mailing.hpp>

#include <algorithm>
#include <exception>
#include <utility>

#include "messages/mailing/mailing_run.hpp"

namespace vkxx {

std::string_view to_string(mailing_status value) noexcept {
  switch (value) {
    case mailing_status::ready:
      return "ready";
    case mailing_status::paused:
      return "paused";
    case mailing_status::stopped:
      return "stopped";
    case mailing_status::finished:
      return "finished";
  }
  return "unknown";
}

bool mailing_outcome::may_be_tried_again() const noexcept {
  if (message || !refusal || reason || parts > 0) return false;
  switch (static_cast<int>(*refusal)) {
    case 1:   // unknown error
    case 6:   // too many requests
    case 9:   // flood
    case 10:  // internal error
    case 29:  // the quota of the method
    case 36:  // time-out
      return true;
    default:
      return false;
  }
}

mailing_options& mailing_options::peers_per_call(std::size_t count) noexcept {
  peers_per_call_ = std::clamp<std::size_t>(count, 1, detail::most_receivers);
  return *this;
}
mailing_options& mailing_options::each_call(call_options options) {
  each_call_ = std::move(options);
  return *this;
}
mailing_options& mailing_options::repeat_forgotten(bool on) noexcept {
  repeat_forgotten_ = on;
  return *this;
}
mailing_options& mailing_options::on_progress(std::function<void(const mailing_report&)> function) {
  on_progress_ = std::move(function);
  return *this;
}
mailing_options& mailing_options::wall_clock(std::function<wall_time()> function) {
  wall_clock_ = std::move(function);
  return *this;
}

mailing::mailing(client vk, std::shared_ptr<state_store> store, std::string key, outgoing message)
    : mailing{std::move(vk), std::move(store), std::move(key), std::move(message),
              mailing_options{}} {}

mailing::mailing(client vk, std::shared_ptr<state_store> store, std::string key, outgoing message,
                 mailing_options options)
    : state_{detail::make_mailing_state(std::move(vk), std::move(store), std::move(key),
                                        std::move(message), std::move(options))} {}

asio::awaitable<result<std::vector<mailing_outcome>>> mailing::test(
    std::vector<peer_id> few) const {
  return detail::cancelled_as_value(detail::test_mailing(state_, std::move(few)));
}
asio::awaitable<result<bool>> mailing::begin(std::vector<peer_id> peers) const {
  return detail::cancelled_as_value(detail::begin_mailing(state_, std::move(peers)));
}
asio::awaitable<result<bool>> mailing::begin_again(const mailing& earlier) const {
  return detail::cancelled_as_value(detail::begin_mailing_again(state_, earlier.state_));
}
asio::awaitable<result<mailing_report>> mailing::run() const {
  return detail::cancelled_as_value(detail::run_mailing(state_));
}
asio::awaitable<result<void>> mailing::pause() const {
  return detail::cancelled_as_value(detail::control_mailing(state_, "pause"));
}
asio::awaitable<result<void>> mailing::resume() const {
  return detail::cancelled_as_value(detail::control_mailing(state_, ""));
}
asio::awaitable<result<void>> mailing::stop() const {
  return detail::cancelled_as_value(detail::control_mailing(state_, "stop"));
}
asio::awaitable<result<mailing_report>> mailing::report() const {
  return detail::cancelled_as_value(detail::report_of_mailing(state_));
}
asio::awaitable<result<std::vector<mailing_outcome>>> mailing::outcomes() const {
  return detail::cancelled_as_value(detail::outcomes_of_mailing(state_));
}
asio::awaitable<result<void>> mailing::forget() const {
  return detail::cancelled_as_value(detail::forget_mailing(state_));
}

}  // namespace vkxx
