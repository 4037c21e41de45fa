#include "manual/manual_sections.hpp"

namespace vkxx::cli {

std::string_view manual_introduction() noexcept {
  return R"(`vkxx` calls methods of the API of the social network VK (vk.ru), explains its errors, and runs a
local VK API emulator for tests and experiments. Every command has `--help`. With --json an error,
even one of the command line, is a JSON object on one line of standard error.)";
}

std::vector<manual_entry> exit_statuses() {
  return {
      {"0", "Success."},
      {"1", "The output could not be written, or the system failed otherwise."},
      {"2", "The command line, or a file that it names, is invalid."},
      {"3", "VK's API returned an error."},
      {"4", "The token is missing or invalid."},
      {"5",
       "The connection to VK failed: name, connection, TLS, proxy, HTTP status, timeout. Or the "
       "emulator cannot listen."},
      {"6", "Invalid response."},
      {"130", "Interrupted by SIGINT; `143` by SIGTERM."},
      {"141", "The reader of the output has gone, as in `vkxx all … | head`; nothing is printed."},
  };
}

std::vector<manual_entry> environment_variables() {
  return {
      {"VK_EMULATOR_URL",
       "The address of an emulator, without --emulator. `vkxx emulate --print-credentials` sets "
       "it."},
      {"HTTPS_PROXY, ALL_PROXY, NO_PROXY",
       "The proxy for https addresses, the proxy for all others, and the hosts that are reached "
       "directly, without --proxy. The names in lower case take precedence; for http addresses "
       "there is only `http_proxy` in lower case. Loopback addresses are reached directly."},
      {"VK_ACCESS_TOKEN", "The access token, without --token, --token-file and --profile."},
      {"VK_CLIENT_SECRET", "The secret of the app, for `vkxx login`."},
      {"VKXX_TOKENS",
       "The token file of the profiles; without it `vkxx/tokens` in `$XDG_CONFIG_HOME` or "
       "`~/.config`."},
      {"VKXX_TOKENS_KEY", "The key of that file: 32 random bytes as 64 hexadecimal digits."},
      {"VKXX_TOKENS_PASSPHRASE",
       "A passphrase from which the key is derived, if `VKXX_TOKENS_KEY` is not set. Without both "
       "it is prompted for."},
  };
}

}  // namespace vkxx::cli
