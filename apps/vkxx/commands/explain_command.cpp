// `vkxx explain`: the meaning of an error of VK.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vkxx/core/api_error_facts.hpp>

#include "command_line/numbers.hpp"
#include "command_line/spelling.hpp"
#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"

namespace vkxx::cli {
namespace {

constexpr auto explain_help = "vkxx explain --help";

struct explain_command {
  std::string error;  // a code or a name; empty with `list`
  std::optional<int> subcode;
  bool list = false;
  bool json = false;
};

std::string_view remedy_text(remedy kind) noexcept {
  switch (kind) {
    case remedy::none:
      return "the same request will fail again";
    case remedy::wait:
      return "wait, then retry";
    case remedy::fix_request:
      return "change the request";
    case remedy::once_more:
      return "retry once";
    case remedy::person:
      return "a user has to act";
    case remedy::new_token:
      return "get another token";
  }
  return {};
}

// The names that contain the word, for those who remember only a part.
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
  if (const auto number = whole_number<int>(word)) {
    if (const auto* facts = find_facts(api_errc{*number})) return *facts;
    throw usage_failure{
        fmt::format("error {} is not known; VK adds codes from time to time: see its message",
                    *number),
        explain_help};
  }
  const auto name = lower_case(word);
  const auto all = all_api_errors();
  const auto found = std::ranges::find(all, name, &api_error_facts::name);
  if (found != all.end()) return *found;
  const auto similar = name.empty() ? std::string{} : similar_names(name);
  throw usage_failure{fmt::format("there is no error named \"{}\"{}", printable(word),
                                  similar.empty() ? "" : "; did you mean " + similar + "?"),
                      explain_help};
}

std::string explanation_of(const api_error_facts& facts, std::optional<int> subcode) {
  auto text =
      fmt::format("{}  {}\n\n{}\n", static_cast<int>(facts.code), facts.name, facts.meaning);
  if (subcode) {
    const auto* narrow = find_subcode_facts(facts.code, *subcode);
    text += fmt::format("Subcode {}: {}\n", *subcode,
                        narrow != nullptr ? narrow->meaning : "not known.");
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

exit_status run_explain(const explain_command& options) {
  if (!options.list && options.error.empty()) {
    throw usage_failure{"explain needs a code or a name, or --list", explain_help};
  }
  if (options.json) {
    write_output(options.list
                     ? printed_value(json_of_all(), json_layout::pretty)
                     : printed_value(explanation_json(find_error(options.error), options.subcode),
                                     json_layout::pretty));
    return exit_status::done;
  }
  write_output(options.list ? list_of_all()
                            : explanation_of(find_error(options.error), options.subcode));
  return exit_status::done;
}

}  // namespace

command_description explain_description() {
  const auto options = std::make_shared<explain_command>();
  command_description command{"explain", "Explain an error of the VK API and how to resolve it"};
  command.text("CODE", options->error, {}, "Number or name, such as 14 or captcha_needed")
      .set_kind(value_kind::error);
  command.number("SUBCODE", options->subcode, {0, std::numeric_limits<int>::max()}, {},
                 "The error_subcode");
  command.flag("--list", options->list, "List all errors that have a name").add_excluded("CODE");
  add_json_option(command, options->json, "Print a JSON object, or an array with --list");
  command.examples({
      "vkxx explain 5",
      "vkxx explain captcha_needed",
      "vkxx explain 15 1133",
      "vkxx explain 14 --json | jq -r .advice",
      "vkxx explain --list",
  });
  command.on_run([options] { return run_explain(*options); });
  return command;
}

}  // namespace vkxx::cli
