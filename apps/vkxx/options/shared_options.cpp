#include "options/shared_options.hpp"

namespace vkxx::cli {

void add_connection_options(command_description& command, connection_options& options) {
  command.group("Connection");
  command
      .value(
          "--timeout", options.timeout,
          [](const std::string& text) { return read_real(text, 0.001, 86'400, "seconds"); },
          "SECONDS", "Timeout of one attempt, in seconds [10]")
      .set_details("Timeout of one attempt, from 0.001 to 86400 seconds; 10 by default.");
  command
      .text(
          "--proxy", options.proxy, "URL",
          "Proxy, an http://, https://, socks5:// or socks5h:// URL; empty: none. Without it: the "
          "variables HTTPS_PROXY, ALL_PROXY, NO_PROXY")
      .set_kind(value_kind::url)
      .set_details(
          "The proxy, as an http://, https://, socks5:// or socks5h:// URL, with `user:password@` "
          "before the host if needed, percent-encoded (`%40` for @, `%23` for #). An empty one "
          "means no proxy. Without the option the proxy variables are read; see ENVIRONMENT.");
  command.file("--ca-file", options.ca_file,
               "PEM file of certificate authorities to trust in addition to the system's");
  command.url("--emulator", options.emulator,
              "Address of an emulator, used for every VK service. Without it: the variable "
              "VK_EMULATOR_URL");
  command.url("--api-url", options.api_url, "Address of the API methods [https://api.vk.ru]")
      .set_details("Address of the API methods; takes precedence over --emulator.");
  command.url("--oauth-url", options.oauth_url, "Address of OAuth 2.0 [https://oauth.vk.ru]")
      .set_details("Address of OAuth 2.0; takes precedence over --emulator.");
  command.url("--id-url", options.id_url, "Address of VK ID [https://id.vk.ru]")
      .set_details("Address of VK ID; takes precedence over --emulator.");
  command.url("--login-url", options.login_url, "Address of the web login [https://login.vk.ru]")
      .set_details("Address of the web login; takes precedence over --emulator.");
  command.url("--mobile-url", options.mobile_url, "Address of the mobile site [https://m.vk.ru]")
      .set_details("Address of the mobile site; takes precedence over --emulator.");
  command.group({});
}

void add_profile_options(command_description& command, profile_options& options) {
  command.group("Profiles");
  command.text("--profile", options.profile, "NAME", "Name of the profile [default]");
  command
      .file("--tokens", options.tokens,
            "Token file of the profiles, or keyring: for the desktop keyring. Without it: the "
            "variable VKXX_TOKENS, else vkxx/tokens in your configuration folder")
      .set_details(
          "The token file of the profiles; `keyring:` is the desktop keyring. Without the option: "
          "the variable `VKXX_TOKENS`, else `vkxx/tokens` in your configuration folder.");
  command.group({});
}

void add_verbose_option(command_description& command, connection_options& options) {
  command.flag("--verbose", options.verbose, "Log requests and responses to standard error")
      .set_details("Log requests and responses to standard error, never parameters or tokens.");
}

void add_json_option(command_description& command, bool& target, const std::string& help) {
  command.flag("--json", target,
               (help.empty() ? "Print errors as JSON" : help + "; print errors as JSON, too"));
}

std::vector<value_word> token_kind_words() {
  return {{"user"}, {"community"}, {"service"}};
}

}  // namespace vkxx::cli
