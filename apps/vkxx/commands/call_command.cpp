#include "options/call_command.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <vkxx/schema_tables/schema_tables.hpp>

#include "command_line/arguments.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/redacted_json.hpp"
#include "output/report.hpp"
#include "session/caller.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

json_layout layout_of(const call_command& options) {
  return options.compact ? json_layout::compact : json_layout::pretty;
}

std::string printed(const reply& answer, const call_command& options) {
  const auto layout = layout_of(options);
  return printed_json(options.raw ? std::string_view{answer.body()} : answer.text(), layout);
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

exit_status report_interruption(int signal, const error& failure, error_format format) {
  return report_failure("interrupted",
                        "interrupted; " + std::string{effect_of_interrupted(failure.effect())},
                        status_of_signal(signal), format);
}

// What a caller must know whom the answer does not reach.
std::string_view consequence_of(const std::string& method) {
  const auto known = schema_tables::find_method(method);
  return known && !known->writes() ? std::string_view{}
                                   : "VK executed the request: do not repeat it";
}

// VK's error as received, except for the secrets in it.
std::string refusal(const error& failure, json_layout layout) {
  const auto* details = failure.details();
  if (details == nullptr || details->raw.empty()) return {};
  const auto strike = [&](std::string_view text) { return failure.without_secrets(text); };
  return printed_json("{\"error\":" + redacted_json(details->raw, strike) + "}", layout);
}

exit_status run_call(const call_command& options) {
  // Before signals are caught: while a file or standard input is read, they end the process.
  auto call = make_request(options.method, options.arguments, read_file);
  const interruption stop;
  caller vk{options, call, stop};
  const auto outcome = vk.call(std::move(call));
  // A received answer is printed even after a signal.
  if (stop.signal() != 0 && !outcome) {
    return report_interruption(stop.signal(), outcome.error(), format_of(options.json));
  }
  auto status = exit_status::done;
  if (outcome) {
    write_output(printed(*outcome, options), consequence_of(options.method));
  } else {
    if (options.raw) write_output(refusal(outcome.error(), layout_of(options)));
    status = vk.report(outcome.error());
  }
  show_hints(options, outcome ? std::nullopt : outcome.error().api_code());
  return status;
}

}  // namespace

command_description call_description() {
  const auto options = std::make_shared<call_command>();
  command_description command{"call", "Call an API method and print the response as JSON"};
  add_request_arguments(command, *options);
  command.flag("--compact", options->compact, "Print JSON without line breaks and spaces");
  command
      .flag("--raw", options->raw,
            "Print the whole answer with its `response` and `execute_errors`")
      .set_details(
          "Print the whole answer with its `response` and `execute_errors`. If VK returns "
          "an error, print its `error` with secrets redacted.");
  add_call_settings(command, *options);
  command.examples({
      "vkxx call users.get user_ids=1,durov fields=city --token-file ~/.vk-token",
      R"(vkxx call users.get user_ids:='[1,"durov"]' --compact)",
      "vkxx call messages.send peer_id=2000000001 random_id=7 message=@letter.txt",
      R"(echo 'return API.users.get({"user_ids": 1});' | vkxx call execute code=@-)",
      "vkxx call wall.post message='@@durov wrote this' --emulator http://127.0.0.1:8080",
  });
  command.notes(
      R"(The token is taken from --token, else --token-file, else --profile, else VK_ACCESS_TOKEN, else
the profile `default` if it exists (see vkxx login). It is never printed.
VK's challenges (captcha, validation, confirmation) are shown on standard error and answered on
standard input; no answer declines them for the rest of the run. If the call fails, standard output
stays empty, except with --raw, which also prints VK's error. Exit status: see vkxx --help.)");
  command.details(
      R"(Calls a method and prints the `response` of the answer as JSON: UTF-8 as it is, numbers as VK
wrote them.

A parameter is written as `name=text` (the text as it stands), `name:=json` (a JSON value, sent as VK
reads it: a list of scalars joined by commas, true and false as 1 and 0, objects as JSON text, numbers
digit for digit; null omits the parameter, even one that is sent by default, as in `v:=null`),
`name=@file` (the contents of the file, byte for byte; `@-` is standard input) or `name=@@text` (a text
that begins with one @).

If standard error is a terminal, a wait of more than two seconds is explained there. Errors of the
calls inside an `execute` are warnings on standard error.)");
  command.on_run([options] { return run_call(*options); });
  return command;
}

}  // namespace vkxx::cli
