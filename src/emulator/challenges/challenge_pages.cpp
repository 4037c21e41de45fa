// Pages for a person: captcha pictures, "I am not a robot", the domain challenge.
#include "core/text/html.hpp"
#include "emulator/challenges/captcha_picture.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/http/transport_faults.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

// The text is part of an attribute or between tags; it has generated letters and digits only.
std::string form(std::string_view action, std::string_view hidden_name, std::string_view value,
                 std::string_view button) {
  return "<form method=\"post\" action=\"" + std::string{action} +
         "\">\n<input type=\"hidden\" name=\"" + std::string{hidden_name} + "\" value=\"" +
         std::string{value} + "\">\n<button type=\"submit\" id=\"confirm\">" + std::string{button} +
         "</button>\n</form>";
}

answer captcha_image(const captcha* challenge) {
  if (challenge == nullptr || challenge->kind == fault_kind::captcha_page)
    return refusal(404, "There is no captcha with this sid.");
  answer result;
  result.content_type = "image/png";
  result.headers.emplace_back("Cache-Control", "no-store");
  result.body = captcha_png(challenge->answer);
  return result;
}

}  // namespace

answer service::challenge_page(const http_message& message) {
  const auto path = path_of(message.target);
  const auto arguments = read_arguments(message);
  const auto argument = [&arguments](std::string_view name) {
    return arguments.find(name).value_or("");
  };
  const bool posted = message.method == "POST";
  auto& open = stage_->open;
  if (path == "/captcha.php") return captcha_image(open.find_sid(argument("sid")));
  if (path == "/not_robot_captcha") {
    const auto session = argument("session_token");
    const auto now = options_.time()->now();
    if (open.find_session(session, now) == nullptr)
      return page(404, vkxx::detail::html_document("This captcha is over",
                                                   "<p>Its five minutes have passed.</p>"));
    if (!posted)
      return page(200, vkxx::detail::html_document(
                           "I am not a robot",
                           form("/not_robot_captcha", "session_token", session, "Continue")));
    const auto token = open.pass_page(session, now);
    answer result = page(
        200, vkxx::detail::html_document(
                 "Done", "<p>success_token: <code id=\"success_token\">" + token + "</code></p>"));
    result.headers.emplace_back("X-Success-Token", token);
    return result;
  }
  if (path == "/challenge.html")
    return page(200, vkxx::detail::html_document(
                         "Challenge", "<code id=\"solution\">" +
                                          std::string{domain_challenge_solution} + "</code>"));
  if (path == "/blank.html")
    return page(200, vkxx::detail::html_document(
                         "Please do not copy this address",
                         "<p id=\"blank\">It may let others use your account.</p>"));
  return refusal(404, "No such path.");
}

}  // namespace vkxx::emulation::detail
