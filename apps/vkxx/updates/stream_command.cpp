// `vkxx stream`: the Streaming API.
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>
#include <vkxx/core/json_text.hpp>
#include <vkxx/updates/stream_reader.hpp>

#include "command_line/exit_status.hpp"
#include "command_line/usage_failure.hpp"
#include "options/call_command.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/caller.hpp"
#include "terminal/interruption.hpp"

namespace vkxx::cli {
namespace {

constexpr auto stream_help = "vkxx stream --help";

struct stream_command : call_command {
  std::string action;
  std::vector<std::string> added;
  std::vector<std::string> deleted;
  std::optional<int> stream_id;
  std::optional<std::size_t> limit;
};

// `TAG=RULE`
stream_rule rule_of(const std::string& text) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0 || equals + 1 == text.size()) {
    throw usage_failure{
        fmt::format("--add {}: expected TAG=RULE, such as pets=cat -dog", printable(text)),
        stream_help};
  }
  return {text.substr(0, equals), text.substr(equals + 1)};
}

asio::awaitable<std::optional<error>> change_and_list(client vk, std::vector<stream_rule> added,
                                                      std::vector<std::string> deleted) {
  for (const auto& tag : deleted) {
    auto deleting = delete_stream_rule(vk, tag);
    const auto done = co_await std::move(deleting);
    if (!done) co_return done.error();
  }
  for (const auto& rule : added) {
    auto adding = add_stream_rule(vk, rule);
    const auto done = co_await std::move(adding);
    if (!done) co_return done.error();
  }
  auto listing = list_stream_rules(vk);
  const auto rules = co_await std::move(listing);
  if (!rules) co_return rules.error();
  for (const auto& rule : *rules) {
    write_output(
        fmt::format("{{\"tag\":{},\"value\":{}}}\n", json_text(rule.tag), json_text(rule.value)));
  }
  co_return std::nullopt;
}

asio::awaitable<std::optional<error>> print_stream(stream_reader& source,
                                                   std::optional<std::size_t> limit) {
  std::size_t printed = 0;
  for (;;) {
    auto reading = source.next();
    const auto batch = co_await std::move(reading);
    if (!batch) co_return batch.error();
    for (const auto& loss : batch->losses()) {
      write_message(
          fmt::format("vkxx: warning: updates may be missing ({})", to_string(loss.reason)));
    }
    for (const auto& content : *batch) {
      write_output(printed_json(content.raw(), json_layout::compact));
      if (limit && ++printed >= *limit) co_return std::nullopt;
    }
    source.commit(batch->cursor());
  }
}

exit_status run_stream(const stream_command& given) {
  auto options = given;
  // The call reads it, and so does the stream.
  if (options.ca_file) options.ca_file = lasting_file(*options.ca_file);
  const bool listens = options.action == "listen";
  if (listens && (!options.added.empty() || !options.deleted.empty()))
    throw usage_failure{"--add and --delete belong to vkxx stream rules", stream_help};
  std::vector<stream_rule> added;
  for (const auto& text : options.added) added.push_back(rule_of(text));
  const interruption stop;
  const auto chosen = settings_for(options, request{"streaming.getServerUrl"}, stop, nullptr);
  asio::io_context loop;
  const client vk{loop.get_executor(), chosen.settings};
  stream_options stream;
  stream.stream_id(options.stream_id).ca_file(options.ca_file.value_or(""));
  stream_reader source{vk, stream};
  std::optional<error> failure;
  std::exception_ptr thrown;
  bool done = false;
  const auto ended = [&](std::exception_ptr exception, std::optional<error> end) {
    thrown = exception;
    failure = std::move(end);
    done = true;
    source.stop();
  };
  if (listens) {
    asio::co_spawn(loop, print_stream(source, options.limit), ended);
  } else {
    asio::co_spawn(loop, change_and_list(vk, added, options.deleted), ended);
  }
  {
    const std::stop_callback on_signal{stop.token(), [&] {
                                         source.stop();
                                         if (!listens) loop.stop();
                                       }};
    loop.run();
  }
  if (thrown) std::rethrow_exception(thrown);
  if (done && !failure) return exit_status::done;
  if (stop.signal() != 0) return status_of_signal(stop.signal());
  if (!failure) return exit_status::done;
  return report_failure(*failure, chosen.token, format_of(options.json));
}

}  // namespace

command_description stream_description() {
  const auto options = std::make_shared<stream_command>();
  command_description command{"stream", "Read the Streaming API, or change its rules"};
  command
      .word("ACTION", options->action,
            {{"rules", "list, add and delete rules"}, {"listen", "print what matches a rule"}}, {},
            "rules or listen")
      .set_required();
  command.texts("--add", options->added, "TAG=RULE",
                "Add a rule: words, -word excludes, \"word\" is exact");
  command.texts("--delete", options->deleted, "TAG", "Delete a rule");
  command.number("--stream-id", options->stream_id, {0, 1'000'000}, "N",
                 "The number of the stream, to tell several apart [none]");
  command.number("--limit", options->limit, {1, 1'000'000'000}, "COUNT",
                 "Stop after this many updates");
  add_call_settings(command, *options);
  command.examples({
      "vkxx stream rules --add 'pets=cat -dog' --token-file ~/.vk-service-token",
      "vkxx stream listen --limit 10 | jq -r .text",
  });
  command.notes(
      R"(The token is the service token of an application. Rules are printed as JSON lines, and so are the
events of the stream. SIGINT and SIGTERM end the program with status 130 and 143.)");
  command.on_run([options] { return run_stream(*options); });
  return command;
}

}  // namespace vkxx::cli
