#include <vkxx/bot/bot_options.hpp>

#include <algorithm>

namespace vkxx {

bot_options& bot_options::answer_buttons(bool on) noexcept {
  answer_buttons_ = on;
  return *this;
}
bot_options& bot_options::load_cropped(bool on) noexcept {
  load_cropped_ = on;
  return *this;
}
bot_options& bot_options::ignore_own(bool on) noexcept {
  ignore_own_ = on;
  return *this;
}
bot_options& bot_options::check_at_start(bool on) noexcept {
  check_at_start_ = on;
  return *this;
}
bot_options& bot_options::keep_typing(bool on) noexcept {
  keep_typing_ = on;
  return *this;
}
bot_options& bot_options::manager_age(duration longest) noexcept {
  manager_age_ = std::max(longest, duration::zero());
  return *this;
}

}  // namespace vkxx
