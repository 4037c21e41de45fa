/// @file
/// What the program can be told to do.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "command_line/exit_status.hpp"

namespace vkxx::cli {

/// How VK is reached; of every command that speaks to it.
struct way_options {
  std::optional<double> timeout;  ///< seconds
  std::optional<std::string> proxy;
  std::optional<std::string> ca_file;
  std::optional<std::string> emulator;
  std::optional<std::string> api_url;
  std::optional<std::string> oauth_url;
  std::optional<std::string> id_url;
  std::optional<std::string> login_url;
  std::optional<std::string> mobile_url;
  bool verbose = false;
  bool json = false;  ///< an error is told as JSON, and what is no answer of VK's
};

/// Where tokens are kept between runs; of every command that uses a profile.
struct profile_options {
  std::optional<std::string> profile;  ///< else `default`
  std::optional<std::string> tokens;   ///< the file
};

/// `vkxx call`
struct call_command : way_options, profile_options {
  std::string method;
  std::vector<std::string> arguments;
  bool compact = false;
  bool raw = false;
  int tries = 4;
  bool stats = false;
  std::optional<std::string> token;
  std::optional<std::string> token_file;
  std::optional<std::string> token_kind;  ///< user, community or service
  std::optional<std::string> v;
  std::optional<std::string> lang;
  bool test_mode = false;
  bool https = false;
};

/// `vkxx all`; `compact` and `raw` are not asked for.
struct all_command : call_command {
  std::optional<std::size_t> limit;
  std::string from;                 ///< a cursor; empty: from the start
  std::string state;                ///< file of the cursor; empty: none
  std::optional<std::string> list;  ///< where the list stands in the answer
  std::optional<std::string> by;    ///< offset or start_from
  std::string identity;             ///< what identifies an item of such a list
};

/// `vkxx login`
struct login_command : way_options, profile_options {
  std::string way;  ///< implicit, direct, communities, code, vkid or service
  std::optional<std::string> client_id;
  std::optional<std::string> client_secret_file;
  std::optional<std::string> scope;
  std::vector<std::int64_t> group_ids;
  std::optional<std::string> login;
  std::optional<std::string> password;
  std::optional<std::string> password_file;
  std::optional<std::string> phone;
  std::optional<std::string> redirect_uri;
  std::uint16_t port = 0;
  std::optional<std::string> token_file;
  bool print_token = false;
};

/// `vkxx profiles`
struct profiles_command : profile_options {
  bool json = false;
};

/// `vkxx whoami`
struct whoami_command : way_options, profile_options {};

/// `vkxx logout`
struct logout_command : way_options, profile_options {
  bool local = false;  ///< VK is not asked
};

/// `vkxx methods`
struct methods_command {
  std::string section;  ///< empty: all of them
  bool json = false;
};

/// `vkxx describe`
struct describe_command {
  std::string method;
  bool json = false;
};

/// `vkxx explain`
struct explain_command {
  std::string what;  ///< a code or a name; empty with `list`
  std::optional<int> subcode;
  bool list = false;
  bool json = false;
};

/// `vkxx emulate`
struct emulate_command {
  std::uint16_t port = 0;
  std::string address = "127.0.0.1";
  bool tls = false;
  std::optional<std::string> ca_out;
  bool strict_limits = false;
  std::vector<std::string> faults;
  std::vector<std::string> procedures;
  std::uint64_t seed = 1;
  std::uint64_t page_seed = 0;
  std::optional<std::uint32_t> token_lifetime;  ///< seconds
  bool auto_consent = false;
  std::vector<std::string> control_hosts;
  bool print_credentials = false;
  bool hosts = false;  ///< only print the lines of /etc/hosts
  bool verbose = false;
};

/// `vkxx bench`
struct bench_command {
  std::string method;
  std::vector<std::string> arguments;
  std::optional<std::string> emulator;  ///< its address; nothing: one inside the program
  std::optional<std::string> ca_file;
  double seconds = 10;
  std::optional<std::size_t> callers;  ///< nothing: enough to use the limit up
  bool batched = false;
  std::string kind = "user";  ///< of the token: user, community, service
  bool no_limit = false;
  std::optional<int> latency;    ///< milliseconds
  std::optional<double> faults;  ///< share of the requests that each kind of fault hits
  bool json = false;
  std::optional<std::string> plot;  ///< file of the picture
};

/// `vkxx demo`
struct demo_command {};

/// `vkxx completion`
struct completion_command {
  std::string shell;
};

/// What the completion scripts ask: the words typed so far come on standard input, one a line.
struct completion_words_command {};

/// `--help` and `--version`: nothing to do but to print this.
struct print_command {
  std::string text;
};

using command = std::variant<call_command, all_command, login_command, profiles_command,
                             whoami_command, logout_command, methods_command, describe_command,
                             explain_command, emulate_command, bench_command, demo_command,
                             completion_command, completion_words_command, print_command>;

/// @name Each writes its result to standard output and its failures to standard error.
/// They throw `usage_failure` and `output_failure`.
/// @{
[[nodiscard]] exit_status run(const call_command& what);
[[nodiscard]] exit_status run(const all_command& what);
[[nodiscard]] exit_status run(const login_command& what);
[[nodiscard]] exit_status run(const profiles_command& what);
[[nodiscard]] exit_status run(const whoami_command& what);
[[nodiscard]] exit_status run(const logout_command& what);
[[nodiscard]] exit_status run(const methods_command& what);
[[nodiscard]] exit_status run(const describe_command& what);
[[nodiscard]] exit_status run(const explain_command& what);
[[nodiscard]] exit_status run(const emulate_command& what);
[[nodiscard]] exit_status run(const bench_command& what);
[[nodiscard]] exit_status run(const demo_command& what);
[[nodiscard]] exit_status run(const completion_command& what);
[[nodiscard]] exit_status run(const completion_words_command& what);
[[nodiscard]] exit_status run(const print_command& what);
/// @}

}  // namespace vkxx::cli
