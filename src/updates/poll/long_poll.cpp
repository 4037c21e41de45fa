#include <vkxx/updates/long_poll.hpp>

#include <utility>

#include "updates/poll/long_poll_core.hpp"

namespace vkxx {
namespace {

std::string mailbox_name(const long_poll_options& options) {
  return options.group() ? "user_long_poll:-" + std::to_string(options.group()->value())
                         : "user_long_poll";
}

long_poll_options of_community(long_poll_options options, group_id community) {
  options.group(community);
  return options;
}

}  // namespace

long_poll_options& long_poll_options::wait(std::chrono::seconds time) {
  wait_ = time;
  return *this;
}
long_poll_options& long_poll_options::cursor(update_cursor position) {
  cursor_ = std::move(position);
  return *this;
}
long_poll_options& long_poll_options::max_answer_size(std::size_t bytes) {
  max_answer_size_ = bytes;
  return *this;
}
long_poll_options& long_poll_options::pause(duration first) {
  pause_ = first;
  return *this;
}
long_poll_options& long_poll_options::group(std::optional<group_id> community) {
  group_ = community;
  return *this;
}
long_poll_options& long_poll_options::version(int number) {
  version_ = number;
  return *this;
}
long_poll_options& long_poll_options::mode(int bits) {
  mode_ = bits;
  return *this;
}

bots_long_poll::bots_long_poll(client vk, group_id community, const long_poll_options& options)
    : core_{std::make_shared<detail::long_poll_core>(
          std::move(vk), false, "bots_long_poll:" + std::to_string(community.value()),
          of_community(options, community))} {}
bots_long_poll::bots_long_poll(client vk, group_id community)
    : bots_long_poll{std::move(vk), community, long_poll_options{}} {}
bots_long_poll::~bots_long_poll() {
  core_->stop();
}
asio::awaitable<result<update_batch>> bots_long_poll::next() {
  return core_->next();
}
void bots_long_poll::commit(const update_cursor& cursor) {
  core_->commit(cursor);
}
void bots_long_poll::stop() noexcept {
  core_->stop();
}
std::string bots_long_poll::name() const {
  return core_->name();
}
update_cursor bots_long_poll::cursor() const {
  return core_->cursor();
}
update_source_metrics bots_long_poll::metrics() const {
  return core_->metrics();
}

user_long_poll::user_long_poll(client vk, const long_poll_options& options)
    : core_{std::make_shared<detail::long_poll_core>(std::move(vk), true, mailbox_name(options),
                                                     options)} {}
user_long_poll::user_long_poll(client vk) : user_long_poll{std::move(vk), long_poll_options{}} {}
user_long_poll::~user_long_poll() {
  core_->stop();
}
asio::awaitable<result<update_batch>> user_long_poll::next() {
  return core_->next();
}
void user_long_poll::commit(const update_cursor& cursor) {
  core_->commit(cursor);
}
void user_long_poll::stop() noexcept {
  core_->stop();
}
std::string user_long_poll::name() const {
  return core_->name();
}
update_cursor user_long_poll::cursor() const {
  return core_->cursor();
}
update_source_metrics user_long_poll::metrics() const {
  return core_->metrics();
}

}  // namespace vkxx
