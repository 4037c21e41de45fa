/// @file
/// The implementation of `client::async_call`.
#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/associator.hpp>
#include <boost/asio/async_result.hpp>
#include <memory>
#include <utility>

#include <vkxx/client/call_options.hpp>
#include <vkxx/client/reply.hpp>
#include <vkxx/client/request.hpp>
#include <vkxx/client/typed_call.hpp>
#include <vkxx/core/result.hpp>

namespace vkxx::detail {

class call_state;

using call_handler = asio::any_completion_handler<void(result<reply>)>;

// Starts a call; the outcome goes to `handler`. Throws usage_exception if `state` is null.
void start_call(std::shared_ptr<call_state> state, result<request> call, call_options options,
                call_handler handler);

// Completes `handler` through `function(handler, arguments…)`. Has the executor, allocator and
// cancellation slot of `handler`.
template <class Handler, class Function>
struct adapted_handler {
  Handler handler;
  Function function;

  template <class... Arguments>
  void operator()(Arguments&&... arguments) {
    function(std::move(handler), std::forward<Arguments>(arguments)...);
  }
};

template <class Handler, class Function>
adapted_handler(Handler, Function) -> adapted_handler<Handler, Function>;

// Turns the reply into the result of `M`.
template <method_call M>
struct reply_decoder {
  bool keep_raw = false;

  template <class Handler>
  void operator()(Handler&& handler, const result<reply>& answer) const {
    std::forward<Handler>(handler)(decoded<M>(answer, keep_raw));
  }
};

// For asio::async_initiate.
struct call_initiation {
  std::shared_ptr<call_state> state;

  template <class Handler>
  void operator()(Handler&& handler, result<request> call, call_options options) const {
    start_call(state, std::move(call), std::move(options),
               call_handler{std::forward<Handler>(handler)});
  }
};

template <method_call M>
struct typed_call_initiation {
  std::shared_ptr<call_state> state;

  template <class Handler>
  void operator()(Handler handler, result<request> call, call_options options) const {
    const reply_decoder<M> decoder{options.keep_raw()};
    decoder_access::set(options, decoder_for<M>(options));
    start_call(state, std::move(call), std::move(options),
               call_handler{adapted_handler{std::move(handler), decoder}});
  }
};

}  // namespace vkxx::detail

/// @cond
template <template <class, class> class Associator, class Handler, class Function, class Default>
struct boost::asio::associator<Associator, vkxx::detail::adapted_handler<Handler, Function>,
                               Default> : Associator<Handler, Default> {
  static auto get(const vkxx::detail::adapted_handler<Handler, Function>& adapted) noexcept {
    return Associator<Handler, Default>::get(adapted.handler);
  }
  static auto get(const vkxx::detail::adapted_handler<Handler, Function>& adapted,
                  const Default& fallback) noexcept {
    return Associator<Handler, Default>::get(adapted.handler, fallback);
  }
};
/// @endcond
