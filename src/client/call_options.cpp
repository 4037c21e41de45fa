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

call_options& call_options::reads_only(bool on) noexcept {
  reads_only_ = on;
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
