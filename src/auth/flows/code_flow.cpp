#include <cstdlib>
#include <utility>
#include <vkxx/auth/code.hpp>

#include "auth/flows/joined_ids.hpp"
#include "auth/oauth/oauth_exchange.hpp"
#include "auth/oauth/redirect_reader.hpp"
#include "auth/prompts/open_page.hpp"
#include "auth/signatures/signature_errors.hpp"

namespace vkxx::auth {

using namespace detail;
namespace {

code_login begin_login(const code& options, const endpoints& endpoints) {
  code_login login;
  login.state = random_text();
  std::vector<form_field> fields{{"response_type", "code"}};
  fields.emplace_back("client_id", options.client_id());
  fields.emplace_back("redirect_uri", options.redirect_uri());
  fields.emplace_back("state", login.state);
  if (!options.scope().empty()) fields.emplace_back("scope", options.scope());
  if (!options.group_ids().empty())
    fields.emplace_back("group_ids", joined_ids(options.group_ids()));
  if (!options.display().empty()) fields.emplace_back("display", options.display());
  if (options.revoke()) fields.emplace_back("revoke", "1");
  fields.emplace_back("v", options.v());
  login.authorize_url = with_query(endpoints.oauth() + "/authorize", fields);
  return login;
}

error not_passed(const challenge& challenge) {
  const std::string name{to_string(challenge.kind())};
  return {errc::challenge_refused, request_effect::rejected,
          "VK wants a " + name + " before it gives a token: " +
              (challenge.kind() == challenge_kind::validation
                   ? "pass it in a browser and log in again, or by auth::code set on_validation"
                   : "pass it in a browser, and log in again")};
}

// The answer of /access_token to these fields. `pages`: passes the page that precedes the token.
asio::awaitable<result<access_token>> exchange(token_environment environment,
                                               std::vector<form_field> fields,
                                               std::optional<validation> pages) {
  auto url = environment.endpoints.oauth() + "/access_token";
  auto posting = post_for_token(environment, std::move(url), std::move(fields));
  auto answer = co_await std::move(posting);
  if (answer.outcome == oauth_outcome::token) co_return std::move(answer.token);
  if (answer.failure) co_return std::move(*answer.failure);
  if (answer.outcome != oauth_outcome::page || !pages) co_return not_passed(*answer.open_challenge);
  auto passing = pages->pass(answer.open_challenge->redirect_uri(), std::move(environment));
  auto token = co_await std::move(passing);
  if (token && token->text.empty()) {
    error nothing{errc::authorization_failed, request_effect::rejected,
                  "the page of the login was passed, but gave no token: log in again"};
    co_return nothing;
  }
  co_return token;
}

asio::awaitable<result<access_token>> finish_login(code options, code_login login,
                                                   std::string address,
                                                   token_environment environment) {
  auto came = read_redirect(address, options.redirect_uri(), login.state);
  if (!came) co_return came.error();
  std::vector<form_field> fields{{"client_id", options.client_id()}};
  fields.emplace_back("client_secret", options.client_secret().expose());
  // Exactly as in the first request: VK compares the two.
  fields.emplace_back("redirect_uri", options.redirect_uri());
  fields.emplace_back("code", came->code.expose());
  fields.emplace_back("v", options.v());
  auto exchanging = exchange(std::move(environment), std::move(fields), options.on_validation());
  auto token = co_await std::move(exchanging);
  if (!token) co_return token.error();
  for (const auto id : options.group_ids()) {
    if (!token->communities.contains(id < 0 ? -id : id)) {
      co_return untrusted("VK gave no token for the community " + std::to_string(id));
    }
  }
  if (!options.group_ids().empty()) token->first_community = std::abs(options.group_ids().front());
  token->client_id = options.client_id();
  co_return std::move(*token);
}

class code_flow final : public flow {
 public:
  explicit code_flow(code options) : options_{std::move(options)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment environment) const override {
    auto login = begin_login(options_, environment.endpoints);
    return open_and_finish(finish_login, options_, std::move(login), std::move(environment));
  }

 private:
  code options_;
};

class credentials_flow final : public flow {
 public:
  credentials_flow(std::string client_id, secret client_secret, std::string v)
      : client_id_{std::move(client_id)},
        client_secret_{std::move(client_secret)},
        v_{std::move(v)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment environment) const override {
    std::vector<form_field> fields{{"grant_type", "client_credentials"}};
    fields.emplace_back("client_id", client_id_);
    fields.emplace_back("client_secret", client_secret_.expose());
    fields.emplace_back("v", v_);
    return exchange(std::move(environment), std::move(fields), std::nullopt);
  }

 private:
  std::string client_id_;
  secret client_secret_;
  std::string v_;
};

}  // namespace

code_login::code_login() = default;

code::code(std::string client_id, secret client_secret, std::string redirect_uri)
    : browser_options{std::move(client_id), std::move(redirect_uri)},
      client_secret_{std::move(client_secret)} {}

code& code::group_ids(std::vector<std::int64_t> ids) {
  group_ids_ = checked_group_ids(std::move(ids));
  return *this;
}

code& code::display(std::string look) {
  display_ = std::move(look);
  return *this;
}

code& code::revoke(bool on) {
  revoke_ = on;
  return *this;
}

code& code::v(std::string version) {
  v_ = std::move(version);
  return *this;
}

code& code::on_validation(validation pages) {
  on_validation_ = std::move(pages);
  return *this;
}

code_login code::begin(const endpoints& endpoints) const {
  return begin_login(*this, endpoints);
}

asio::awaitable<result<access_token>> code::finish(code_login login, std::string address,
                                                   token_environment environment) const {
  return finish_login(*this, std::move(login), std::move(address), std::move(environment));
}

std::shared_ptr<const flow> code::make() const {
  return std::make_shared<code_flow>(*this);
}

std::shared_ptr<const flow> client_credentials(std::string client_id, secret client_secret,
                                               std::string v) {
  return std::make_shared<credentials_flow>(std::move(client_id), std::move(client_secret),
                                            std::move(v));
}

}  // namespace vkxx::auth
