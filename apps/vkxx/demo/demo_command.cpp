// `vkxx demo`: calls to an emulator. Each step checks what it shows.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vkxx/blocking_client.hpp>
#include <vkxx/emulator.hpp>

#include "command_line/command_description.hpp"
#include "output/json_printer.hpp"
#include "output/output.hpp"
#include "output/report.hpp"

namespace vkxx::cli {
namespace {

using namespace std::chrono_literals;

// A step in C++ and in the shell.
struct step {
  std::string_view title;
  std::string_view cpp;
  std::string_view shell;
};

class tour {
 public:
  tour() : vk_{settings()} {}

  [[nodiscard]] exit_status walk() {
    write_output(
        "A local VK API emulator runs inside this program; the calls go to it over a real socket.\n"
        "  C++ and $ are the same call in the library and in the shell,\n"
        "  > is the request, < the response, = what the caller gets.\n");
    a_call();
    a_list();
    a_wrong_token();
    a_captcha();
    an_execute_error();
    a_timeout();
    write_output(faults_ == 0 ? "\nAll six steps behaved as expected.\n"
                              : fmt::format("\n{} of the checks failed.\n", faults_));
    write_output(
        "The emulator has a console, too: run `vkxx emulate` and open the address that it prints.\n");
    return faults_ == 0 ? exit_status::done : exit_status::failed;
  }

 private:
  [[nodiscard]] config settings() const {
    config settings;
    settings.emulator(server_.url()).access_token(server_.tokens().user).lang("en");
    // Each step shows one failure, which a retry would hide. The keys are fixed.
    settings.retries(retries{}.off().seed(1));
    return settings;
  }

  void a_call() {
    begin({"A call", R"(vk.call(vkxx::request{"users.get"}.set("user_ids", 1)))",
           "vkxx call users.get user_ids=1"});
    const auto answer = vk_.try_call(request{"users.get"}.set("user_ids", 1));
    show(answer);
    check(answer && answer->json().is_array() && answer->json().get_array().size() == 1 &&
              answer->json().at(0).at("first_name") == "Pavel",
          "one user, Pavel");
  }

  void a_list() {
    begin({"A list parameter",
           R"(vk.call(vkxx::request{"users.get"}.set("user_ids", 1, "vera_s", 2)))",
           "vkxx call users.get user_ids=1,vera_s,2"});
    const auto answer = vk_.try_call(request{"users.get"}.set("user_ids", 1, "vera_s", 2));
    show(answer);
    check(answer && answer->json().is_array() && answer->json().get_array().size() == 3,
          "three users");
    check(sent("user_ids") == "1,vera_s,2", "user_ids=1,vera_s,2 on the wire");
  }

  void a_wrong_token() {
    begin({"A wrong token",
           R"(vk.call(vkxx::request{"users.get"}.access_token("mistyped"))   // throws)",
           "VK_ACCESS_TOKEN=mistyped vkxx call users.get"});
    const auto answer = vk_.try_call(request{"users.get"}.access_token(std::string{"mistyped"}));
    show(answer);
    check(!answer && answer.error() == api_errc::authorization_failed &&
              status_of(answer.error()) == exit_status::authorization,
          "error 5 and exit status 4");
  }

  void a_captcha() {
    begin(
        {"A captcha, shown and answered",
         "vk.on_captcha([](vkxx::challenge asked) {\n"
         "           return vkxx::challenge_answer::captcha_key(ask_person(asked.captcha().img));\n"
         "         });\n"
         R"(         vk.call(vkxx::request{"wall.post"}.set("message", "Hello")))",
         "vkxx call wall.post message=Hello   (asks `Enter CAPTCHA key: `)"});
    int asked_times = 0;
    server_.add_fault(emulation::parse_fault("captcha:wall.post"));
    vk_.on_captcha([&](const challenge& question) {
      ++asked_times;
      const auto key = server_.captcha_answer(question.captcha().sid);
      write_output(fmt::format("    ?    a picture is shown; the user types {}\n", key));
      return challenge_answer::captcha_key(key);
    });
    const auto answer = vk_.try_call(request{"wall.post"}.set("message", "Hello"));
    vk_.on_captcha({});
    show(answer);
    check(answer && answer->json().is_object() && answer->json().get_object().contains("post_id"),
          "the id of the new post");
    check(asked_times == 1 && server_.requests().size() == 2, "one question and two requests");
  }

  void an_execute_error() {
    constexpr auto script =
        R"(return [API.users.get({"user_ids": 2}), API.storage.get({"user_id": 1})];)";
    begin({"An error inside execute",
           "auto reply = vk.call(vkxx::request{\"execute\"}.set(\"code\", script));\n"
           "         reply.execute_errors();",
           R"(vkxx call execute code='return [API.users.get({"user_ids": 2}), )"
           R"(API.storage.get({"user_id": 1})];')"});
    const auto answer = vk_.try_call(request{"execute"}.set("code", script));
    show(answer);
    check(answer && answer->execute_errors().size() == 1 &&
              answer->execute_errors().front().method() == "storage.get",
          "one inner error, of storage.get");
    check(answer && answer->json().is_array() && answer->json().at(0).is_array() &&
              answer->json().at(1) == false,
          "the other call's answer, and false for the failed one");
  }

  void a_timeout() {
    begin({"A timeout",
           R"(vk.call(vkxx::request{"status.get"}, vkxx::call_options{}.timeout(300ms)))",
           "vkxx call status.get --timeout 0.3"});
    server_.add_fault(emulation::parse_fault("slow=3000:status.get"));
    const auto started = std::chrono::steady_clock::now();
    const auto answer = vk_.try_call(request{"status.get"}, call_options{}.timeout(300ms));
    const auto taken = std::chrono::steady_clock::now() - started;
    show(answer);
    check(!answer && answer.error() == errc::timeout &&
              answer.error().effect() == request_effect::unknown,
          "a timeout, and that the effect is unknown");
    check(taken >= 300ms && taken < 2s, "an end after 0.3 s");
  }

  void begin(const step& current) {
    server_.clear_requests();
    write_output(fmt::format("\n{}. {}\n    C++  {}\n    $    {}\n", ++number_, current.title,
                             current.cpp, current.shell));
  }

  void show(const result<reply>& outcome) {
    for (const auto& request : server_.requests()) show(request);
    if (!outcome) {
      write_output(fmt::format("    =    vkxx: {}\n         exit status {}\n",
                               steady(description_of(outcome.error(), token_presence::given)),
                               static_cast<int>(status_of(outcome.error()))));
      return;
    }
    write_output("    =    " + printed_json(outcome->text(), json_layout::compact));
    for (const auto& inner : outcome->execute_errors()) {
      write_output(fmt::format("         {}: {}\n", inner.method(),
                               description_of(inner, token_presence::given)));
    }
  }

  // Its secrets are redacted already.
  void show(const emulation::recorded_request& request) {
    std::string parameters;
    for (const auto& [name, value] : request.parameters) {
      parameters += fmt::format("{}{}={}", parameters.empty() ? "" : "  ", name,
                                name == "captcha_ts" ? "(now)" : printable(value));
    }
    write_output(fmt::format("    >    {} {}\n         Authorization: Bearer {}\n         {}\n",
                             request.http_method, request.target, request.token, parameters));
    write_output(
        fmt::format("    <    HTTP {}{}{}\n", request.status,
                    request.error_code == 0 ? "" : fmt::format(", error {}", request.error_code),
                    request.fault.empty() ? "" : fmt::format("   ({})", request.fault)));
  }

  // Without the port, which differs from run to run.
  [[nodiscard]] std::string steady(std::string text) const {
    const auto port = fmt::format(":{}", server_.port());
    for (auto at = text.find(port); at != std::string::npos; at = text.find(port)) {
      text.erase(at, port.size());
    }
    return text;
  }

  [[nodiscard]] std::string sent(std::string_view name) const {
    const auto got = server_.requests();
    if (got.empty()) return {};
    for (const auto& [key, value] : got.back().parameters) {
      if (key == name) return value;
    }
    return {};
  }

  void check(bool good, std::string_view expected) {
    if (good) return;
    ++faults_;
    write_output(fmt::format("    !    this is wrong; expected {}\n", expected));
  }

  emulator server_;
  blocking_client vk_;
  int number_ = 0;
  int faults_ = 0;
};

}  // namespace

command_description demo_description() {
  command_description command{"demo",
                              "Show calls to an emulator: success, error, captcha, timeout"};
  command.examples({"vkxx demo", "vkxx demo | less"});
  command.details(
      "Starts an emulator inside the program and shows calls to it: one that succeeds, one that "
      "fails, one with a captcha, one that times out.");
  command.on_run([] { return tour{}.walk(); });
  return command;
}

}  // namespace vkxx::cli
