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
      fmt::format("VK's schema {} has no method {}, so its paging is not known{}; describe it with "
                  "--list PATH --by offset or start_from",
                  schema_tables::api_version(), name,
                  similar.empty() ? "" : "; " + did_you_mean(similar)),
      "vkxx methods"};
}

// Why the response of a method cannot be walked although it has the parameters of a list.
[[noreturn]] void refuse(schema_tables::method method) {
  const bool pages = method.find_parameter("start_from") || method.find_parameter("offset");
  for (const auto answer : method.answers()) {
    if (pages && answer.pages()) {
      throw usage_failure{
          fmt::format("with these parameters {} returns several lists at once, which cannot be "
                      "walked; see vkxx describe {} for its other responses, or use vkxx call",
                      method.name(), method.name()),
          all_help};
    }
  }
  throw usage_failure{fmt::format("{} has no pages; use vkxx call", method.name()), all_help};
}

}  // namespace

paging paging_of(const all_command& options, const request& call) {
  if (options.list || options.by) return described_paging(options);
  if (!options.identity.empty()) {
    throw usage_failure{"--identity needs --list and --by", all_help};
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
