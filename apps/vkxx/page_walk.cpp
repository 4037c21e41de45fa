#include "page_walk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <string_view>
#include <utility>

#include "usage_failure.hpp"

namespace vkxx::cli {
namespace {

namespace json = boost::json;
namespace tables = schema_tables;

constexpr auto help = "vkxx all --help";

// New items in front push old ones to the next page; that a list grows by several pages while one
// is read means that it does not heed `offset`, and would never end.
constexpr int most_repeated_pages = 3;

// The parameter that says how large a page is; empty: there is none.
std::string_view size_name(tables::method method) {
  for (const auto* name : {"count", "limit"}) {
    if (method.find_parameter(name)) return name;
  }
  return {};
}

std::optional<std::int64_t> number_of(std::string_view text) noexcept {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

const json::array* list_in(const json::value& answer) {
  if (const auto* list = answer.if_array()) return list;
  const auto* object = answer.if_object();
  const auto* items = object == nullptr ? nullptr : object->if_contains("items");
  return items == nullptr ? nullptr : items->if_array();
}

// What tells an item from the others and stays when its counters change; empty: nothing does.
std::string key_of(const json::value& item) {
  if (item.is_int64() || item.is_uint64() || item.is_string()) return json::serialize(item);
  const auto* object = item.if_object();
  if (object == nullptr) return {};
  if (const auto* conversation = object->if_contains("conversation")) {
    const auto* parts = conversation->if_object();
    const auto* peer = parts == nullptr ? nullptr : parts->if_contains("peer");
    return peer == nullptr ? std::string{} : "peer " + json::serialize(*peer);
  }
  std::string key;
  bool has_id = false;
  for (const auto* name : {"type", "owner_id", "source_id", "peer_id", "id", "post_id"}) {
    const auto* value = object->if_contains(name);
    if (value == nullptr || value->is_object() || value->is_array()) continue;
    key += fmt::format("{}={};", name, json::serialize(*value));
    has_id = has_id || std::string_view{name} == "id" || std::string_view{name} == "post_id";
  }
  return has_id ? key : std::string{};
}

}  // namespace

bool has_pages(tables::method method) {
  return method.find_parameter("start_from") ||
         (method.find_parameter("offset") && !size_name(method).empty());
}

page_walk::page_walk(tables::method method, request first, const std::vector<std::string>& given,
                     const std::string& cursor)
    : call_{std::move(first)}, cursor_{cursor} {
  if (!has_pages(method)) {
    throw usage_failure{
        fmt::format("{} does not give its answer page by page; use vkxx call", method.name()),
        help};
  }
  if (method.find_parameter("start_from")) start_name_ = "start_from";
  bool sized = false;
  for (const auto& text : given) {
    const std::string_view argument{text};
    const auto equals = argument.find('=');
    auto name = argument.substr(0, equals);
    if (name.ends_with(':')) name.remove_suffix(1);
    const auto value = argument.substr(std::min(equals, argument.size() - 1) + 1);
    if (name == size_name(method)) {
      sized = true;
      page_size_ = std::max<std::int64_t>(number_of(value).value_or(0), 0);
    }
    if (cursor.empty() && name == (start_name_.empty() ? "offset" : start_name_)) cursor_ = value;
  }
  if (start_name_.empty() && !cursor_.empty()) {
    const auto number = number_of(cursor_);
    if (!number || *number < 0) {
      throw usage_failure{fmt::format("{} goes on from a number of items", method.name()), help};
    }
    offset_ = *number;
  }
  if (sized) return;
  const auto size = method.find_parameter(size_name(method));
  if (!size || !size->type().maximum()) return;
  page_size_ = *size->type().maximum();
  call_.set(size->name(), page_size_);
}

request page_walk::next() const {
  auto call = call_;
  if (!start_name_.empty()) {
    if (!cursor_.empty()) call.set(start_name_, cursor_);
  } else if (offset_ > 0) {
    call.set("offset", offset_);
  }
  return call;
}

std::optional<std::vector<json::value>> page_walk::take(const json::value& answer) {
  const auto* items = list_in(answer);
  if (items == nullptr) return std::nullopt;
  if (const auto* object = answer.if_object()) {
    const auto* count = object->if_contains("count");
    if (count != nullptr && count->is_int64()) total_ = count->get_int64();
  }
  std::vector<json::value> fresh;
  for (const auto& item : *items) {
    const auto key = key_of(item);
    if (key.empty() || seen_.insert(key).second) fresh.push_back(item);
  }
  if (start_name_.empty()) {
    step_by_offset(items->size(), !fresh.empty());
  } else {
    step_by_next_from(answer);
  }
  if (over_) cursor_.clear();
  return fresh;
}

void page_walk::step_by_offset(std::size_t items, bool anything_new) {
  // VK counts what it leaves out of a page (deleted posts, say), so that a page may be empty before
  // the end.
  const auto step = items > 0 ? static_cast<std::int64_t>(items) : page_size_;
  offset_ += step;
  cursor_ = std::to_string(offset_);
  if (items > 0) repeated_ = anything_new ? 0 : repeated_ + 1;
  over_ = step == 0 || repeated_ == most_repeated_pages ||
          (total_ ? offset_ >= *total_ : !anything_new);
}

void page_walk::step_by_next_from(const json::value& answer) {
  const auto* object = answer.if_object();
  const auto* next = object == nullptr ? nullptr : object->if_contains("next_from");
  std::string text;
  if (next != nullptr && next->is_string()) text = next->get_string();
  if (next != nullptr && next->is_int64()) text = std::to_string(next->get_int64());
  over_ = text.empty() || text == cursor_;
  cursor_ = std::move(text);
}

}  // namespace vkxx::cli
