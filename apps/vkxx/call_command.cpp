#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <csignal>
#include <string>
#include <string_view>
#include <utility>

#include "arguments.hpp"
#include "caller.hpp"
#include "commands.hpp"
#include "file.hpp"
#include "interruption.hpp"
#include "json_printer.hpp"
#include "output.hpp"

namespace vkxx::cli {
namespace {

std::string printed(const reply& answer, const call_command& what) {
  const auto layout = what.compact ? json_layout::compact : json_layout::pretty;
  if (!what.raw) return printed_json(answer.json(), layout);
  return printed_json(boost::json::parse(answer.body()), layout);
}

std::string_view effect_of_interrupted(const result<reply>& outcome) {
  const auto effect = outcome ? request_effect::executed : outcome.error().effect();
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

exit_status interrupted_by(int signal, const result<reply>& outcome) {
  write_message("vkxx: interrupted; " + std::string{effect_of_interrupted(outcome)});
  return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
}

}  // namespace

exit_status run(const call_command& what) {
  const interruption stop;
  auto call = make_request(what.method, what.arguments, read_file);
  caller vk{what, call, stop};
  const auto outcome = vk.call(std::move(call));
  if (what.stats) write_message("vkxx: " + to_log_line(vk.seen()));
  if (stop.signal() != 0) return interrupted_by(stop.signal(), outcome);
  auto status = exit_status::done;
  if (outcome) {
    write_output(printed(*outcome, what));
  } else {
    status = vk.report(outcome.error());
  }
  show_hints(what, outcome ? std::nullopt : outcome.error().api_code());
  return status;
}

}  // namespace vkxx::cli
