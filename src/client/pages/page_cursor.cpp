// The cursor of a walk: what another one needs to go on.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "client/pages/page_walk.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

// Keys that a cursor takes along from before the page that it points into.
constexpr std::size_t keys_in_cursor = 200;

const json::value* cursor_member(const json::value& cursor, std::string_view name) {
  return value_at(cursor, name).value;
}

std::int64_t number_of(const json::value* value, std::int64_t otherwise) {
  return value != nullptr && value->is_int64() ? value->get_int64() : otherwise;
}

}  // namespace

void page_walk::read_cursor(const std::string& text) {
  boost::system::error_code failure;
  const auto read = json::parse(text, failure);
  const auto* offset = cursor_member(read, "offset");
  const auto* from = cursor_member(read, "from");
  const auto* given = cursor_member(read, "given");
  const auto* keys = cursor_member(read, "seen");
  if (failure || offset == nullptr || !offset->is_int64() || offset->get_int64() < 0 ||
      from == nullptr || !from->is_string() || given == nullptr || !given->is_int64() ||
      given->get_int64() < 0 || keys == nullptr || !keys->is_array()) {
    fault_ = "the cursor to resume from is not one that a walk through pages gave";
    return;
  }
  offset_ = offset->get_int64();
  from_ = std::string{from->get_string()};
  const bool inside = cursor_member(read, "inside") != nullptr;
  for (const auto& key : keys->get_array()) {
    if (!key.is_int64()) continue;
    const auto number = static_cast<std::uint64_t>(key.get_int64());
    before_.push_back(number);
    if (identity_.exists()) {
      seen_.insert(number);
      gapless_.insert(number);
    } else if (inside) {
      ++skip_[number];
    }
  }
  reach_ = number_of(cursor_member(read, "reach"), 0);
  pages_seen_ = number_of(cursor_member(read, "pages"), 0);
  first_ = false;
  const auto* done = cursor_member(read, "over");
  over_ = done != nullptr && *done == json::value(true);
  if (const auto* why = cursor_member(read, "early"); over_ && why != nullptr && why->is_string()) {
    early_end_ = std::string{why->get_string()};
  }
}

std::string page_walk::cursor(std::size_t delivered) const {
  auto keys = before_;
  auto offset = offset_;
  auto from = from_;
  auto given = given_;
  bool done = over_ && early_end_.empty();
  bool inside = false;
  // Pages that are ready but not taken were counted in; the cursor stands before them.
  if (!ready_.empty()) {
    offset = ready_.front().offset;
    from = ready_.front().from;
    done = false;
  }
  if (const auto* here = last_ ? &*last_ : nullptr; here != nullptr) {
    const auto taken = std::min(delivered, here->keys.size());
    inside = taken != here->keys.size() || here->cut;
    if (!identity_.exists()) keys = here->already;
    keys.insert(keys.end(), here->keys.begin(),
                here->keys.begin() + static_cast<std::ptrdiff_t>(taken));
    offset = inside ? here->offset : here->next_offset;
    from = inside ? here->from : here->next_from;
    given -= here->keys.size() - taken;
    done = done && !inside;
    const auto kept = keys_in_cursor + taken;
    if (keys.size() > kept)
      keys.erase(keys.begin(), keys.end() - static_cast<std::ptrdiff_t>(kept));
  }
  for (const auto& page : ready_) given -= page.keys.size();
  json::array seen;
  for (const auto key : keys) seen.push_back(static_cast<std::int64_t>(key));
  json::object text{
      {"offset", offset},       {"from", from},    {"given", static_cast<std::int64_t>(given)},
      {"over", done},           {"reach", reach_}, {"pages", pages_seen_},
      {"seen", std::move(seen)}};
  if (inside) text["inside"] = true;
  return json::serialize(text);
}

std::optional<page> page_walk::take() {
  if (ready_.empty()) return std::nullopt;
  if (last_) {
    before_.insert(before_.end(), last_->keys.begin(), last_->keys.end());
    if (before_.size() > keys_in_cursor) {
      before_.erase(before_.begin(), before_.end() - static_cast<std::ptrdiff_t>(keys_in_cursor));
    }
  }
  last_ = std::move(ready_.front());
  ready_.pop_front();
  return last_->content;
}

}  // namespace vkxx::detail
