#include "completion/completion_words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vkxx/core/api_error_facts.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

#include "schema/method_description.hpp"
#include "schema/method_names.hpp"

namespace vkxx::cli {
namespace {

namespace tables = schema_tables;
using words = std::vector<completion_word>;

words sections(std::string_view beginning) {
  words found;
  for (const auto section : section_names()) {
    if (section.starts_with(beginning)) found.push_back({std::string{section}, {}});
  }
  return found;
}

words methods(std::string_view beginning) {
  words found;
  for (const auto method : tables::methods()) {
    if (!method.name().starts_with(beginning)) continue;
    found.push_back(
        {std::string{method.name()},
         fmt::format("{}; {}", method.writes() ? "write" : "read", token_kinds(method))});
  }
  return found;
}

// Hundreds of methods are too many to choose from: offers their sections first, as `wall.`.
words sections_or_methods(std::string_view beginning) {
  auto found = sections(beginning);
  if (found.size() < 2) return methods(beginning);
  for (auto& section : found) section.word += '.';
  for (auto& method : methods(beginning)) {
    if (method.word.find('.') == std::string::npos) found.push_back(std::move(method));
  }
  return found;
}

bool is_given(std::string_view name, std::span<const std::string> before) {
  return std::ranges::any_of(before, [&](std::string_view word) {
    if (!word.starts_with(name)) return false;
    word.remove_prefix(name.size());
    return word.starts_with('=') || word.starts_with(":=");
  });
}

words parameters(tables::method method, std::string_view beginning,
                 std::span<const std::string> before) {
  words found;
  for (const auto parameter : method.parameters()) {
    const auto name = parameter.name();
    if (!name.starts_with(beginning) || is_given(name, before)) continue;
    found.push_back({std::string{name} + '=',
                     (parameter.required() ? "required; " : "") + type_text(parameter)});
  }
  return found;
}

std::vector<std::string_view> values_of(tables::type type) {
  if (type.kind() == tables::kind::boolean || type.kind() == tables::kind::bool_int) {
    return {"0", "1"};
  }
  const auto values = type.values();
  return {values.begin(), values.end()};
}

// `typed`: all of `filter=ow`.
words values(tables::method method, std::string_view typed) {
  const auto equals = typed.find('=');
  const auto parameter = method.find_parameter(typed.substr(0, equals));
  if (!parameter) return {};
  auto type = parameter->type();
  auto kept = typed.substr(0, equals + 1);
  if (type.kind() == tables::kind::array) {
    type = type.item();
    if (const auto comma = typed.rfind(','); comma != std::string_view::npos && comma > equals) {
      kept = typed.substr(0, comma + 1);
    }
  }
  words found;
  for (const auto value : values_of(type)) {
    if (value.starts_with(typed.substr(kept.size()))) {
      found.push_back({std::string{kept} + std::string{value}, {}});
    }
  }
  return found;
}

std::optional<tables::method> first_method(std::span<const std::string> among) {
  for (const auto& word : among) {
    if (const auto method = tables::find_method(word)) return method;
  }
  return std::nullopt;
}

words errors(std::string_view beginning) {
  words found;
  for (const auto& facts : all_api_errors()) {
    const auto code = std::to_string(static_cast<int>(facts.code));
    for (const auto name : {std::string_view{code}, facts.name}) {
      if (name.starts_with(beginning))
        found.push_back({std::string{name}, std::string{facts.meaning}});
    }
  }
  return found;
}

bool has_argument(const command_description& command, value_kind kind) {
  return std::ranges::any_of(command.options(), [kind](const option_description& option) {
    return option.positional() && option.kind == kind;
  });
}

words method_words(const command_description& command, std::string_view current,
                   std::span<const std::string> before) {
  const auto method = first_method(before);
  if (!method) return sections_or_methods(current);
  if (!has_argument(command, value_kind::parameter)) return {};
  return current.find('=') == std::string::npos ? parameters(*method, current, before)
                                                : values(*method, current);
}

}  // namespace

words completion_words(const std::vector<command_description>& commands,
                       const std::vector<std::string>& typed) {
  const auto chosen = std::ranges::find_if(
      typed, [&](const std::string& word) { return find_command(commands, word) != nullptr; });
  if (chosen == typed.end() || chosen + 1 == typed.end()) return {};
  const auto& command = *find_command(commands, *chosen);
  const std::span<const std::string> before{chosen + 1, typed.end() - 1};
  const auto& current = typed.back();
  if (current.starts_with('-')) return {};
  if (has_argument(command, value_kind::method)) return method_words(command, current, before);
  const bool first =
      std::ranges::all_of(before, [](const std::string& word) { return word.starts_with('-'); });
  if (first && has_argument(command, value_kind::section)) return sections(current);
  if (first && has_argument(command, value_kind::error)) return errors(current);
  return {};
}

}  // namespace vkxx::cli
