#include "emulator/methods/method.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text/ascii.hpp"
#include "core/text/number.hpp"
#include "emulator/world/content/text_size.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::trimmed;
namespace {

// A million commas must not take longer than other texts.
constexpr std::size_t longest_list = std::size_t{256} << 10U;

}  // namespace

std::optional<std::int64_t> whole_number(std::string_view text) noexcept {
  return vkxx::detail::parse_number<std::int64_t>(text);
}

std::size_t characters(std::string_view text) noexcept {
  return characters_in(text);
}

std::optional<std::int64_t> prefixed_id(std::string_view name,
                                        std::initializer_list<std::string_view> prefixes) noexcept {
  for (const auto prefix : prefixes)
    if (name.starts_with(prefix))
      if (const auto id = whole_number(name.substr(prefix.size())); id && *id > 0) return id;
  return std::nullopt;
}

std::string_view method_call::text(std::string_view name) const noexcept {
  return arguments.find(name).value_or("");
}

bool method_call::given(std::string_view name) const noexcept {
  return !text(name).empty();
}

std::string_view method_call::required(std::string_view name) const {
  const auto found = text(name);
  if (found.empty()) throw bad_parameter(std::string{name} + " is undefined");
  return found;
}

std::int64_t method_call::integer(std::string_view name, std::int64_t otherwise, std::int64_t least,
                                  std::int64_t most) const {
  const auto found = trimmed(text(name));
  if (found.empty()) return otherwise;
  const auto number = whole_number(found);
  const std::string parameter{name};
  if (!number) throw bad_parameter(parameter + " not integer");
  if (*number < least)
    throw bad_parameter(parameter + " should be greater or equal to " + std::to_string(least));
  if (*number > most)
    throw bad_parameter(parameter + " should be less or equal to " + std::to_string(most));
  return *number;
}

std::int64_t method_call::required_integer(std::string_view name) const {
  static_cast<void>(required(name));
  return integer(name, 0);
}

bool method_call::flag(std::string_view name) const noexcept {
  return text(name) == "1";
}

std::vector<std::string> method_call::list(std::string_view name, std::size_t most) const {
  std::vector<std::string> result;
  auto rest = text(name);
  if (rest.size() > longest_list)
    throw bad_parameter(std::string{name} + " is longer than " + std::to_string(longest_list) +
                        " bytes");
  while (!rest.empty()) {
    const auto comma = rest.find(',');
    const auto item = trimmed(rest.substr(0, comma));
    rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    if (item.empty()) continue;
    if (result.size() == most)
      throw bad_parameter(std::string{name} + " has more than " + std::to_string(most) +
                          " elements");
    result.emplace_back(item);
  }
  return result;
}

bool method_call::cyrillic() const noexcept {
  constexpr std::array<std::string_view, 10> latin{"en", "es", "fi", "de", "it",
                                                   "3",  "4",  "5",  "6",  "7"};
  return std::ranges::find(latin, text("lang")) == latin.end();
}

bool method_call::version_is_at_least(int major, int minor) const noexcept {
  const auto version = text("v");
  const auto point = std::min(version.find('.'), version.size());
  const auto whole = whole_number(version.substr(0, point)).value_or(0);
  const auto part = whole_number(version.substr(std::min(point + 1, version.size()))).value_or(0);
  return std::pair{whole, part} >= std::pair<std::int64_t, std::int64_t>{major, minor};
}

std::int64_t method_call::actor() const noexcept {
  if (caller == nullptr || caller->kind == token_kind::service) return 0;
  return caller->kind == token_kind::community ? -caller->owner : caller->owner;
}

method_table standard_methods() {
  method_table table;
  add_users(table);
  add_groups(table);
  add_utils(table);
  add_database(table);
  add_likes(table);
  add_storage(table);
  add_wall(table);
  add_newsfeed(table);
  add_friends(table);
  add_status(table);
  add_messages(table);
  add_uploads(table);
  add_albums(table);
  add_removal(table);
  add_blacklist(table);
  add_transports(table);
  return table;
}

}  // namespace vkxx::emulation::detail
