#include <cstdlib>
#include <utility>
#include <vkxx/auth/implicit.hpp>
#include <vkxx/auth/presets.hpp>
#include <vkxx/core/exception.hpp>

#include "auth/flows/joined_ids.hpp"
#include "auth/oauth/redirect_reader.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "auth/web_login/page_walk.hpp"

namespace vkxx::auth {
namespace {

page_task task_of(const web_login_settings& how, const endpoints& where) {
  page_task task;
  task.url = where.oauth() + "/authorize";
  task.redirect_uri = how.redirect_uri.empty() ? where.oauth() + "/blank.html" : how.redirect_uri;
  task.state = random_text();
  task.origins = origins_of(where);
  task.group_ids = how.group_ids;
  task.login = how.login;
  task.password = how.password;
  task.phone = how.phone;
  auto& fields = task.authorize;
  if (!how.client_id.empty()) fields.emplace_back("client_id", how.client_id);
  fields.emplace_back("display", "mobile");
  fields.emplace_back("response_type", "token");
  fields.emplace_back("redirect_uri", task.redirect_uri);
  if (!how.scope.empty()) fields.emplace_back("scope", how.scope);
  if (!how.group_ids.empty()) fields.emplace_back("group_ids", joined_ids(how.group_ids));
  if (how.revoke) fields.emplace_back("revoke", "1");
  fields.emplace_back("state", task.state);
  fields.emplace_back("v", how.v);
  return task;
}

class web_login_flow final : public flow {
 public:
  explicit web_login_flow(web_login_settings how) : how_{std::move(how)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment with) const override {
    return run(how_, std::move(with));
  }

 private:
  static asio::awaitable<result<access_token>> run(web_login_settings how, token_environment with) {
    auto task = task_of(how, with.endpoints);
    page_hooks hooks;
    hooks.captcha = std::move(how.captcha);
    hooks.second_factor = std::move(how.second_factor);
    hooks.phone = std::move(how.phone_digits);
    auto walking = walk_pages(std::move(task), std::move(hooks), std::move(with));
    auto token = co_await std::move(walking);
    if (!token) co_return token.error();
    token->client_id = how.client_id;
    if (token->scope.empty()) token->scope = how.scope;
    if (!how.group_ids.empty()) token->first_community = std::abs(how.group_ids.front());
    co_return std::move(*token);
  }

  web_login_settings how_;
};

void check(const web_login_settings& how, const char* name) {
  if (how.login.empty() || how.password.empty()) {
    throw usage_exception{
        malformed(std::string{"the flow "} + name + " needs a login and a password")};
  }
}

}  // namespace

implicit::implicit() {
  settings_.client_id = vk_admin.client_id;
  settings_.scope = "offline";
}

std::shared_ptr<const flow> implicit::make() const {
  check(settings_, "implicit");
  return std::make_shared<web_login_flow>(settings_);
}

communities::communities() {
  settings_.client_id = vk_admin.client_id;
}

communities& communities::group_ids(std::vector<std::int64_t> ids) {
  settings_.group_ids = checked_group_ids(std::move(ids));
  return *this;
}

// Before the whole login, not after it.
std::shared_ptr<const flow> communities::make() const {
  check(settings_, "communities");
  if (settings_.group_ids.empty()) {
    throw usage_exception{malformed("group_ids: the flow communities needs at least one")};
  }
  return std::make_shared<web_login_flow>(settings_);
}

implicit& implicit::login(std::string text) {
  settings_.login = std::move(text);
  return *this;
}

implicit& implicit::password(std::string text) {
  return password(secret{std::move(text)});
}

implicit& implicit::password(secret text) {
  settings_.password = std::move(text);
  return *this;
}

implicit& implicit::client_id(std::string id) {
  settings_.client_id = std::move(id);
  return *this;
}

implicit& implicit::scope(std::string rights) {
  settings_.scope = std::move(rights);
  return *this;
}

implicit& implicit::scope(std::uint64_t mask) {
  settings_.scope = std::to_string(mask);
  return *this;
}

implicit& implicit::phone(std::string number) {
  settings_.phone = std::move(number);
  return *this;
}

implicit& implicit::redirect_uri(std::string address) {
  settings_.redirect_uri = std::move(address);
  return *this;
}

implicit& implicit::v(std::string version) {
  settings_.v = std::move(version);
  return *this;
}

implicit& implicit::revoke(bool on) {
  settings_.revoke = on;
  return *this;
}

implicit& implicit::on_captcha(challenge_hook solver) {
  settings_.captcha = std::move(solver);
  return *this;
}

implicit& implicit::on_second_factor(challenge_hook solver) {
  settings_.second_factor = std::move(solver);
  return *this;
}

implicit& implicit::on_phone(challenge_hook solver) {
  settings_.phone_digits = std::move(solver);
  return *this;
}

implicit::operator config() const {
  return config{}.tokens(make_token_source(make(), source_options{}));
}

communities& communities::login(std::string text) {
  settings_.login = std::move(text);
  return *this;
}

communities& communities::password(std::string text) {
  return password(secret{std::move(text)});
}

communities& communities::password(secret text) {
  settings_.password = std::move(text);
  return *this;
}

communities& communities::client_id(std::string id) {
  settings_.client_id = std::move(id);
  return *this;
}

communities& communities::scope(std::string rights) {
  settings_.scope = std::move(rights);
  return *this;
}

communities& communities::scope(std::uint64_t mask) {
  settings_.scope = std::to_string(mask);
  return *this;
}

communities& communities::phone(std::string number) {
  settings_.phone = std::move(number);
  return *this;
}

communities& communities::redirect_uri(std::string address) {
  settings_.redirect_uri = std::move(address);
  return *this;
}

communities& communities::v(std::string version) {
  settings_.v = std::move(version);
  return *this;
}

communities& communities::revoke(bool on) {
  settings_.revoke = on;
  return *this;
}

communities& communities::on_captcha(challenge_hook solver) {
  settings_.captcha = std::move(solver);
  return *this;
}

communities& communities::on_second_factor(challenge_hook solver) {
  settings_.second_factor = std::move(solver);
  return *this;
}

communities& communities::on_phone(challenge_hook solver) {
  settings_.phone_digits = std::move(solver);
  return *this;
}

communities::operator config() const {
  return config{}.tokens(make_token_source(make(), source_options{}));
}

}  // namespace vkxx::auth
