// A person with a browser, as far as a consent page needs one.
#pragma once

#include <string>

#include <vkxx/client/client.hpp>

namespace vkxx::testing {

// Opens the page at `url`, presses a button (`allow` or `cancel`), and gives the address that the
// browser is sent to; empty if the page is not a consent page.
[[nodiscard]] std::string pass_consent_page(const std::string& url, const std::string& button);

// The address that the page at `url` sends the browser to at once; empty if it stays there.
[[nodiscard]] std::string led_to(const std::string& url);

// The page at `url`.
[[nodiscard]] std::string get(const std::string& url);

// The answer to a form posted to `url`, as JSON text.
[[nodiscard]] std::string post(const std::string& url, const std::string& form);

}  // namespace vkxx::testing
