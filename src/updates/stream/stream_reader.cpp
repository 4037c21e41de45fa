#include <vkxx/updates/stream_reader.hpp>

#include <utility>

#include "updates/stream/stream_core.hpp"

namespace vkxx {

stream_options& stream_options::stream_id(std::optional<int> number) {
  stream_id_ = number;
  return *this;
}
stream_options& stream_options::max_held(std::size_t count) {
  max_held_ = count;
  return *this;
}
stream_options& stream_options::ca_file(std::string path) {
  ca_file_ = std::move(path);
  return *this;
}
stream_options& stream_options::max_message_size(std::size_t bytes) {
  max_message_size_ = bytes;
  return *this;
}
stream_options& stream_options::message_timeout(duration limit) {
  message_timeout_ = limit;
  return *this;
}
stream_options& stream_options::pause(duration first) {
  pause_ = first;
  return *this;
}

stream_reader::stream_reader(client vk, const stream_options& options)
    : core_{std::make_shared<detail::stream_core>(std::move(vk), options)} {}
stream_reader::stream_reader(client vk) : stream_reader{std::move(vk), stream_options{}} {}
stream_reader::~stream_reader() {
  core_->stop();
}
asio::awaitable<result<update_batch>> stream_reader::next() {
  return core_->next();
}
void stream_reader::commit(const update_cursor& cursor) {
  core_->commit(cursor);
}
void stream_reader::stop() noexcept {
  core_->stop();
}
std::string stream_reader::name() const {
  return core_->name();
}
update_cursor stream_reader::cursor() const {
  return core_->cursor();
}
update_source_metrics stream_reader::metrics() const {
  return core_->metrics();
}

}  // namespace vkxx
