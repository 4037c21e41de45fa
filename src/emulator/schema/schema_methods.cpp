#include "emulator/schema/schema_methods.hpp"

#include <algorithm>
#include <array>
#include <boost/json/parse.hpp>
#include <string>

#include <vkxx/schema_tables/sample.hpp>

#include "core/text/ascii.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::trimmed;
namespace {

namespace tables = schema_tables;

std::uint64_t hashed(std::uint64_t hash, std::string_view text) noexcept {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  return hash;
}

// Of an argument that does not choose another sample: it selects the page, the form or the
// spelling of the same one, or is about the request.
bool keeps_sample(std::string_view name) noexcept {
  constexpr std::array<std::string_view, 17> names{
      "v",           "access_token", "lang",          "offset",     "count",
      "limit",       "start_from",   "fields",        "extended",   "https",
      "captcha_sid", "captcha_key",  "success_token", "remixstlid", "confirm",
      "name_case",   "test_mode"};
  return std::ranges::find(names, name) != names.end();
}

// FNV-1a, so that methods with the same seed have different numbers. The order of the arguments
// does not matter.
std::uint64_t mixed(std::uint64_t seed, std::string_view method, const argument_list& arguments) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325U;
  auto result = hashed(basis ^ seed, method);
  for (const auto& [name, value] : arguments.all())
    if (!value.empty() && !keeps_sample(name))
      result += hashed(hashed(hashed(basis, name), "="), value);
  return result;
}

// `1, 2` as `1,2`.
std::string joined_closely(std::string_view list) {
  std::string result;
  while (true) {
    const auto comma = list.find(',');
    result += trimmed(list.substr(0, comma));
    if (comma == std::string_view::npos) return result;
    result += ',';
    list.remove_prefix(comma + 1);
  }
}

// Whether blanks around the value, or around the elements of a list, say nothing. Parameters that
// the schema does not know are older names of those that it knows.
bool ignores_blanks(tables::method called, std::string_view name) noexcept {
  const auto known = called.find_parameter(name);
  if (!known) return name.ends_with("_id") || name.ends_with("_ids");
  const auto kind = known->type().kind();
  return !known->json() && kind != tables::kind::string && kind != tables::kind::any &&
         kind != tables::kind::scalar;
}

}  // namespace

std::optional<argument_list> without_blanks(std::string_view method,
                                            const argument_list& arguments) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto has_blank = [&](const name_value& each) {
    return each.second.find_first_of(blanks) != std::string::npos;
  };
  if (std::ranges::none_of(arguments.all(), has_blank)) return std::nullopt;
  const auto found = tables::find_method(method);
  if (!found) return std::nullopt;
  std::optional<argument_list> result;
  for (const auto& each : arguments.all()) {
    if (!has_blank(each) || !ignores_blanks(*found, each.first)) continue;
    if (!result) result = arguments;
    result->set(each.first, joined_closely(each.second));
  }
  return result;
}

std::optional<method_entry> schema_entry(std::string_view method) {
  const auto found = tables::find_method(method);
  if (!found) return std::nullopt;
  const auto takes = [&found](token_kind kind) { return found->tokens().allows(kind); };
  // The emulator has no anonymous tokens: methods that accept one need no token.
  return method_entry{{.user = takes(token_kind::user),
                       .community = takes(token_kind::community),
                       // The schema omits two of them; all accept it.
                       .service = takes(token_kind::service) || method.starts_with("database."),
                       .nobody = takes(token_kind::anonymous)},
                      nullptr};
}

void check_arguments(std::string_view method, const argument_list& arguments) {
  const auto found = tables::find_method(method);
  if (!found) return;
  const tables::parameter_lookup judged =
      [&](std::string_view name) -> std::optional<std::string_view> {
    const auto value = arguments.find(name);
    // What the method refuses in VK's own words.
    constexpr std::array<std::string_view, 4> own{"fields", "message", "keyboard", "template"};
    if (!value || value->empty() || std::ranges::find(own, name) != own.end()) return std::nullopt;
    return value;
  };
  if (const auto fault = tables::request_fault(*found, judged)) throw bad_parameter(*fault);
}

boost::json::value schema_answer(std::string_view method, const argument_list& arguments,
                                 const sample_setting& setting) {
  const auto found = tables::find_method(method);
  if (!found) throw api_failure{api_errc::unknown_method};
  const tables::parameter_lookup sent = [&arguments](std::string_view name) {
    return arguments.find(name);
  };
  // VK ignores unknown names in `fields`.
  const tables::parameter_lookup judged =
      [&](std::string_view name) -> std::optional<std::string_view> {
    return name == "fields" ? std::nullopt : arguments.find(name);
  };
  if (const auto fault = tables::request_fault(*found, judged)) throw bad_parameter(*fault);
  tables::sample_options options;
  constexpr std::int64_t day = 86'400;
  options.seed = mixed(setting.seed, method, arguments);
  options.base_url = setting.base_url;
  // The same text for a whole day.
  options.now = setting.unix_time - setting.unix_time % day;
  options.sent = sent;
  const auto text = tables::sample_answer(tables::choose_answer(*found, sent), options);
  return boost::json::parse(text);
}

std::vector<method_source> method_sources(const method_table& own) {
  std::vector<method_source> result;
  for (const auto method : tables::methods()) {
    const auto entry = schema_entry(method.name());
    auto source = answer_source::sample;
    if (entry && !entry->who.user && !entry->who.community && !entry->who.service &&
        !entry->who.nobody)
      source = answer_source::refused;
    if (own.contains(method.name()) || method.name() == "execute") source = answer_source::state;
    result.push_back({method.name(), source});
  }
  return result;
}

std::string_view to_string(answer_source source) noexcept {
  switch (source) {
    case answer_source::state:
      return "state";
    case answer_source::sample:
      return "sample";
    case answer_source::refused:
      return "refused";
  }
  return {};
}

}  // namespace vkxx::emulation::detail
