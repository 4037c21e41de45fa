// `vkxx trigger`: sends an event to a program, as VK's Callback API would.
#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <string>
#include <vector>
#include <vkxx/client/client.hpp>
#include <vkxx/core/json_text.hpp>
#include <vkxx/schema_tables/sample.hpp>
#include <vkxx/schema_tables/schema_tables.hpp>

#include "command_line/arguments.hpp"
#include "command_line/exit_status.hpp"
#include "command_line/numbers.hpp"
#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/file.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/connection.hpp"
#include "terminal/interruption.hpp"
#include "updates/update_poster.hpp"

namespace vkxx::cli {
namespace {

namespace json = boost::json;

constexpr auto trigger_help = "vkxx trigger --help";
constexpr std::size_t longest_path = 32;  // members

struct trigger_command : connection_options {
  std::string type;
  std::vector<std::string> values;
  std::optional<std::string> target;
  std::optional<std::string> secret_key;
  std::int64_t group = 1;
  std::optional<std::uint64_t> seed;
  std::string version = "5.199";
  std::optional<std::string> event_id;
};

json::value parsed_value(const std::string& name, const std::string& text) {
  boost::system::error_code failure;
  auto value = json::parse(text, failure);
  if (failure)
    throw usage_failure{fmt::format("{}: expected JSON after :=", printable(name)), trigger_help};
  return value;
}

// What VK's schema says of a member, whether or not this sample of the object has it. Empty: it
// says nothing, or that there are several kinds.
std::optional<schema_tables::kind> kind_of(schema_tables::type at, std::string_view path) {
  while (!path.empty()) {
    const auto name = path.substr(0, path.find('.'));
    path.remove_prefix(std::min(name.size() + 1, path.size()));
    if (at.kind() == schema_tables::kind::array) {
      at = at.item();
      continue;
    }
    const auto fields = at.fields();
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const auto& field) { return field.name() == name; });
    if (found == fields.end()) return std::nullopt;
    at = (*found).type();
  }
  return at.kind();
}

// The text as a value of this kind, so that `user_id=5` is a number.
json::value value_of(std::optional<schema_tables::kind> wanted, const std::string& text) {
  using schema_tables::kind;
  if (wanted == kind::boolean) {
    if (text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
  }
  const bool whole =
      wanted == kind::integer || wanted == kind::integer_enum || wanted == kind::bool_int;
  if (whole || wanted == kind::number) {
    if (const auto number = whole_number<std::int64_t>(text)) return *number;
    if (const auto real = whole_number<double>(text)) return *real;
  }
  return json::string{text};
}

// The member of an object, the element of a list, or a new member where nothing is.
json::value& member_of(json::value& place, std::string_view name, const argument& given) {
  if (name.empty())
    throw usage_failure{fmt::format("{}: a name is empty", printable(given.name)), trigger_help};
  if (auto* items = place.if_array()) {
    const auto index = whole_number<std::size_t>(name);
    if (index && *index < items->size()) return (*items)[*index];
    throw usage_failure{fmt::format("{}: there is a list of {}, without {}; give the whole of it "
                                    "by name:=json",
                                    printable(given.name), items->size(), printable(name)),
                        trigger_help};
  }
  if (place.is_null()) place = json::object{};
  if (!place.is_object())
    throw usage_failure{fmt::format("{}: there is no object that could have {}",
                                    printable(given.name), printable(name)),
                        trigger_help};
  return place.get_object()[name];
}

// Sets the member at `message.text` or `attachments.0.type`; objects on the way are made.
void set_member(json::value& object, const argument& given,
                std::optional<schema_tables::kind> kind) {
  auto* place = &object;
  std::size_t begin = 0;
  for (std::size_t depth = 0; depth < longest_path; ++depth) {
    const auto end = std::min(given.name.find('.', begin), given.name.size());
    const auto name = given.name.substr(begin, end - begin);
    place = &member_of(*place, name, given);
    if (end == given.name.size()) {
      switch (given.kind) {
        case argument_kind::json:
          *place = parsed_value(given.name, given.value);
          break;
        case argument_kind::file:
          *place = read_file(given.value);
          break;
        case argument_kind::text:
          *place = value_of(kind, given.value);
          break;
      }
      return;
    }
    begin = end + 1;
  }
  throw usage_failure{fmt::format("{}: too many members in a row", printable(given.name)),
                      trigger_help};
}

// The object of an event of this type that fits VK's schema.
json::value object_of(const trigger_command& command, std::uint64_t seed) {
  const auto event = schema_tables::find_event(command.type);
  if (!event) {
    throw usage_failure{fmt::format("{} is not an event of VK's schema; vkxx completion offers "
                                    "their names",
                                    printable(command.type)),
                        trigger_help};
  }
  json::value object = json::object{};
  if (const auto type = event->type()) {
    schema_tables::sample_options options;
    options.seed = seed;
    object = json::parse(schema_tables::sample(*type, options));
  }
  std::size_t number = 0;
  for (const auto& text : command.values) {
    const auto given = read_argument(text, ++number);
    const auto type = event->type();
    set_member(object, given, type ? kind_of(*type, given.name) : std::nullopt);
  }
  return object;
}

// A program that keeps an inbox ignores an event that comes again.
std::uint64_t new_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32U) | random();
}

std::string event_text(const trigger_command& command) {
  const auto seed = command.seed.value_or(command.target ? new_seed() : 0);
  // 40 hexadecimal digits, as VK's; the same for the same seed.
  const auto id = command.event_id.value_or(fmt::format("{:040x}", seed));
  std::string text = fmt::format(R"({{"type":{},"object":{},"group_id":{},"event_id":{},"v":{})",
                                 json_text(command.type), json::serialize(object_of(command, seed)),
                                 command.group, json_text(id), json_text(command.version));
  if (command.secret_key) text += ",\"secret\":" + json_text(*command.secret_key);
  return text + "}";
}

exit_status run_trigger(const trigger_command& command) {
  const auto body = event_text(command);
  if (!command.target) {
    write_output(printed_json(body, json_layout::pretty));
    return exit_status::done;
  }
  const interruption stop;
  asio::io_context loop;
  const client vk{loop.get_executor(), connection_config(command)};
  update_poster poster{vk, {*command.target, secret{}}};
  std::optional<result<http::response>> answer;
  std::exception_ptr thrown;
  asio::co_spawn(loop, poster.post_once(body, 0),
                 [&](std::exception_ptr failure, result<http::response> outcome) {
                   thrown = failure;
                   answer = std::move(outcome);
                 });
  const std::stop_callback on_signal{stop.token(), [&] { loop.stop(); }};
  loop.run();
  if (thrown) std::rethrow_exception(thrown);
  if (!answer) return status_of_signal(stop.signal());
  if (!*answer) {
    return report_failure(answer->error(), token_presence::given, format_of(command.json));
  }
  const auto& reply = **answer;
  write_output(fmt::format("{} {}\n", reply.status, printable(reply.body)));
  const bool taken = reply.status == 200 && (reply.body == "ok" || reply.body == "remove");
  return taken ? exit_status::done : exit_status::bad_answer;
}

std::vector<value_word> trigger_words() {
  std::vector<value_word> words;
  for (const auto event : schema_tables::events()) words.push_back({std::string{event.name()}});
  return words;
}

}  // namespace

command_description trigger_description() {
  const auto options = std::make_shared<trigger_command>();
  command_description command{"trigger", "Send an event to a program, as VK's Callback API would"};
  command.text("TYPE", options->type, {}, "Such as message_new")
      .set_required()
      .set_words(trigger_words());
  command.texts("VALUE", options->values, {},
                "A member of the object: name=text, name:=json, name=@file; message.text=Hi");
  command.url("--to", options->target, "Address of the program [print the event only]");
  command.text("--secret", options->secret_key, "TEXT", "The `secret` of the event [none]");
  command.number("--group", options->group, {1, 1'000'000'000'000, "the id of a community"}, "ID",
                 "The community [1]");
  const auto read_seed = [](const std::string& text) {
    return std::optional{read_unsigned(text, 0, std::numeric_limits<std::uint64_t>::max())};
  };
  command.value("--seed", options->seed, read_seed, "N",
                "The same seed gives the same event [0; with --to: a new event each time]");
  command.text("--event-id", options->event_id, "ID", "The identity of the event [by the seed]");
  command.text("--v", options->version, "VERSION", "API version of the event [5.199]");
  add_json_option(command, options->json);
  add_verbose_option(command, *options);
  add_connection_options(command, *options);
  command.examples({
      "vkxx trigger message_new message.text=Hi --to http://127.0.0.1:8080/callback",
      "vkxx trigger group_join user_id=5 --secret s3cret --to http://127.0.0.1:8080/callback",
      "vkxx trigger message_event payload:='{\"command\":\"buy\"}'",
  });
  command.notes(
      R"(The object is made from VK's schema; VALUE sets members of it. The status and the text of the answer
are printed; the exit status is 0 if the text is ok.)");
  command.on_run([options] { return run_trigger(*options); });
  return command;
}

}  // namespace vkxx::cli
