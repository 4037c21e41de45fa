#include "options/call_command.hpp"

namespace vkxx::cli {
namespace {

void add_token_options(command_description& command, call_command& options) {
  command.group("Token");
  command.text("--token", options.token, "TOKEN",
               "Access token; other users of this machine may see it: prefer the next two");
  command
      .file("--token-file", options.token_file,
            "File with the access token. Without it: the variable VK_ACCESS_TOKEN")
      .set_details(
          "A file with the access token; white space around it is ignored. Without any "
          "token option: the variable `VK_ACCESS_TOKEN`.");
  command
      .word("--token-kind", options.token_kind, token_kind_words(), "KIND",
            "user, community or service, which decides the rate limit [as in the profile, else "
            "user]")
      .set_details(
          "What the token is: user, community or service. VK's rate limit depends on it: 3 "
          "calls a second for a user's token, 20 for a community's. By default the kind "
          "that the profile knows, else user; `vkxx all` asks VK when a list is long.");
  command.group({});
}

void add_common_parameters(command_description& command, call_command& options) {
  command.group("Common parameters");
  command.text("--v", options.v, "VERSION", "API version [5.199]; v:=null sends none");
  command
      .text("--lang", options.lang, "LANGUAGE",
            "Language of names and texts: ru, en, uk, be, es, fi, de, it")
      .set_words({{"ru"}, {"en"}, {"uk"}, {"be"}, {"es"}, {"fi"}, {"de"}, {"it"}});
  command.flag("--test-mode", options.test_mode, "Call for an app that is not enabled yet");
  command.flag("--https", options.https, "Request https links in the response");
  command.group({});
}

}  // namespace

void add_request_arguments(command_description& command, call_command& options) {
  command.text("METHOD", options.method, {}, "Such as users.get")
      .set_required()
      .set_kind(value_kind::method);
  command
      .texts("PARAMETER", options.arguments, {},
             "name=text, name:=json, name=@file (@- is standard input), name=@@text")
      .set_kind(value_kind::parameter);
}

void add_call_settings(command_description& command, call_command& options,
                       const std::string& json) {
  command
      .number("--tries", options.tries, {1, 100}, "COUNT",
              "Maximum number of attempts on transient failures [4]; 1: no retries")
      .set_details(
          "Maximum number of attempts on transient failures, the first one included; 4 by "
          "default. 1 means no retries, not even after a rate limit error.");
  command.flag("--stats", options.stats, "Print the client's statistics to standard error");
  add_json_option(command, options.json, json);
  add_verbose_option(command, options);
  add_token_options(command, options);
  add_profile_options(command, options);
  add_common_parameters(command, options);
  add_connection_options(command, options);
}

}  // namespace vkxx::cli
