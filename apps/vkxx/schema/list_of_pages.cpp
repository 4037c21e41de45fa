#include "schema/list_of_pages.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vkxx/schema_tables/sample.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

#include "command_line/spelling.hpp"
#include "command_line/usage_failure.hpp"
#include "schema/method_names.hpp"

namespace vkxx::cli {
namespace {

constexpr auto all_help = "vkxx all --help";

paging described_paging(const all_command& options) {
  if (!options.list || !options.by) {
    throw usage_failure{"--list and --by describe a list together: --list items --by offset",
                        all_help};
  }
  paging list{.items = *options.list, .size = "count", .identity = options.identity};
  if (list.items == ".") list.items = {};
  if (*options.by == "offset") {
    list.offset = "offset";
  } else if (*options.by == "start_from") {
    list.from = "start_from";
  } else {
    throw usage_failure{"--by is offset or start_from", all_help};
  }
  return list;
}

[[noreturn]] void refuse_unknown(const std::string& name) {
  const auto similar = similar_methods(name);
  throw usage_failure{
      fmt::format("VK's schema {} has no method {}, so that it is not known how it gives pages{}; "
                  "--list PATH --by offset or start_from says it",
                  schema_tables::api_version(), name,
                  similar.empty() ? "" : "; " + did_you_mean(similar)),
      "vkxx methods"};
}

// Why an answer of a method with the parameters of a list is none that can be walked.
[[noreturn]] void refuse(schema_tables::method method) {
  const bool pages = method.find_parameter("start_from") || method.find_parameter("offset");
  for (const auto answer : method.answers()) {
    if (pages && answer.pages()) {
      throw usage_failure{
          fmt::format("{} called like this answers with several lists side by side, whose pages "
                      "cannot be told apart; see vkxx describe {} for its other answers, or use "
                      "vkxx call",
                      method.name(), method.name()),
          all_help};
    }
  }
  throw usage_failure{
      fmt::format("{} does not give its answer page by page; use vkxx call", method.name()),
      all_help};
}

}  // namespace

paging paging_of(const all_command& options, const request& call) {
  if (options.list || options.by) return described_paging(options);
  if (!options.identity.empty()) {
    throw usage_failure{"--identity belongs to a list that --list and --by describe", all_help};
  }
  const auto method = schema_tables::find_method(options.method);
  if (!method) refuse_unknown(options.method);
  const auto sent = [&call](std::string_view name) { return call.parameters().find(name); };
  const auto list = schema_tables::choose_answer(*method, sent).pages();
  if (!list) refuse(*method);
  return {.items = list->items(),
          .offset = list->offset_parameter(),
          .size = list->size_parameter(),
          .from = list->from_parameter(),
          .identity = list->identity(),
          .largest = list->largest(),
          .usual = list->usual()};
}

}  // namespace vkxx::cli
