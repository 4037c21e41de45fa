#include <vkxx/client/call_options.hpp>

#include <functional>
#include <utility>

namespace vkxx {

call_options::call_options() noexcept = default;

call_options& call_options::deadline(time_point moment) noexcept {
  deadline_ = moment;
  return *this;
}

call_options& call_options::total_timeout(duration limit) noexcept {
  total_timeout_ = limit;
  return *this;
}

call_options& call_options::timeout(duration limit) noexcept {
  timeout_ = limit;
  return *this;
}

call_options& call_options::stop_token(std::stop_token token) noexcept {
  stop_token_ = std::move(token);
  return *this;
}

call_options& call_options::local_checks(bool on) noexcept {
  local_checks_ = on;
  return *this;
}

call_options& call_options::keep_raw(bool on) noexcept {
  keep_raw_ = on;
  return *this;
}

call_options& call_options::idempotent(bool on) noexcept {
  idempotent_ = on;
  return *this;
}

call_options& call_options::retry(bool on) noexcept {
  retry_ = on;
  return *this;
}

call_options& call_options::batch(bool on) noexcept {
  batch_ = on;
  return *this;
}

call_options& call_options::header(std::string name, std::string value) {
  headers_.emplace_back(std::move(name), std::move(value));
  return *this;
}

call_options& call_options::priority(call_priority value) noexcept {
  priority_ = value;
  return *this;
}

call_options& call_options::caller(std::string_view name) noexcept {
  caller_ = std::hash<std::string_view>{}(name);
  return *this;
}

}  // namespace vkxx
