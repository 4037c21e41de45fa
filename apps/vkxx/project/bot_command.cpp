// `vkxx bot check`: what keeps updates from a bot.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>
#include <vkxx/bot/bot.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

#include "command_line/exit_status.hpp"
#include "command_line/usage_failure.hpp"
#include "options/call_command.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/caller.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

namespace json = boost::json;

constexpr auto bot_help = "vkxx bot --help";

struct bot_command : call_command {
  std::string action;
  std::string types = "message_new,message_event";
  std::optional<std::int64_t> group;
};

std::vector<std::string> types_of(const bot_command& command) {
  std::vector<std::string> types;
  std::size_t begin = 0;
  while (begin <= command.types.size()) {
    const auto end = std::min(command.types.find(',', begin), command.types.size());
    auto type = command.types.substr(begin, end - begin);
    if (!schema_tables::find_event(type)) {
      throw usage_failure{fmt::format("--types: {} is not an event of VK's schema", printable(type)),
                          bot_help};
    }
    types.push_back(std::move(type));
    begin = end + 1;
  }
  return types;
}

json::array list_of(const std::vector<std::string>& lines) {
  json::array list;
  for (const auto& line : lines) list.emplace_back(line);
  return list;
}

void print_report(const bot_report& report, bool as_json) {
  if (as_json) {
    json::object object;
    object["community"] = report.community.value();
    object["switched_on"] = list_of(report.switched_on);
    object["problems"] = list_of(report.problems);
    write_output(printed_json(json::serialize(object), json_layout::pretty));
    return;
  }
  std::string text = fmt::format("community {}\n", report.community.value());
  for (const auto& setting : report.switched_on)
    text += fmt::format("switched on: {}\n", printable(setting));
  for (const auto& problem : report.problems) text += fmt::format("problem: {}\n", printable(problem));
  if (report.problems.empty()) text += "everything that the bot needs is on\n";
  write_output(text);
}

exit_status run_check(const bot_command& command) {
  const auto types = types_of(command);
  const interruption stop;
  auto chosen = settings_for(command, request{"groups.getById"}, stop, nullptr);
  asio::io_context loop;
  bot checked{chosen.settings};
  if (command.group) checked.community(group_id{*command.group});
  for (const auto& type : types) checked.on_update(type, [] {});
  std::optional<result<bot_report>> report;
  std::exception_ptr thrown;
  asio::cancellation_signal cancelling;
  asio::co_spawn(loop, checked.check_settings(),
                 asio::bind_cancellation_slot(
                     cancelling.slot(), [&](std::exception_ptr failure, result<bot_report> found) {
                       thrown = failure;
                       report = std::move(found);
                     }));
  {
    const std::stop_callback on_signal{stop.token(), [&] {
                                         asio::post(loop, [&] {
                                           cancelling.emit(asio::cancellation_type::terminal);
                                         });
                                       }};
    loop.run();
  }
  if (stop.signal() != 0) return status_of_signal(stop.signal());
  if (thrown) std::rethrow_exception(thrown);
  if (!report || !*report) {
    const auto failure = report ? report->error()
                                : error{errc::cancelled, request_effect::not_sent,
                                        "the check ended without a report"};
    return report_failure(failure, chosen.token, format_of(command.json));
  }
  print_report(**report, command.json);
  return (*report)->problems.empty() ? exit_status::done : exit_status::failed;
}

}  // namespace

command_description bot_description() {
  const auto options = std::make_shared<bot_command>();
  command_description command{"bot", "Check what a bot needs of its community"};
  command.word("ACTION", options->action,
               {{"check", "compare the community's settings of long poll with what the bot needs"}},
               "ACTION", "What to do: check")
      .set_required();
  command.text("--types", options->types, "TYPES",
               "The events that the bot handles [message_new,message_event]");
  command
      .number("--group", options->group, {1, 1'000'000'000'000, "the number of a community"}, "ID",
              "The community [that of the token]");
  add_call_settings(command, *options);
  command.examples({
      "vkxx bot check --token-file ~/.vk-community-token",
      "vkxx bot check --types message_new,group_join --json",
  });
  command.details(
      "Asks VK for the settings of long poll, and compares them with the events that the bot handles. "
      "What is missing is switched on, never off; what the token may not change is described. The exit "
      "status is 1 if something keeps updates from the bot. A bot does the same when it starts.");
  command.on_run([options] { return run_check(*options); });
  return command;
}

}  // namespace vkxx::cli
