// A minimal browser for logins: cookies and redirects, no scripts.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>
#include <vector>

#include <vkxx/client/token_source.hpp>
#include <vkxx/core/result.hpp>
#include "auth/html/form_fields.hpp"
#include "auth/web_login/cookie_jar.hpp"
#include "auth/web_login/web_address.hpp"

namespace vkxx::auth::detail {

struct web_page {
  int status = 0;
  // The address after all redirects, with the fragment.
  std::string url;
  std::string body;
};

// Whether a login ends here: at the requested address, and nowhere else. It is not fetched: only
// the address matters, and the application need not serve it.
[[nodiscard]] bool ends_login(const web_address& address, std::string_view redirect_uri) noexcept;

class web_session {
 public:
  static constexpr int most_redirects = 20;

  // `redirect_uri`: see `ends_login`.
  web_session(token_environment environment, std::string redirect_uri);

  // The page after all redirects. Errors: those of the transport; `too_many_redirects`;
  // `insecure_redirect` for a redirect from https to http or of a form to another host;
  // `malformed_answer` for a redirect without a valid target.
  [[nodiscard]] asio::awaitable<result<web_page>> get(std::string url);
  [[nodiscard]] asio::awaitable<result<web_page>> post(std::string url,
                                                       std::vector<form_field> fields);

  // Whether the session has VK's cookie of a logged-in user.
  [[nodiscard]] bool signed_in() const noexcept {
    return cookies_.has("remixsid") || cookies_.has("remixsid6");
  }

 private:
  struct step {
    web_address to;
    std::string method;
    std::string body;
  };

  [[nodiscard]] asio::awaitable<result<web_page>> walk(std::string url, std::string method,
                                                       std::string body);
  [[nodiscard]] http::request request_for(const step& next) const;
  [[nodiscard]] std::optional<error> follow(step& at, const http::response& answer) const;

  token_environment environment_;
  std::string redirect_uri_;
  cookie_jar cookies_;
  // Of the last page. The program chooses the first.
  bool secure_ = false;
};

}  // namespace vkxx::auth::detail
