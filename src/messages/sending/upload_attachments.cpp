#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/this_coro.hpp>
#include <iterator>
#include <utility>

#include "core/async/in_strand.hpp"
#include "messages/sending/sender_state.hpp"

namespace vkxx::detail {
namespace {

using upload_outcomes = std::vector<result<uploaded>>;

asio::awaitable<upload_outcomes> one_upload(asio::awaitable<result<uploaded>> upload) {
  // A side of the operator lets only terminal cancellation in by itself.
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  upload_outcomes outcome;
  outcome.push_back(co_await std::move(upload));
  co_return outcome;
}

// All of them side by side, in their order.
asio::awaitable<upload_outcomes> side_by_side(std::vector<asio::awaitable<result<uploaded>>> all) {
  using asio::experimental::awaitable_operators::operator&&;
  co_await asio::this_coro::reset_cancellation_state(asio::enable_total_cancellation());
  if (all.size() == 1) {
    auto only = one_upload(std::move(all.front()));
    co_return co_await std::move(only);
  }
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::vector<asio::awaitable<result<uploaded>>> rest(std::make_move_iterator(middle),
                                                      std::make_move_iterator(all.end()));
  all.erase(middle, all.end());
  auto left = side_by_side(std::move(all));
  auto right = side_by_side(std::move(rest));
  auto both = co_await (std::move(left) && std::move(right));
  auto outcomes = std::get<0>(std::move(both));
  for (auto& outcome : std::get<1>(both)) outcomes.push_back(std::move(outcome));
  co_return outcomes;
}

upload_options options_of_upload(std::optional<peer_id> peer,
                                 const std::optional<call_options>& options) {
  upload_options upload;
  if (peer) upload.set("peer_id", *peer);
  if (options) {
    upload.each_call(*options);
    if (const auto deadline = options->deadline()) upload.deadline(*deadline);
  }
  return upload;
}

}  // namespace

std::optional<call_options> options_of_parts(const sender_state& state,
                                             std::optional<call_options> options,
                                             std::size_t calls) {
  if (!options || calls < 2 || !options->total_timeout()) return options;
  const auto now = state.time()->now();
  const auto limit = *options->total_timeout();
  const auto end = limit < no_deadline - now ? now + limit : no_deadline;
  options->deadline(std::min(end, options->deadline().value_or(no_deadline)));
  return options;
}

asio::awaitable<result<std::vector<std::string>>> upload_attachments(
    std::shared_ptr<const sender_state> state, std::optional<peer_id> peer,
    std::shared_ptr<const outgoing> message, std::optional<call_options> options) {
  std::vector<asio::awaitable<result<uploaded>>> all;
  for (const auto& attached : message->attachments()) {
    if (!attached.file) continue;
    std::vector<upload_source> files{*attached.file};
    all.push_back(
        state->up().try_run(attached.kind, std::move(files), options_of_upload(peer, options)));
  }
  upload_outcomes outcomes;
  if (!all.empty()) {
    auto running = in_strand(side_by_side(std::move(all)));
    outcomes = co_await std::move(running);
  }
  std::vector<std::string> names;
  auto next = outcomes.begin();
  for (const auto& attached : message->attachments()) {
    if (!attached.file) {
      names.push_back(attached.name);
      continue;
    }
    if (!*next) co_return next->error();
    names.push_back((*next)->to_string());
    ++next;
  }
  co_return names;
}

}  // namespace vkxx::detail
