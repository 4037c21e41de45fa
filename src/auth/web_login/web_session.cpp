#include "auth/web_login/web_session.hpp"

#include <utility>
#include <vkxx/http/transport.hpp>

#include "auth/html/html_page.hpp"

namespace vkxx::auth::detail {
namespace {

bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

error broken(errc code, std::string text) {
  return error{code, request_effect::unknown, std::move(text)};
}

}  // namespace

bool ends_login(const web_address& address, std::string_view redirect_uri) noexcept {
  const auto end = redirect_uri.substr(0, redirect_uri.find_first_of("?#"));
  return !end.empty() && address.shown() == end;
}

web_session::web_session(token_environment environment, std::string redirect_uri)
    : environment_{std::move(environment)}, redirect_uri_{std::move(redirect_uri)} {}

asio::awaitable<result<web_page>> web_session::get(std::string url) {
  return walk(std::move(url), "GET", {});
}

asio::awaitable<result<web_page>> web_session::post(std::string url,
                                                    std::vector<form_field> fields) {
  return walk(std::move(url), "POST", form_text(fields));
}

http::request web_session::request_for(const step& next) const {
  http::request message{next.method, next.to.target()};
  message.add_header("Accept", "text/html,application/xhtml+xml,application/json;q=0.9");
  if (const auto cookies = cookies_.header_for(next.to); !cookies.empty()) {
    message.add_header("Cookie", cookies.expose());
  }
  if (next.method == "POST") {
    message.body(next.body, "application/x-www-form-urlencoded");
  }
  message.timeout(environment_.timeout);
  message.max_answer_size(largest_page);
  return message;
}

// The target of a redirect, by RFC 9110 §15.4 as browsers implement it.
std::optional<error> web_session::follow(step& at, const http::response& answer) const {
  const auto location = http::find_header(answer.headers, "Location");
  if (!location) {
    return broken(errc::malformed_answer, "the page " + at.to.shown() + " leads nowhere: status " +
                                              std::to_string(answer.status) +
                                              " without a Location");
  }
  auto to = resolve_address(at.to.text(), *location);
  if (!to) {
    return broken(errc::malformed_answer, "the page " + at.to.shown() +
                                              " leads to something that is no address of the web");
  }
  if (at.to.secure() && !to->secure()) {
    return broken(errc::insecure_redirect,
                  "the page " + at.to.shown() + " came by https and leads to " + to->shown());
  }
  const bool same_form = answer.status == 307 || answer.status == 308;
  if (same_form && at.method == "POST" && to->origin() != at.to.origin()) {
    return broken(errc::insecure_redirect,
                  "the page " + at.to.shown() + " would have the form handed on to " + to->shown());
  }
  if (!to->has_fragment && at.to.has_fragment) {
    to->fragment = at.to.fragment;
    to->has_fragment = true;
  }
  at.to = std::move(*to);
  if (!same_form) {
    at.method = "GET";
    at.body.clear();
  }
  return std::nullopt;
}

asio::awaitable<result<web_page>> web_session::walk(std::string url, std::string method,
                                                    std::string body) {
  const auto begin = read_web_address(url);
  if (!begin) {
    co_return broken(errc::malformed_answer, "the login leads to something that is no address");
  }
  if (secure_ && !begin->secure()) {
    co_return broken(errc::insecure_redirect,
                     "a page that came by https leads to " + begin->shown());
  }
  step at;
  at.to = *begin;
  at.method = std::move(method);
  at.body = std::move(body);
  for (int redirects = 0;; ++redirects) {
    if (redirects > 0 && ends_login(at.to, redirect_uri_)) break;
    auto message = request_for(at);
    auto sending = environment_.send(std::move(message), exchange_options{"login_page"});
    auto answer = co_await std::move(sending);
    if (!answer) co_return answer.error();
    cookies_.take(at.to, answer->headers);
    if (!is_redirect(answer->status)) {
      secure_ = at.to.secure();
      web_page page;
      page.status = answer->status;
      page.url = at.to.text();
      page.body = std::move(answer->body);
      co_return page;
    }
    if (redirects == most_redirects) {
      co_return broken(errc::too_many_redirects, "the page " + begin->shown() +
                                                     " led on more than " +
                                                     std::to_string(most_redirects) + " times");
    }
    if (auto fault = follow(at, *answer)) co_return std::move(*fault);
  }
  web_page end;
  end.status = 200;
  end.url = at.to.text();
  co_return end;
}

}  // namespace vkxx::auth::detail
