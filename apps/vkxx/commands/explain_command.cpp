#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <vkxx/core/api_error_facts.hpp>

#include "command_line/spelling.hpp"
#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr auto explain_help = "vkxx explain --help";

std::string_view remedy_text(remedy kind) noexcept {
  switch (kind) {
    case remedy::none:
      return "the same request will fail again";
    case remedy::wait:
      return "wait, then repeat the request";
    case remedy::fix_request:
      return "change the request";
    case remedy::once_more:
      return "try once more";
    case remedy::person:
      return "a person has to do something";
    case remedy::new_token:
      return "get another token";
  }
  return {};
}

std::optional<int> number_of(std::string_view text) noexcept {
  int number = 0;
  const auto end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure != std::errc{} || stop != end) return std::nullopt;
  return number;
}

// Names in which the word stands, for somebody who remembers a part only.
std::string similar_names(std::string_view word) {
  std::string names;
  for (const auto& facts : all_api_errors()) {
    if (facts.name.find(word) == std::string_view::npos) continue;
    names += fmt::format("{}{} ({})", names.empty() ? "" : ", ", facts.name,
                         static_cast<int>(facts.code));
  }
  return names;
}

const api_error_facts& find_error(const std::string& word) {
  if (const auto number = number_of(word)) {
    if (const auto* facts = find_facts(api_errc{*number})) return *facts;
    throw usage_failure{fmt::format("nothing is known of error {}; VK adds codes at times, and "
                                    "its message then has to do",
                                    *number),
                        explain_help};
  }
  const auto name = lower_case(word);
  const auto all = all_api_errors();
  const auto found = std::ranges::find(all, name, &api_error_facts::name);
  if (found != all.end()) return *found;
  const auto similar = name.empty() ? std::string{} : similar_names(name);
  throw usage_failure{fmt::format("there is no error of the name \"{}\"{}", printable(word),
                                  similar.empty() ? "" : "; did you mean " + similar + "?"),
                      explain_help};
}

std::string explanation_of(const api_error_facts& facts, std::optional<int> subcode) {
  auto text =
      fmt::format("{}  {}\n\n{}\n", static_cast<int>(facts.code), facts.name, facts.meaning);
  if (subcode) {
    const auto* narrow = find_subcode_facts(facts.code, *subcode);
    text += fmt::format("Subcode {}: {}\n", *subcode,
                        narrow != nullptr ? narrow->meaning : "nothing is known of it.");
  }
  text +=
      fmt::format("\nWhat helps:  {}\nIn short:    {}\nComes from:  {}\n", facts.advice,
                  remedy_text(facts.remedy), facts.global ? "any method" : "certain methods only");
  return text;
}

boost::json::object explanation_json(const api_error_facts& facts, std::optional<int> subcode) {
  boost::json::object known{{"code", static_cast<int>(facts.code)},
                            {"name", std::string{facts.name}},
                            {"meaning", std::string{facts.meaning}},
                            {"advice", std::string{facts.advice}},
                            {"remedy", std::string{remedy_text(facts.remedy)}},
                            {"any_method", facts.global}};
  if (subcode) {
    const auto* narrow = find_subcode_facts(facts.code, *subcode);
    known["subcode"] = *subcode;
    known["subcode_meaning"] = nullptr;
    if (narrow != nullptr) known["subcode_meaning"] = std::string{narrow->meaning};
  }
  return known;
}

boost::json::array json_of_all() {
  boost::json::array all;
  for (const auto& facts : all_api_errors()) {
    all.push_back(explanation_json(facts, std::nullopt));
  }
  return all;
}

std::string list_of_all() {
  std::string text;
  for (const auto& facts : all_api_errors()) {
    text +=
        fmt::format("{:>5}  {:<34}  {}\n", static_cast<int>(facts.code), facts.name, facts.meaning);
  }
  return text;
}

}  // namespace

exit_status run(const explain_command& what) {
  if (what.json) {
    write_output(what.list ? printed_value(json_of_all(), json_layout::pretty)
                           : printed_value(explanation_json(find_error(what.what), what.subcode),
                                           json_layout::pretty));
    return exit_status::done;
  }
  write_output(what.list ? list_of_all() : explanation_of(find_error(what.what), what.subcode));
  return exit_status::done;
}

}  // namespace vkxx::cli
