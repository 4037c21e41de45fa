// `vkxx login`: gets a token by an authentication flow and stores it as a profile.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <limits>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>

#include "command_line/numbers.hpp"
#include "command_line/usage_failure.hpp"
#include "options/shared_options.hpp"
#include "output/file.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/connection.hpp"
#include "session/profile.hpp"
#include "session/token_choice.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

constexpr const char* login_help = "vkxx login --help";

struct login_command : connection_options, profile_options {
  std::string flow;  // vkid, code, implicit, direct, communities or service
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

// `1,2`
std::vector<std::int64_t> read_ids(const std::string& text) {
  std::vector<std::int64_t> ids;
  std::size_t begin = 0;
  for (;;) {
    const auto comma = std::min(text.find(',', begin), text.size());
    ids.push_back(read_integer(std::string_view{text}.substr(begin, comma - begin), 1,
                               std::numeric_limits<std::int64_t>::max(), "ids"));
    if (comma == text.size()) return ids;
    begin = comma + 1;
  }
}

std::string first_line(std::string text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

void warn_of_visible_password() {
  if (::isatty(STDERR_FILENO) == 0) return;
  write_message(
      "vkxx: warning: other users of this machine can see a password on the command line, and the "
      "shell may remember it; leave it out to be asked, or use --password-file FILE");
}

secret password_of(const login_command& options) {
  if (options.password) {
    warn_of_visible_password();
    return secret{*options.password};
  }
  if (options.password_file) return secret{first_line(read_file(*options.password_file))};
  return {};
}

std::string required_value(const std::optional<std::string>& value, const char* option,
                           const std::string& flow) {
  if (value && !value->empty()) return *value;
  throw usage_failure{fmt::format("login {} needs {}", flow, option), login_help};
}

secret client_secret_of(const login_command& options) {
  if (options.client_secret_file) return secret{first_line(read_file(*options.client_secret_file))};
  const char* variable = std::getenv("VK_CLIENT_SECRET");
  return secret{variable == nullptr ? "" : variable};
}

template <class Builder>
Builder with_login(Builder builder, const login_command& options) {
  builder.login(options.login.value_or("")).password(password_of(options));
  if (options.scope) builder.scope(*options.scope);
  if (options.phone) builder.phone(*options.phone);
  return builder;
}

template <class Builder>
std::shared_ptr<const auth::flow> interactive_flow(Builder builder,
                                                   std::shared_ptr<terminal> person) {
  return auth::interactive{std::move(builder)}.prompts(std::move(person)).make();
}

std::shared_ptr<const auth::flow> implicit_flow(const login_command& options,
                                                std::shared_ptr<terminal> person) {
  auto builder = with_login(auth::implicit{}, options);
  if (options.client_id) builder.client_id(*options.client_id);
  return interactive_flow(std::move(builder), std::move(person));
}

std::shared_ptr<const auth::flow> communities_flow(const login_command& options,
                                                   std::shared_ptr<terminal> person) {
  if (options.group_ids.empty())
    throw usage_failure{"login communities needs --group-ids", login_help};
  auto builder = with_login(auth::communities{}, options);
  builder.group_ids(options.group_ids);
  if (options.client_id) builder.client_id(*options.client_id);
  return interactive_flow(std::move(builder), std::move(person));
}

std::shared_ptr<const auth::flow> direct_flow(const login_command& options,
                                              std::shared_ptr<terminal> person) {
  auto builder = with_login(auth::direct{}, options);
  if (options.client_id)
    builder.client_id(*options.client_id).client_secret(client_secret_of(options));
  return interactive_flow(std::move(builder), std::move(person));
}

// The user opens the page. If the app's redirect leads to this machine, the final address arrives
// by itself; otherwise the user pastes it.
class page_opener {
 public:
  page_opener(const login_command& options, std::shared_ptr<terminal> person,
              const asio::any_io_executor& executor)
      : person_{std::move(person)} {
    if (options.redirect_uri) {
      redirect_uri_ = *options.redirect_uri;
      return;
    }
    try {
      listener_ = std::make_shared<auth::redirect_listener>(executor, options.port);
    } catch (const boost::system::system_error& failure) {
      throw listen_failure{
          fmt::format("the login cannot wait for the browser on port {} of 127.0.0.1: {}; choose "
                      "another --port, or name the app's redirect with --redirect-uri",
                      options.port, failure.code().message())};
    }
    redirect_uri_ = listener_->redirect_uri();
  }

  [[nodiscard]] const std::string& redirect_uri() const noexcept { return redirect_uri_; }

  [[nodiscard]] auth::page_hook hook() const {
    auto person = person_;
    if (!listener_) {
      return [person](const std::string& page) {
        show(*person, page);
        return person->ask_secretly("Paste the address that the browser came to: ").value_or("");
      };
    }
    return [person, listener = listener_](std::string page) {
      return await_browser(person, listener, std::move(page));
    };
  }

 private:
  // The `state` of the page that the login opens: the browser returns with the same.
  static std::string state_in(const std::string& page) {
    constexpr std::string_view name = "&state=";
    const auto at = page.find(name);
    if (at == std::string::npos) return {};
    const auto begin = at + name.size();
    return page.substr(begin, page.find_first_of("&#", begin) - begin);
  }

  static void show(terminal& person, const std::string& page) {
    person.tell("Open this page in a browser and log in:");
    person.tell("  " + page);
  }

  static asio::awaitable<std::string> await_browser(
      std::shared_ptr<terminal> person, std::shared_ptr<auth::redirect_listener> listener,
      std::string page) {
    auto state = state_in(page);
    show(*person, page);
    person->tell("Waiting for the browser to come back to " + listener->redirect_uri());
    auto coming = listener->wait(std::move(state));
    auto address = co_await std::move(coming);
    co_return address ? *address : std::string{};
  }

  std::shared_ptr<terminal> person_;
  std::shared_ptr<auth::redirect_listener> listener_;
  std::string redirect_uri_;
};

std::shared_ptr<const auth::flow> vk_id_flow(const login_command& options,
                                             const std::shared_ptr<terminal>& person,
                                             const asio::any_io_executor& executor) {
  auto app = required_value(options.client_id, "--client-id", options.flow);
  const page_opener opener{options, person, executor};
  auth::vk_id builder{std::move(app), opener.redirect_uri()};
  if (options.scope) builder.scope(*options.scope);
  return builder.on_page(opener.hook()).make();
}

std::shared_ptr<const auth::flow> code_flow(const login_command& options,
                                            const std::shared_ptr<terminal>& person,
                                            const asio::any_io_executor& executor) {
  auto app = required_value(options.client_id, "--client-id", options.flow);
  auto key = client_secret_of(options);
  if (key.empty()) {
    throw usage_failure{
        "login code needs the app's secret: --client-secret-file FILE, or VK_CLIENT_SECRET",
        login_help};
  }
  const page_opener opener{options, person, executor};
  auth::code builder{std::move(app), std::move(key), opener.redirect_uri()};
  if (options.scope) builder.scope(*options.scope);
  if (!options.group_ids.empty()) builder.group_ids(options.group_ids);
  auth::validation pages;
  pages.on_captcha(auth::captcha_prompt(person))
      .on_second_factor(auth::second_factor_prompt(person))
      .on_phone(auth::phone_prompt(person));
  return builder.on_page(opener.hook()).on_validation(std::move(pages)).make();
}

std::shared_ptr<const auth::flow> make_flow(const login_command& options,
                                            const std::shared_ptr<terminal>& person,
                                            const asio::any_io_executor& executor) {
  if (options.flow == "implicit") return implicit_flow(options, person);
  if (options.flow == "communities") return communities_flow(options, person);
  if (options.flow == "direct") return direct_flow(options, person);
  if (options.flow == "code") return code_flow(options, person, executor);
  return vk_id_flow(options, person, executor);
}

// SIGINT and SIGTERM cancel the login at any point.
result<auth::access_token> log_in(const login_command& options,
                                  const std::shared_ptr<terminal>& person,
                                  const interruption& stop) {
  asio::io_context loop{1};
  result<auth::access_token> outcome{
      error{errc::cancelled, request_effect::not_sent, "the login was interrupted"}};
  std::exception_ptr thrown;
  asio::cancellation_signal cancel;
  const std::stop_callback on_stop{
      stop.token(),
      [&] { asio::post(loop, [&] { cancel.emit(asio::cancellation_type::terminal); }); }};
  auto flow = make_flow(options, person, loop.get_executor());
  asio::co_spawn(
      loop, auth::log_in(std::move(flow), client{loop.get_executor(), connection_config(options)}),
      asio::bind_cancellation_slot(
          cancel.slot(),
          [&](std::exception_ptr failure, std::optional<result<auth::access_token>> got) {
            thrown = failure;
            if (got) outcome = std::move(*got);
            loop.stop();
          }));
  loop.run();
  if (thrown && stop.signal() == 0) std::rethrow_exception(thrown);
  return outcome;
}

// A method that every token may call; only its success matters.
result<void> verify_token(const login_command& options, const secret& token,
                          const std::shared_ptr<terminal>& person, const interruption& stop) {
  auto settings = connection_config(options);
  settings.access_token(token).token_kind(token_kind::service);
  settings.on_captcha(auth::captcha_prompt(person));
  settings.on_validation(auth::validation_prompt(person));
  blocking_client vk{settings};
  const auto answer =
      vk.try_call(request{"users.get"}.set("user_ids", 1), call_options{}.stop_token(stop.token()));
  if (answer) return {};
  return answer.error();
}

// The key from the app's settings: not requested from VK, but stored like others once VK accepts
// it.
result<auth::access_token> service_token(const login_command& options,
                                         const std::shared_ptr<terminal>& person,
                                         const interruption& stop) {
  auto token = choose_token(std::nullopt, options.token_file);
  if (token.empty()) {
    auto typed = auth::ask_access_token(*person);
    if (!typed) return typed.error();
    token = std::move(*typed);
  }
  if (const auto valid = verify_token(options, token, person, stop); !valid) {
    write_message("vkxx: VK was asked to verify the token; it is not stored");
    return valid.error();
  }
  return auth::access_token{std::move(token)};
}

// Longer than real ones.
auth::access_token longest_token() {
  return auth::access_token{secret{std::string(1024, 'x')}};
}

exit_status report_interruption(int signal) {
  write_message("vkxx: interrupted; nobody was logged in");
  return status_of_signal(signal);
}

void report_success(const login_command& options, const auth::access_token& token) {
  const auto summary = fmt::format("logged in as profile {}: {}", printable(profile_name(options)),
                                   description_of(token));
  if (!options.print_token) {
    write_output(summary + "\n");
    return;
  }
  write_message("vkxx: " + summary);
  std::string tokens;
  for (const auto& [id, text] : token.communities) {
    tokens += fmt::format("{} {}\n", id, text.expose());
  }
  write_output(tokens.empty() ? token.text.expose() + "\n" : tokens);
}

exit_status run_login(const login_command& options) {
  const interruption stop;
  const auto person = std::make_shared<terminal>(stop);
  // Asked first: a passphrase mistyped after the login would lose the token.
  const auto store = open_profiles(options, *person);
  if (const auto known = store->load(profile_name(options)); !known) {
    return report_failure(known.error(), token_presence::given, format_of(options.json));
  }
  if (const auto space = store->can_save(profile_name(options), longest_token()); !space) {
    write_message("vkxx: the token cannot be stored, so nobody was logged in: " +
                  description_of(space.error(), token_presence::given));
    return exit_status::failed;
  }
  auto token = options.flow == "service" ? service_token(options, person, stop)
                                         : log_in(options, person, stop);
  if (stop.signal() != 0) return report_interruption(stop.signal());
  if (!token) {
    return report_failure(token.error(), token_presence::given, format_of(options.json));
  }
  if (const auto saved = store->save(profile_name(options), *token); !saved) {
    write_message("vkxx: the token cannot be stored: " +
                  description_of(saved.error(), token_presence::given));
    return exit_status::failed;
  }
  report_success(options, *token);
  return exit_status::done;
}

std::vector<value_word> flow_words() {
  return {
      {"vkid", "VK ID in a browser (OAuth 2.1); the tokens refresh themselves"},
      {"code", "authorization code in a browser, for a user or, with --group-ids, communities"},
      {"implicit", "login and password on VK's web login pages"},
      {"direct", "login and password by OAuth, for apps that VK permits to do so"},
      {"communities", "as implicit, for the tokens of communities"},
      {"service", "the service key of an app, typed or from a file"},
  };
}

void add_account_options(command_description& command, login_command& options) {
  command.text("--login", options.login, "TEXT", "Phone or e-mail; prompted for without it");
  command.file("--password-file", options.password_file,
               "File with the password in its first line (- is standard input); prompted for "
               "without it");
  command.text("--password", options.password, "TEXT",
               "Password; other users of this machine may see it: prefer the others");
  command.text("--phone", options.phone, "NUMBER",
               "Phone number of the account, in case VK asks for its digits");
}

void add_app_options(command_description& command, login_command& options) {
  command.text("--client-id", options.client_id, "ID",
               "The app [VK's own; required by code and vkid]");
  command.file("--client-secret-file", options.client_secret_file,
               "File with the secret of the app. Without it: the variable VK_CLIENT_SECRET");
  command.text("--scope", options.scope, "SCOPE",
               "Access rights: names joined by commas, or a bit mask");
  command.value("--group-ids", options.group_ids, read_ids, "IDS",
                "Community ids, joined by commas");
  command
      .url("--redirect-uri", options.redirect_uri,
           "Redirect URI of the app; the final address is pasted. Without it a local port listens")
      .set_details(
          "Redirect URI of the app; the address at which the browser ends is pasted. "
          "Without it a port of this machine (--port) waits for the browser.");
  command.number("--port", options.port, {0, 65'535, "a port"}, "PORT",
                 "Port to listen on [a free one]");
  command.file("--token-file", options.token_file, "For service: file with the key");
}

}  // namespace

command_description login_description() {
  const auto options = std::make_shared<login_command>();
  command_description command{"login", "Get an access token and store it as a profile"};
  command
      .word("FLOW", options->flow, flow_words(), {},
            "vkid, code, implicit, direct, communities or service")
      .set_required();
  command.group("Login");
  add_account_options(command, *options);
  add_app_options(command, *options);
  command.group({});
  command.flag("--print-token", options->print_token, "Print the token to standard output");
  add_json_option(command, options->json);
  add_verbose_option(command, *options);
  add_profile_options(command, *options);
  add_connection_options(command, *options);
  command.examples({
      "vkxx login vkid --client-id 51000000",
      "vkxx login direct --login +79001234567 --profile work",
      "vkxx login communities --group-ids 1,2 --scope messages,photos",
      "vkxx login service --token-file key.txt --profile app",
  });
  command.notes(
      R"(Missing values are prompted for on standard error and read from standard input; passwords are not
shown. The token is stored encrypted. The key of the file is $VKXX_TOKENS_KEY (64 hexadecimal digits),
else derived from $VKXX_TOKENS_PASSPHRASE, else from a passphrase that is prompted for.)");
  command.on_run([options] { return run_login(*options); });
  return command;
}

}  // namespace vkxx::cli
