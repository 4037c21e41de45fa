#include <vkxx/dispatch/update_client.hpp>

#include <utility>

#include "core/async/run_permit.hpp"
#include "dispatch/context/effect_numbers.hpp"

namespace vkxx {

update_client::update_client(client plain, std::shared_ptr<detail::effect_numbers> numbers,
                             std::shared_ptr<const detail::run_permit> permit)
    : plain_{std::move(plain)}, numbers_{std::move(numbers)}, permit_{std::move(permit)} {}

std::optional<error> update_client::obstacle() const {
  return permit_ ? permit_->obstacle() : std::nullopt;
}

void update_client::permit_each_attempt(call_options& options) const {
  detail::permit_access::set(options, permit_);
}

call_options update_client::urgent() {
  call_options options;
  options.priority(call_priority::urgent);
  return options;
}

std::optional<std::int32_t> update_client::random_id_for(const request& call) const {
  if (call.method() != "messages.send" || call.parameters().find("random_id")) return std::nullopt;
  return numbers_->next(call);
}

void update_client::note_refusal(peer_id peer) const {
  numbers_->refuse(peer);
}
bool update_client::has_refused(peer_id peer) const {
  return numbers_->refuses(peer);
}

asio::awaitable<reply> update_client::call(request request) const {
  return call(std::move(request), urgent());
}
asio::awaitable<reply> update_client::call(request request, call_options options) const {
  if (auto why = obstacle()) return refused_call<reply>(*std::move(why));
  if (const auto number = random_id_for(request)) request.set("random_id", *number);
  permit_each_attempt(options);
  return plain_.call(std::move(request), std::move(options));
}
asio::awaitable<result<reply>> update_client::try_call(request request) const {
  return try_call(std::move(request), urgent());
}
asio::awaitable<result<reply>> update_client::try_call(request request,
                                                       call_options options) const {
  if (auto why = obstacle()) return refused<reply>(*std::move(why));
  if (const auto number = random_id_for(request)) request.set("random_id", *number);
  permit_each_attempt(options);
  return plain_.try_call(std::move(request), std::move(options));
}

}  // namespace vkxx
