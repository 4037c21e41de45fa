#include <vkxx/uploads/upload_options.hpp>

#include <utility>

namespace vkxx {

upload_options& upload_options::on_progress(upload_progress_handler handler) {
  on_progress_ = std::move(handler);
  return *this;
}

upload_options& upload_options::silence_limit(duration limit) noexcept {
  silence_limit_ = limit;
  return *this;
}

upload_options& upload_options::timeout(duration limit) noexcept {
  timeout_ = limit;
  return *this;
}

upload_options& upload_options::deadline(time_point moment) noexcept {
  deadline_ = moment;
  return *this;
}

upload_options& upload_options::stop_token(std::stop_token token) noexcept {
  stop_token_ = std::move(token);
  return *this;
}

upload_options& upload_options::local_checks(bool on) noexcept {
  local_checks_ = on;
  return *this;
}

upload_options& upload_options::access_token(secret token) {
  access_token_ = std::move(token);
  return *this;
}

upload_options& upload_options::store(std::shared_ptr<attachment_store> store) {
  store_ = std::move(store);
  return *this;
}

upload_options& upload_options::community(group_id community) noexcept {
  community_ = community;
  return *this;
}

upload_options& upload_options::each_call(call_options options) {
  each_call_ = std::move(options);
  return *this;
}

}  // namespace vkxx
