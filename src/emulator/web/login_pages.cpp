#include "emulator/web/login_pages.hpp"

#include "core/text/html.hpp"
#include "emulator/web/html.hpp"

namespace vkxx::emulation::detail {
namespace {

std::string message_box(page_style& style, std::string_view message) {
  if (message.empty()) return {};
  return style.tag("div", {{"class", "service_msg service_msg_warning"}}) +
         vkxx::detail::html_escaped(message) + "</div>\n";
}

std::string field(page_style& style, std::string_view label, std::vector<name_value> attributes) {
  return "<p><label>" + std::string{label} + " " + style.tag("input", std::move(attributes)) +
         "</label></p>\n";
}

std::string button(page_style& style, std::string_view text) {
  return style.tag("input", {{"type", "submit"},
                             {"class", "button"},
                             {"id", "submit"},
                             {"value", std::string{text}}}) +
         "\n";
}

std::string link(page_style& style, std::string_view id, std::string_view target,
                 std::string_view text) {
  if (target.empty()) return {};
  return "<p>" + style.tag("a", {{"id", std::string{id}}, {"href", style.address(target)}}) +
         std::string{text} + "</a></p>\n";
}

std::string picture(page_style& style, const shown_captcha& captcha) {
  return "<p>" +
         style.tag("img", {{"id", "captcha"},
                           {"class", "captcha_img oauth_captcha"},
                           {"src", style.address(captcha.picture)},
                           {"alt", "digits"}}) +
         "</p>\n" + style.hidden({{"captcha_sid", captcha.sid}}) +
         field(style, "Digits on the picture",
               {{"type", "text"}, {"name", "captcha_key"}, {"autocomplete", "off"}});
}

}  // namespace

std::string login_page(page_style& style, const login_form& form) {
  auto inside = style.hidden(form.hidden) +
                field(style, "Phone or e-mail",
                      {{"type", "text"}, {"name", "email"}, {"value", form.email}}) +
                field(style, "Password", {{"type", "password"}, {"name", "pass"}});
  if (!form.captcha.sid.empty()) inside += picture(style, form.captcha);
  inside += button(style, "Log in");
  return vkxx::detail::html_document(
      "Log in to VK",
      message_box(style, form.message) + style.decoys() + style.form(form.action, inside));
}

std::string code_page(page_style& style, const code_form& form) {
  const auto inside =
      field(style, "Code", {{"type", "text"}, {"name", "code"}, {"autocomplete", "off"}}) +
      "<p><label>" +
      style.tag("input", {{"type", "checkbox"}, {"name", "remember"}, {"value", "1"}}) +
      " Remember this browser</label></p>\n" + button(style, "Go on");
  const auto script = form.site_hash.empty()
                          ? std::string{}
                          : "<script>var Authcheck = {init: function() {}}; Authcheck.init('" +
                                form.site_hash + "');</script>\n";
  return vkxx::detail::html_document(
      "Confirm that it is you", message_box(style, form.message) + "<p>" +
                                    vkxx::detail::html_escaped(form.hint) + "</p>\n" +
                                    style.decoys() + style.form(form.action, inside) + script +
                                    link(style, "send_sms", form.sms_link, "Send an SMS instead") +
                                    link(style, "cancel", form.cancel_link, "Cancel"));
}

std::string captcha_page(page_style& style, const captcha_form& form) {
  const auto inside =
      style.hidden(form.hidden) + picture(style, form.captcha) + button(style, "Go on");
  return vkxx::detail::html_document("Confirm that you are not a robot",
                                     message_box(style, form.message) + style.decoys() +
                                         style.form(form.action, inside) +
                                         link(style, "cancel", form.cancel_link, "Cancel"));
}

std::string phone_page(page_style& style, const phone_form& form) {
  const auto part = [&](std::string_view text) {
    return style.tag("span", {{"class", "field_prefix"}}) + vkxx::detail::html_escaped(text) +
           "</span>";
  };
  const auto inside =
      "<p>" + part(form.prefix) +
      style.tag(
          "input",
          {{"type", "tel"}, {"name", "code"}, {"class", "textfield"}, {"autocomplete", "off"}}) +
      part(form.end) + "</p>\n" + button(style, "Go on");
  return vkxx::detail::html_document(
      "Confirm that it is you",
      message_box(style, form.message) +
          "<p>You log in from a new place. Type the missing digits of your phone "
          "number.</p>\n" +
          style.decoys() + style.form(form.action, inside) +
          link(style, "cancel", form.cancel_link, "Cancel"));
}

std::string activation_page(page_style& style, std::string_view target,
                            std::string_view cancel_link) {
  return vkxx::detail::html_document(
      "Confirm your account", style.decoys() + style.tag("div", {{"id", "activation_wrap"}}) +
                                  style.tag("a", {{"href", style.address(target)}}) +
                                  "Confirm</a></div>\n" +
                                  link(style, "cancel", cancel_link, "Cancel"));
}

std::string trouble_page(page_style& style, std::string_view message) {
  return vkxx::detail::html_document("VK", message_box(style, message));
}

std::string grant_page(page_style& style, const grant_form& form) {
  auto body = "<p>" + vkxx::detail::html_escaped(form.user) + ", the app <b>" +
              vkxx::detail::html_escaped(form.app) +
              "</b> asks for access: " + vkxx::detail::html_escaped(form.rights) + "</p>\n" +
              style.decoys();
  const auto refusal = form.action + "&cancel=1";
  if (form.by_script) {
    body += "<script>\nfunction cancel() { location.href = \"" + in_script(refusal) +
            "\"; }\nfunction allow(addr) { location.href = \"" + in_script(form.action) +
            "\"+addr; }\n</script>\n"
            "<button type=\"button\" id=\"allow\" onclick=\"allow('')\">Allow</button>\n"
            "<button type=\"button\" id=\"cancel\" onclick=\"cancel()\">Cancel</button>\n";
  } else {
    body +=
        style.form(
            form.action,
            style.tag("input", {{"type", "submit"}, {"id", "allow"}, {"value", "Allow"}}) + "\n") +
        link(style, "cancel", refusal, "Cancel");
  }
  return vkxx::detail::html_document("Let the app in?", body);
}

std::string redirect_page(std::string_view target) {
  return vkxx::detail::html_document("VK", "<script>location.href = \"" + in_script(target) +
                                               "\";</script>\n<p><a id=\"continue\" href=\"" +
                                               vkxx::detail::html_escaped(target) +
                                               "\">Continue</a></p>\n");
}

}  // namespace vkxx::emulation::detail
