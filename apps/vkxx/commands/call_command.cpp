#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include "command_line/arguments.hpp"
#include "commands/commands.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/redacted_json.hpp"
#include "output/report.hpp"
#include "session/caller.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

json_layout layout_of(const call_command& what) {
  return what.compact ? json_layout::compact : json_layout::pretty;
}

std::string printed(const reply& answer, const call_command& what) {
  const auto layout = layout_of(what);
  return printed_json(what.raw ? std::string_view{answer.body()} : answer.text(), layout);
}

std::string_view effect_of_interrupted(request_effect effect) {
  switch (effect) {
    case request_effect::not_sent:
      return "the request was not sent";
    case request_effect::rejected:
      return "the request was not executed";
    case request_effect::executed:
      return "VK executed the request";
    case request_effect::unknown:
      break;
  }
  return "it is not known whether VK executed the request";
}

exit_status interrupted_by(int signal, const error& failure, error_format format) {
  return report_failure(
      "interrupted", "interrupted; " + std::string{effect_of_interrupted(failure.effect())},
      signal == SIGTERM ? exit_status::terminated : exit_status::interrupted, format);
}

// What VK refused with, as it was received; a token in it is made unreadable.
std::string refusal(const error& failure, json_layout layout) {
  const auto* details = failure.details();
  if (details == nullptr || details->raw.empty()) return {};
  const auto strike = [&](std::string_view text) { return failure.without_secrets(text); };
  return printed_json("{\"error\":" + redacted_json(details->raw, strike) + "}", layout);
}

}  // namespace

exit_status run(const call_command& what) {
  // Before the signals are caught: while a file or standard input is read, they end the process.
  auto call = make_request(what.method, what.arguments, read_file);
  const interruption stop;
  caller vk{what, call, stop};
  const auto outcome = vk.call(std::move(call));
  // An answer that has come is printed, signal or not.
  if (stop.signal() != 0 && !outcome) {
    return interrupted_by(stop.signal(), outcome.error(), format_of(what.json));
  }
  auto status = exit_status::done;
  if (outcome) {
    write_output(printed(*outcome, what));
  } else {
    if (what.raw) write_output(refusal(outcome.error(), layout_of(what)));
    status = vk.report(outcome.error());
  }
  show_hints(what, outcome ? std::nullopt : outcome.error().api_code());
  return status;
}

}  // namespace vkxx::cli
