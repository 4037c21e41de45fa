#include <vkxx/updates/callback_receiver.hpp>

#include <algorithm>
#include <utility>

#include "updates/callback/callback_core.hpp"

namespace vkxx {

callback_community& callback_community::secret_key(secret value) {
  secret_key_ = std::move(value);
  return *this;
}
callback_community& callback_community::confirmation_code(std::string code) {
  code_ = std::move(code);
  return *this;
}

callback_options& callback_options::add_community(callback_community community) {
  const auto known =
      std::find_if(communities_.begin(), communities_.end(),
                   [&](const auto& candidate) { return candidate.id() == community.id(); });
  if (known == communities_.end()) {
    communities_.push_back(std::move(community));
  } else {
    *known = std::move(community);
  }
  return *this;
}
callback_options& callback_options::commit_timeout(duration limit) {
  commit_timeout_ = limit;
  return *this;
}
callback_options& callback_options::max_body_size(std::size_t bytes) {
  max_body_size_ = bytes;
  return *this;
}
callback_options& callback_options::max_waiting(std::size_t count) {
  max_waiting_ = count;
  return *this;
}
callback_options& callback_options::retry_after(std::chrono::seconds delay) {
  retry_after_ = delay;
  return *this;
}
callback_options& callback_options::confirmation(confirmation_hook hook) {
  confirmation_ = std::move(hook);
  return *this;
}
callback_options& callback_options::time_source(std::shared_ptr<clock> time) {
  time_ = std::move(time);
  return *this;
}

std::vector<http::header> callback_answer::headers() const {
  std::vector<http::header> lines{{"Content-Type", "text/plain"}};
  if (retry_after) lines.push_back({"Retry-After", std::to_string(retry_after->count())});
  if (status == 405) lines.push_back({"Allow", "POST"});
  return lines;
}

callback_receiver::callback_receiver(const callback_options& options)
    : core_{std::make_shared<detail::callback_core>(options)} {}
callback_receiver::~callback_receiver() {
  core_->stop();
}
asio::awaitable<callback_answer> callback_receiver::handle(callback_request request) const {
  return core_->handle(std::move(request));
}
void callback_receiver::confirmation_code(group_id community, std::string code) {
  core_->confirmation_code(community, std::move(code));
}
void callback_receiver::remove(group_id community) {
  core_->remove(community);
}
asio::awaitable<result<update_batch>> callback_receiver::next() {
  return core_->next();
}
void callback_receiver::commit(const update_cursor& cursor) {
  core_->commit(cursor);
}
void callback_receiver::refuse(const update_cursor& cursor) {
  core_->refuse(cursor);
}
void callback_receiver::stop() noexcept {
  core_->stop();
}
std::string callback_receiver::name() const {
  return "callback";
}
update_cursor callback_receiver::cursor() const {
  return core_->cursor();
}
update_source_metrics callback_receiver::metrics() const {
  return core_->metrics();
}

}  // namespace vkxx
