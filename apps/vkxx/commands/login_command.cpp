// `vkxx login`: a token by any of the ways in, and its place among the profiles.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <csignal>
#include <cstdlib>
#include <stop_token>
#include <string_view>
#include <utility>
#include <vkxx/auth.hpp>
#include <vkxx/blocking_client.hpp>

#include "command_line/usage_failure.hpp"
#include "commands/commands.hpp"
#include "output/file.hpp"
#include "output/output.hpp"
#include "output/report.hpp"
#include "session/profile.hpp"
#include "session/token_choice.hpp"
#include "session/way.hpp"
#include "terminal/interruption.hpp"
#include "terminal/terminal.hpp"

namespace vkxx::cli {
namespace {

constexpr const char* login_help = "vkxx login --help";

std::string first_line(std::string text) {
  return text.substr(0, text.find_first_of("\r\n"));
}

void warn_of_visible_password() {
  if (::isatty(STDERR_FILENO) == 0) return;
  write_message(
      "vkxx: warning: other users of this machine can see a password on the command line, and the "
      "shell may remember it; leave it out to be asked, or use --password-file FILE");
}

secret password_of(const login_command& what) {
  if (what.password) {
    warn_of_visible_password();
    return secret{*what.password};
  }
  if (what.password_file) return secret{first_line(read_file(*what.password_file))};
  return {};
}

std::string needed(const std::optional<std::string>& value, const char* option,
                   const std::string& way) {
  if (value && !value->empty()) return *value;
  throw usage_failure{fmt::format("login {} needs {}", way, option), login_help};
}

secret client_secret_of(const login_command& what) {
  if (what.client_secret_file) return secret{first_line(read_file(*what.client_secret_file))};
  const char* variable = std::getenv("VK_CLIENT_SECRET");
  return secret{variable == nullptr ? "" : variable};
}

template <class Way>
Way with_login(Way way, const login_command& what) {
  way.login(what.login.value_or("")).password(password_of(what));
  if (what.scope) way.scope(*what.scope);
  if (what.phone) way.phone(*what.phone);
  return way;
}

template <class Way>
std::shared_ptr<const auth::flow> asking(Way way, std::shared_ptr<terminal> person) {
  return auth::interactive{std::move(way)}.prompts(std::move(person)).make();
}

std::shared_ptr<const auth::flow> implicit_flow(const login_command& what,
                                                std::shared_ptr<terminal> person) {
  auto way = with_login(auth::implicit{}, what);
  if (what.client_id) way.client_id(*what.client_id);
  return asking(std::move(way), std::move(person));
}

std::shared_ptr<const auth::flow> communities_flow(const login_command& what,
                                                   std::shared_ptr<terminal> person) {
  if (what.group_ids.empty())
    throw usage_failure{"login communities needs --group-ids", login_help};
  auto way = with_login(auth::communities{}, what);
  way.group_ids(what.group_ids);
  if (what.client_id) way.client_id(*what.client_id);
  return asking(std::move(way), std::move(person));
}

std::shared_ptr<const auth::flow> direct_flow(const login_command& what,
                                              std::shared_ptr<terminal> person) {
  auto way = with_login(auth::direct{}, what);
  if (what.client_id) way.client_id(*what.client_id).client_secret(client_secret_of(what));
  return asking(std::move(way), std::move(person));
}

// The page is opened by the person. Where the app's redirect leads to this machine, the address it
// ends at comes by itself; otherwise it is pasted.
class page_opener {
 public:
  page_opener(const login_command& what, std::shared_ptr<terminal> person,
              const asio::any_io_executor& executor)
      : person_{std::move(person)} {
    if (what.redirect_uri) {
      redirect_uri_ = *what.redirect_uri;
      return;
    }
    try {
      listener_ = std::make_shared<auth::redirect_listener>(executor, what.port);
    } catch (const boost::system::system_error& failure) {
      throw listen_failure{
          fmt::format("the login cannot wait for the browser on port {} of 127.0.0.1: {}; choose "
                      "another --port, or name the app's redirect with --redirect-uri",
                      what.port, failure.code().message())};
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
  // Of the page that the login opens: the browser comes back with the same.
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

std::shared_ptr<const auth::flow> vk_id_flow(const login_command& what,
                                             const std::shared_ptr<terminal>& person,
                                             const asio::any_io_executor& executor) {
  auto app = needed(what.client_id, "--client-id", what.way);
  const page_opener opener{what, person, executor};
  auth::vk_id way{std::move(app), opener.redirect_uri()};
  if (what.scope) way.scope(*what.scope);
  return way.on_page(opener.hook()).make();
}

std::shared_ptr<const auth::flow> code_flow(const login_command& what,
                                            const std::shared_ptr<terminal>& person,
                                            const asio::any_io_executor& executor) {
  auto app = needed(what.client_id, "--client-id", what.way);
  auto key = client_secret_of(what);
  if (key.empty()) {
    throw usage_failure{
        "login code needs the app's secret: --client-secret-file FILE, or VK_CLIENT_SECRET",
        login_help};
  }
  const page_opener opener{what, person, executor};
  auth::code way{std::move(app), std::move(key), opener.redirect_uri()};
  if (what.scope) way.scope(*what.scope);
  if (!what.group_ids.empty()) way.group_ids(what.group_ids);
  auth::validation pages;
  pages.on_captcha(auth::captcha_prompt(person))
      .on_second_factor(auth::second_factor_prompt(person))
      .on_phone(auth::phone_prompt(person));
  return way.on_page(opener.hook()).on_validation(std::move(pages)).make();
}

std::shared_ptr<const auth::flow> flow_of(const login_command& what,
                                          const std::shared_ptr<terminal>& person,
                                          const asio::any_io_executor& executor) {
  if (what.way == "implicit") return implicit_flow(what, person);
  if (what.way == "communities") return communities_flow(what, person);
  if (what.way == "direct") return direct_flow(what, person);
  if (what.way == "code") return code_flow(what, person, executor);
  return vk_id_flow(what, person, executor);
}

// SIGINT and SIGTERM cancel the login wherever it is.
result<auth::access_token> log_in(const login_command& what,
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
  auto how = flow_of(what, person, loop.get_executor());
  asio::co_spawn(
      loop, auth::log_in(std::move(how), client{loop.get_executor(), way_settings(what)}),
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

// A call that every token may make; what it answers does not matter.
result<void> ask_vk(const login_command& what, const secret& token,
                    const std::shared_ptr<terminal>& person, const interruption& stop) {
  auto settings = way_settings(what);
  settings.access_token(token).token_kind(token_kind::service);
  settings.on_captcha(auth::captcha_prompt(person));
  settings.on_validation(auth::validation_prompt(person));
  blocking_client vk{settings};
  const auto answer =
      vk.try_call(request{"users.get"}.set("user_ids", 1), call_options{}.stop_token(stop.token()));
  if (answer) return {};
  return answer.error();
}

// The key of the app's settings: it is not got from VK, but kept like the others once VK takes it.
result<auth::access_token> service_token(const login_command& what,
                                         const std::shared_ptr<terminal>& person,
                                         const interruption& stop) {
  auto token = choose_token(std::nullopt, what.token_file);
  if (token.empty()) {
    auto typed = auth::ask_access_token(*person);
    if (!typed) return typed.error();
    token = std::move(*typed);
  }
  if (const auto good = ask_vk(what, token, person, stop); !good) {
    write_message("vkxx: VK was asked whether the token is good; it is not kept");
    return good.error();
  }
  return auth::access_token{std::move(token)};
}

// As long as tokens get.
auth::access_token sample_token() {
  return auth::access_token{secret{std::string(1024, 'x')}};
}

exit_status interrupted_by(int signal) {
  write_message("vkxx: interrupted; nobody was logged in");
  return signal == SIGTERM ? exit_status::terminated : exit_status::interrupted;
}

void report_success(const login_command& what, const auth::access_token& token) {
  const auto text = fmt::format("logged in as profile {}: {}", printable(profile_name(what)),
                                description_of(token));
  if (!what.print_token) {
    write_output(text + "\n");
    return;
  }
  write_message("vkxx: " + text);
  std::string tokens;
  for (const auto& [id, one] : token.communities) {
    tokens += fmt::format("{} {}\n", id, one.expose());
  }
  write_output(tokens.empty() ? token.text.expose() + "\n" : tokens);
}

}  // namespace

exit_status run(const login_command& what) {
  const interruption stop;
  const auto person = std::make_shared<terminal>(stop);
  // Before anything else: a passphrase mistyped after the login would cost the token.
  const auto store = open_profiles(what, *person);
  if (const auto known = store->load(profile_name(what)); !known) {
    return report_failure(known.error(), token_presence::given, format_of(what.json));
  }
  if (const auto room = store->can_save(profile_name(what), sample_token()); !room) {
    write_message("vkxx: the token could not be kept, so nobody was logged in: " +
                  description_of(room.error(), token_presence::given));
    return exit_status::failed;
  }
  auto token =
      what.way == "service" ? service_token(what, person, stop) : log_in(what, person, stop);
  if (stop.signal() != 0) return interrupted_by(stop.signal());
  if (!token) {
    return report_failure(token.error(), token_presence::given, format_of(what.json));
  }
  if (const auto saved = store->save(profile_name(what), *token); !saved) {
    write_message("vkxx: the token could not be kept: " +
                  description_of(saved.error(), token_presence::given));
    return exit_status::failed;
  }
  report_success(what, *token);
  return exit_status::done;
}

}  // namespace vkxx::cli
