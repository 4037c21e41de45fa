// Pages of HTML and addresses as a login meets them: the first line is the page's address, the rest
// the page.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "auth/web_login/page_machine.hpp"
#include "auth/web_login/web_address.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vkxx::auth;
  using namespace vkxx::auth::detail;
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto end = text.find('\n');
  const std::string url{text.substr(0, end)};
  const std::string body{end == std::string_view::npos ? std::string_view{} : text.substr(end + 1)};

  const auto page = read_html_page(body, url);
  if (page) {
    // Addresses lead somewhere on the web, or are empty.
    for (const auto& form : page->forms) {
      if (!form.action.empty() && !read_web_address(form.action)) std::abort();
    }
    for (const auto& link : page->links) {
      if (!read_web_address(link)) std::abort();
    }
  }
  if (const auto address = read_web_address(url)) {
    const auto again = read_web_address(address->text());
    if (!again || again->text() != address->text()) std::abort();
  }
  for (const bool implicit : {true, false}) {
    page_task task;
    task.url = "https://oauth.vk.ru/authorize";
    if (implicit) task.authorize = {{"client_id", "1"}};
    task.redirect_uri = "https://oauth.vk.ru/blank.html";
    task.login = "+79001234512";
    task.password = vkxx::secret{"p"};
    page_machine machine{std::move(task)};
    static_cast<void>(machine.start());
    web_page shown;
    shown.status = 200;
    shown.url = url;
    shown.body = body;
    if (machine.on_page(shown, true, wall_time{}) == page_action::done && implicit &&
        machine.token().text.empty()) {
      std::abort();
    }
  }
  return 0;
}
