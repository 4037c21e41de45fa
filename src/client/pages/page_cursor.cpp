#include "client/pages/page_cursor.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <limits>
#include <map>
#include <utility>

#include "core/text/number.hpp"

namespace vkxx::detail {
namespace {

namespace json = boost::json;

constexpr std::int64_t cursor_version = 2;
constexpr std::array<std::string_view, 3> order_names{"joined", "position", "chained"};
constexpr std::int64_t most_offset = std::int64_t{1} << 52;
constexpr std::size_t most_cursor_size = std::size_t{1} << 20;

std::string hex_of(std::uint64_t number) {
  std::string digits(16, '0');
  for (auto at = digits.rbegin(); at != digits.rend(); ++at, number >>= 4U) {
    *at = "0123456789abcdef"[number & 15U];
  }
  return digits;
}

std::optional<std::uint64_t> number_of_hex(std::string_view digits) {
  if (digits.size() != 16) return std::nullopt;
  return vkxx::detail::parse_number<std::uint64_t>(digits, 16);
}

std::string digest_of(std::string_view text) {
  const auto hash = hash_of(text, key_seed{});
  return hex_of(hash.high);
}

std::string key_text(const page_cursor::key& key) {
  return (key.loose ? "~" : "") + hex_of(key.hash.high) + hex_of(key.hash.low);
}

std::optional<page_cursor::key> read_key(std::string_view text) {
  page_cursor::key key;
  key.loose = text.starts_with('~');
  if (key.loose) text.remove_prefix(1);
  if (text.size() != 32) return std::nullopt;
  const auto high = number_of_hex(text.substr(0, 16));
  const auto low = number_of_hex(text.substr(16));
  if (!high || !low) return std::nullopt;
  key.hash = {*high, *low};
  return key;
}

error cursor_fault(std::string_view method, const std::string& why) {
  error failure{errc::invalid_argument, request_effect::not_sent,
                "cannot resume from this cursor: " + why +
                    "; expected is a text that `cursor()` "
                    "of a walk through the pages of " +
                    std::string{method} + " gave"};
  failure.set_method(std::string{method});
  return failure;
}

// Reads members, and stores the name of the first invalid one.
class member_reader {
 public:
  explicit member_reader(const json::object& members) : members_{members} {}

  std::int64_t number(std::string_view name, std::int64_t least, std::int64_t most) {
    const auto* value = find(name);
    const bool fits = value != nullptr && value->is_int64() && value->get_int64() >= least &&
                      value->get_int64() <= most;
    if (!fits) fail(name);
    return fits ? value->get_int64() : least;
  }
  std::string text(std::string_view name) {
    const auto* value = find(name);
    if (value == nullptr || !value->is_string()) return fail(name);
    return std::string{value->get_string()};
  }
  bool flag(std::string_view name) {
    const auto* value = find(name);
    if (value != nullptr && value->is_bool()) return value->get_bool();
    fail(name);
    return false;
  }
  const json::value* find(std::string_view name) const {
    return members_.if_contains({name.data(), name.size()});
  }
  std::string fail(std::string_view name) {
    if (fault_.empty()) fault_ = "its `" + std::string{name} + "` is missing or out of range";
    return {};
  }
  [[nodiscard]] const std::string& fault() const noexcept { return fault_; }

 private:
  const json::object& members_;
  std::string fault_;
};

void read_keys(member_reader& members, page_cursor& cursor) {
  const auto* keys = members.find("keys");
  if (keys == nullptr || !keys->is_array() || keys->get_array().size() > page_cursor::most_keys) {
    members.fail("keys");
    return;
  }
  for (const auto& text : keys->get_array()) {
    const auto key = text.is_string() ? read_key(text.get_string()) : std::nullopt;
    if (key) cursor.keys.push_back(*key);
    if (!key) members.fail("keys");
  }
}

void read_seed(member_reader& members, page_cursor& cursor) {
  const auto seed = read_key(members.text("seed"));
  if (!seed) {
    members.fail("seed");
    return;
  }
  cursor.seed = {seed->hash.high, seed->hash.low};
}

page_cursor read_members(member_reader& members) {
  page_cursor cursor;
  cursor.method = members.text("method");
  cursor.list = members.text("list");
  const auto* order = std::ranges::find(order_names, members.text("by"));
  if (order == order_names.end())
    members.fail("by");
  else
    cursor.order = static_cast<page_order>(order - order_names.begin());
  cursor.start = members.number("start", -most_offset, most_offset);
  cursor.offset = members.number("offset", -most_offset, most_offset);
  cursor.from = members.text("from");
  cursor.skip = members.number("skip", 0, most_offset);
  cursor.size = members.number("size", 0, most_offset);
  cursor.proven = members.number("proven", 0, most_offset);
  cursor.given = members.number("given", 0, std::numeric_limits<std::int64_t>::max());
  const auto* total = members.find("total");
  if (total == nullptr || !total->is_null()) cursor.total = members.number("total", 0, most_offset);
  cursor.over = members.flag("over");
  cursor.reason = members.text("reason");
  read_seed(members, cursor);
  read_keys(members, cursor);
  return cursor;
}

}  // namespace

std::string page_cursor::text() const {
  json::array hashes;
  for (const auto& item_key : keys) hashes.emplace_back(key_text(item_key));
  json::object members{{"vkxx_pages", cursor_version},
                       {"method", method},
                       {"list", list},
                       {"by", order_names[static_cast<std::size_t>(order)]},
                       {"start", start},
                       {"offset", offset},
                       {"from", from},
                       {"skip", skip},
                       {"size", size},
                       {"proven", proven},
                       {"given", given},
                       {"total", nullptr},
                       {"over", over},
                       {"reason", reason},
                       {"seed", key_text({{seed.first, seed.second}, false})},
                       {"keys", std::move(hashes)}};
  if (total) members["total"] = *total;
  const auto check = digest_of(json::serialize(members));
  members["check"] = check;
  return json::serialize(members);
}

result<page_cursor> page_cursor::read(std::string_view text, std::string_view method,
                                      std::string_view list) {
  boost::system::error_code failure;
  json::value parsed;
  if (text.size() <= most_cursor_size) parsed = json::parse(text, failure);
  auto* members = parsed.if_object();
  if (failure || members == nullptr) return cursor_fault(method, "it is not one");
  const auto* version = members->if_contains("vkxx_pages");
  if (version == nullptr) {
    const bool old = members->contains("offset") && members->contains("seen");
    return cursor_fault(method, old ? "it is of an earlier version of vkxx" : "it is not one");
  }
  if (*version != json::value(cursor_version)) {
    return cursor_fault(method, "it is of another version of vkxx");
  }
  const auto* check = members->if_contains("check");
  const auto said =
      check != nullptr && check->is_string() ? std::string{check->get_string()} : std::string{};
  members->erase("check");
  if (said != digest_of(json::serialize(*members))) {
    return cursor_fault(method, "it was changed or cut since it was saved");
  }
  member_reader reader{*members};
  auto cursor = read_members(reader);
  if (!reader.fault().empty()) return cursor_fault(method, reader.fault());
  if (cursor.method != method) return cursor_fault(method, "it is of " + cursor.method);
  if (cursor.list != list) {
    return cursor_fault(method, "it is of a call with other parameters");
  }
  return cursor;
}

std::string list_digest(const request& first, const std::vector<std::string>& without) {
  std::map<std::string, std::string> sorted;
  for (const auto& entry : first.parameters().entries()) {
    if (!entry.text || entry.name == "access_token") continue;
    if (std::ranges::find(without, entry.name) == without.end()) sorted[entry.name] = *entry.text;
  }
  json::object members;
  for (const auto& [name, value] : sorted) members[name] = value;
  return digest_of(json::serialize(members));
}

}  // namespace vkxx::detail
