#include <vkxx/client/handler.hpp>

#include <utility>

namespace vkxx {

handler_action handler_action::fail() {
  return handler_action{give_up{}};
}

handler_action handler_action::fail(error other) {
  return handler_action{std::move(other)};
}

handler_action handler_action::succeed(reply value) {
  return handler_action{std::move(value)};
}

handler_action handler_action::send(request changed) {
  return handler_action{std::move(changed)};
}

handler_action::handler_action(choice chosen) : choice_{std::move(chosen)} {}

attempt_info::attempt_info(std::string method, int number)
    : method_{std::move(method)}, number_{number} {}

}  // namespace vkxx
