#include "emulator/transports/streaming/stream_hub.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "core/text/number.hpp"
#include "emulator/transports/rendering/stream_event.hpp"

namespace vkxx::emulation::detail {

namespace json = boost::json;

void stream_queue::tell() const {
  std::unique_lock lock{mutex_};
  const auto function = on_news_;
  lock.unlock();
  if (function) function();
}

void stream_queue::on_news(std::function<void()> function) {
  const std::lock_guard lock{mutex_};
  on_news_ = std::move(function);
}

void stream_queue::push(std::string frame) {
  {
    const std::lock_guard lock{mutex_};
    if (closed_) return;
    bytes_ += frame.size();
    frames_.push_back(std::move(frame));
    while (frames_.size() > most_frames || (bytes_ > most_bytes && frames_.size() > 1)) {
      bytes_ -= frames_.front().size();
      frames_.pop_front();
      ++dropped_;
    }
  }
  tell();
}

void stream_queue::close() {
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  tell();
}

std::deque<std::string> stream_queue::take() {
  const std::lock_guard lock{mutex_};
  bytes_ = 0;
  return std::exchange(frames_, {});
}

bool stream_queue::closed() const {
  const std::lock_guard lock{mutex_};
  return closed_;
}

std::uint64_t stream_queue::dropped() const {
  const std::lock_guard lock{mutex_};
  return dropped_;
}

const std::string& stream_hub::key_of(std::int64_t application_id) {
  const auto known = keys_.find(application_id);
  if (known != keys_.end()) return known->second;
  auto& key = keys_[application_id];
  key = random_.hex(40);
  applications_[key].id = application_id;
  return key;
}

void stream_hub::check_key(std::string_view key) const {
  if (key.empty()) throw stream_error(1003);
  if (!applications_.contains(key)) throw stream_error(1004);
}

const std::vector<stream_rule>& stream_hub::rules(std::string_view key) const {
  return applications_.find(key)->second.rules;
}

void stream_hub::add_rule(std::string_view key, std::string tag, std::string value) {
  auto& all = applications_.find(key)->second.rules;
  if (std::ranges::find(all, tag, &stream_rule::tag) != all.end()) throw stream_error(2001);
  stream_rule added{std::move(tag), std::move(value)};
  if (all.size() >= most_stream_rules) throw stream_error(2006);
  all.push_back(std::move(added));
}

void stream_hub::remove_rule(std::string_view key, std::string_view tag) {
  auto& all = applications_.find(key)->second.rules;
  const auto found = std::ranges::find(all, tag, &stream_rule::tag);
  if (found == all.end()) throw stream_error(2002);
  all.erase(found);
}

std::shared_ptr<stream_queue> stream_hub::open(std::string_view key, std::string_view stream_id) {
  check_key(key);
  const auto taken = [&](std::int64_t id) {
    return std::ranges::any_of(streams_, [&](const auto& stream) {
      return stream->key() == key && stream->stream_id() == id;
    });
  };
  std::int64_t id = 0;
  if (!stream_id.empty()) {
    const auto number = vkxx::detail::parse_number<std::int64_t>(stream_id);
    if (!number || *number < 0) throw stream_error(1005);
    id = *number;
  }
  if (taken(id) || streams_.size() >= most_streams) throw stream_error(1006);
  streams_.push_back(std::make_shared<stream_queue>(std::string{key}, id));
  return streams_.back();
}

void stream_hub::close(const std::shared_ptr<stream_queue>& stream) {
  std::erase(streams_, stream);
}

void stream_hub::end_all() {
  for (const auto& stream : streams_) stream->close();
}

void stream_hub::inject(const std::string& frame, bool then_close) {
  for (const auto& stream : streams_) {
    stream->push(frame);
    if (then_close) stream->close();
  }
}

void stream_hub::on_event(const world_event& event) {
  if (streams_.empty()) return;
  auto written = stream_event_of(state_, event);
  if (written) send(written->shown, written->text);
}

void stream_hub::send(const json::object& event, std::string_view text) {
  const auto words = words_of(text);
  for (const auto& [key, owner] : applications_) {
    json::array tags;
    for (const auto& rule : owner.rules)
      if (rule.fits(words)) tags.emplace_back(rule.tag());
    if (tags.empty()) continue;
    auto shown = event;
    shown["tags"] = std::move(tags);
    json::object frame{{"code", 100}};
    frame["event"] = std::move(shown);
    const auto body = json::serialize(frame);
    for (const auto& stream : streams_)
      if (stream->key() == key) stream->push(body);
  }
}

std::string service_message_frame(int service_code, std::string_view message) {
  json::object frame{{"code", 300}};
  frame["service_message"] = json::object{{"message", message}, {"service_code", service_code}};
  return json::serialize(frame);
}

std::string stream_error_body(const stream_failure& failure) {
  json::object body{{"code", 400}};
  body["error"] = json::object{{"message", failure.message}, {"error_code", failure.code}};
  return json::serialize(body);
}

bool is_rules_path(std::string_view path) noexcept {
  return path == "/rules" || path == "/rules/";
}

bool is_stream_path(std::string_view path) noexcept {
  return path == "/stream" || path == "/stream/";
}

}  // namespace vkxx::emulation::detail
