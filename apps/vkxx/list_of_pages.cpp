#include "list_of_pages.hpp"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <charconv>
#include <string_view>
#include <vkxx/schema_tables/sample.hpp>

#include "usage_failure.hpp"

namespace vkxx::cli {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> offset_in(std::string_view text) noexcept {
  std::int64_t number = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end || number < 0) return std::nullopt;
  return number;
}

std::string next_from_in(const json::value& response) {
  const auto* object = response.if_object();
  const auto* next = object == nullptr ? nullptr : object->if_contains("next_from");
  if (next != nullptr && next->is_string()) return std::string{next->get_string()};
  if (next != nullptr && next->is_int64()) return std::to_string(next->get_int64());
  return {};
}

// The member of the response that is the list: `items`, or the only one that the form has beside
// what is told about the items.
std::string_view items_name(schema_tables::method method, const request& call) {
  constexpr std::string_view ordinary = "items";
  const auto sent = [&call](std::string_view name) { return call.parameters().find(name); };
  const auto form = schema_tables::choose_answer(method, sent).type();
  if (form.kind() != schema_tables::kind::object) return ordinary;
  std::string_view found;
  for (const auto field : form.fields()) {
    const auto name = field.name();
    if (name == ordinary) return ordinary;
    const bool beside = name == "profiles" || name == "groups" || name == "contacts";
    if (field.type().kind() != schema_tables::kind::array || beside) continue;
    if (!found.empty()) return ordinary;
    found = name;
  }
  return found.empty() ? ordinary : found;
}

}  // namespace

std::optional<paging> paging_of(schema_tables::method method, const request& call) {
  paging made;
  made.items = items_name(method, call);
  for (const auto* name : {"limit", "count"}) {
    const auto size = method.find_parameter(name);
    if (!size) continue;
    made.size = name;
    made.largest = size->type().maximum().value_or(0);
  }
  if (method.find_parameter("start_from")) {
    made.from = "start_from";
  } else if (method.find_parameter("offset") && !made.size.empty()) {
    made.offset = "offset";
  } else {
    return std::nullopt;
  }
  return made;
}

const json::array& list_in(const json::value& response, const paging& how) {
  return response.is_array() ? response.get_array()
                             : response.at({how.items.data(), how.items.size()}).as_array();
}

list_place::list_place(const paging& how, request& first, const std::string& from)
    : by_offset_{how.from.empty()} {
  const auto name = by_offset_ ? how.offset : how.from;
  if (!from.empty()) {
    if (by_offset_ && !offset_in(from)) {
      throw usage_failure{fmt::format("{} goes on from a number of items", first.method()),
                          "vkxx all --help"};
    }
    first.set(name, from);
  }
  text_ = first.parameters().find(name).value_or("");
  offset_ = offset_in(text_).value_or(0);
}

void list_place::step(const json::value& response, std::size_t fresh) {
  offset_ += static_cast<std::int64_t>(fresh);
  text_ = by_offset_ ? std::to_string(offset_) : next_from_in(response);
}

}  // namespace vkxx::cli
