#include <cstdlib>
#include <utility>
#include <vkxx/auth/code.hpp>

#include "auth/flows/joined_ids.hpp"
#include "auth/oauth/oauth_exchange.hpp"
#include "auth/oauth/redirect_reader.hpp"
#include "auth/prompts/open_page.hpp"
#include "auth/signatures/signature_errors.hpp"

namespace vkxx::auth {
namespace {

code_login begin_login(const code::settings& how, const endpoints& where) {
  code_login login;
  login.state = random_text();
  std::vector<form_field> fields{{"response_type", "code"}};
  fields.emplace_back("client_id", how.client_id);
  fields.emplace_back("redirect_uri", how.redirect_uri);
  fields.emplace_back("state", login.state);
  if (!how.scope.empty()) fields.emplace_back("scope", how.scope);
  if (!how.group_ids.empty()) fields.emplace_back("group_ids", joined_ids(how.group_ids));
  if (!how.display.empty()) fields.emplace_back("display", how.display);
  if (how.revoke) fields.emplace_back("revoke", "1");
  fields.emplace_back("v", how.v);
  login.authorize_url = with_query(where.oauth() + "/authorize", fields);
  return login;
}

error not_passed(const challenge& asked) {
  const std::string name{to_string(asked.kind())};
  return {errc::challenge_refused, request_effect::rejected,
          "VK wants a " + name + " before it gives a token: " +
              (asked.kind() == challenge_kind::validation
                   ? "pass it in a browser and log in again, or by auth::code set on_validation"
                   : "pass it in a browser, and log in again")};
}

// What /access_token gave for these fields. `pages`: passes the page that stands before the token.
asio::awaitable<result<access_token>> exchange(token_environment with,
                                               std::vector<form_field> fields,
                                               std::optional<validation> pages) {
  auto url = with.endpoints.oauth() + "/access_token";
  auto posting = post_for_token(with, std::move(url), std::move(fields));
  auto answer = co_await std::move(posting);
  if (answer.outcome == oauth_outcome::token) co_return std::move(answer.token);
  if (answer.failure) co_return std::move(*answer.failure);
  if (answer.outcome != oauth_outcome::page || !pages) co_return not_passed(*answer.asked);
  auto passing = pages->pass(answer.asked->redirect_uri(), std::move(with));
  auto token = co_await std::move(passing);
  if (token && token->text.empty()) {
    error nothing{errc::authorization_failed, request_effect::rejected,
                  "the page of the login was passed, but gave no token: log in again"};
    co_return nothing;
  }
  co_return token;
}

asio::awaitable<result<access_token>> finish_login(code::settings how, code_login login,
                                                   std::string address, token_environment with) {
  auto came = read_redirect(address, how.redirect_uri, login.state);
  if (!came) co_return came.error();
  std::vector<form_field> fields{{"client_id", how.client_id}};
  fields.emplace_back("client_secret", how.client_secret.expose());
  // The same as before, letter by letter: VK compares.
  fields.emplace_back("redirect_uri", how.redirect_uri);
  fields.emplace_back("code", came->code.expose());
  fields.emplace_back("v", how.v);
  auto exchanging = exchange(std::move(with), std::move(fields), std::move(how.pages));
  auto token = co_await std::move(exchanging);
  if (!token) co_return token.error();
  for (const auto id : how.group_ids) {
    if (!token->communities.contains(id < 0 ? -id : id)) {
      co_return untrusted("VK gave no token for the community " + std::to_string(id));
    }
  }
  if (!how.group_ids.empty()) token->first_community = std::abs(how.group_ids.front());
  token->client_id = how.client_id;
  co_return std::move(*token);
}

class code_flow final : public flow {
 public:
  explicit code_flow(code::settings how) : how_{std::move(how)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment with) const override {
    auto login = begin_login(how_, with.endpoints);
    return open_and_finish(finish_login, how_, std::move(login), std::move(with));
  }

 private:
  code::settings how_;
};

class credentials_flow final : public flow {
 public:
  credentials_flow(std::string client_id, secret client_secret, std::string v)
      : client_id_{std::move(client_id)},
        client_secret_{std::move(client_secret)},
        v_{std::move(v)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment with) const override {
    std::vector<form_field> fields{{"grant_type", "client_credentials"}};
    fields.emplace_back("client_id", client_id_);
    fields.emplace_back("client_secret", client_secret_.expose());
    fields.emplace_back("v", v_);
    return exchange(std::move(with), std::move(fields), std::nullopt);
  }

 private:
  std::string client_id_;
  secret client_secret_;
  std::string v_;
};

}  // namespace

code_login::code_login() = default;

code::code(std::string client_id, secret client_secret, std::string redirect_uri) {
  settings_.client_id = std::move(client_id);
  settings_.client_secret = std::move(client_secret);
  settings_.redirect_uri = std::move(redirect_uri);
}

code& code::scope(std::string rights) {
  settings_.scope = std::move(rights);
  return *this;
}

code& code::group_ids(std::vector<std::int64_t> ids) {
  settings_.group_ids = checked_group_ids(std::move(ids));
  return *this;
}

code& code::display(std::string how) {
  settings_.display = std::move(how);
  return *this;
}

code& code::revoke(bool on) {
  settings_.revoke = on;
  return *this;
}

code& code::v(std::string version) {
  settings_.v = std::move(version);
  return *this;
}

code& code::on_page(page_hook opener) {
  settings_.page = std::move(opener);
  return *this;
}

code& code::on_validation(validation pages) {
  settings_.pages = std::move(pages);
  return *this;
}

code_login code::begin(const endpoints& where) const {
  return begin_login(settings_, where);
}

asio::awaitable<result<access_token>> code::finish(code_login login, std::string address,
                                                   token_environment with) const {
  return finish_login(settings_, std::move(login), std::move(address), std::move(with));
}

std::shared_ptr<const flow> code::make() const {
  return std::make_shared<code_flow>(settings_);
}

std::shared_ptr<const flow> client_credentials(std::string client_id, secret client_secret,
                                               std::string v) {
  return std::make_shared<credentials_flow>(std::move(client_id), std::move(client_secret),
                                            std::move(v));
}

}  // namespace vkxx::auth
