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

using namespace detail;
namespace {

std::vector<std::int64_t> groups_of(const implicit&) {
  return {};
}

std::vector<std::int64_t> groups_of(const communities& options) {
  return options.group_ids();
}

template <class Options>
page_task task_of(const Options& options, const endpoints& endpoints) {
  page_task task;
  const auto groups = groups_of(options);
  task.url = endpoints.oauth() + "/authorize";
  task.redirect_uri =
      options.redirect_uri().empty() ? endpoints.oauth() + "/blank.html" : options.redirect_uri();
  task.state = random_text();
  task.origins = origins_of(endpoints);
  task.group_ids = groups;
  task.login = options.login();
  task.password = options.password();
  task.phone = options.phone();
  auto& fields = task.authorize;
  if (!options.client_id().empty()) fields.emplace_back("client_id", options.client_id());
  fields.emplace_back("display", "mobile");
  fields.emplace_back("response_type", "token");
  fields.emplace_back("redirect_uri", task.redirect_uri);
  if (!options.scope().empty()) fields.emplace_back("scope", options.scope());
  if (!groups.empty()) fields.emplace_back("group_ids", joined_ids(groups));
  if (options.revoke()) fields.emplace_back("revoke", "1");
  fields.emplace_back("state", task.state);
  fields.emplace_back("v", options.v());
  return task;
}

template <class Options>
class web_login_flow final : public flow {
 public:
  explicit web_login_flow(Options options) : options_{std::move(options)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment environment) const override {
    return run(options_, std::move(environment));
  }

 private:
  static asio::awaitable<result<access_token>> run(Options options, token_environment environment) {
    auto task = task_of(options, environment.endpoints);
    page_hooks hooks;
    hooks.captcha = options.on_captcha();
    hooks.second_factor = options.on_second_factor();
    hooks.phone = options.on_phone();
    auto walking = walk_pages(std::move(task), std::move(hooks), std::move(environment));
    auto token = co_await std::move(walking);
    if (!token) co_return token.error();
    token->client_id = options.client_id();
    if (token->scope.empty()) token->scope = options.scope();
    const auto groups = groups_of(options);
    if (!groups.empty()) token->first_community = std::abs(groups.front());
    co_return std::move(*token);
  }

  Options options_;
};

template <class Options>
void check(const Options& options, const char* name) {
  if (options.login().empty() || options.password().empty()) {
    throw usage_exception{
        malformed(std::string{"the flow "} + name + " needs a login and a password")};
  }
}

}  // namespace

implicit::implicit() {
  client_id(std::string{vk_admin.client_id}).scope("offline");
}

std::shared_ptr<const flow> implicit::make() const {
  check(*this, "implicit");
  return std::make_shared<web_login_flow<implicit>>(*this);
}

communities::communities() {
  client_id(std::string{vk_admin.client_id});
}

communities& communities::group_ids(std::vector<std::int64_t> ids) {
  group_ids_ = checked_group_ids(std::move(ids));
  return *this;
}

// Checked before the login rather than after it.
std::shared_ptr<const flow> communities::make() const {
  check(*this, "communities");
  if (group_ids_.empty()) {
    throw usage_exception{malformed("group_ids: the flow communities needs at least one")};
  }
  return std::make_shared<web_login_flow<communities>>(*this);
}

implicit::operator config() const {
  return config{}.tokens(make_token_source(make(), source_options{}));
}

communities::operator config() const {
  return config{}.tokens(make_token_source(make(), source_options{}));
}

}  // namespace vkxx::auth
