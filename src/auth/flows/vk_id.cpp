#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <utility>
#include <vkxx/auth/vk_id.hpp>
#include <vkxx/core/exception.hpp>
#include <vkxx/core/redaction.hpp>

#include "auth/oauth/oauth_exchange.hpp"
#include "auth/oauth/redirect_reader.hpp"
#include "auth/prompts/open_page.hpp"
#include "auth/signatures/signature_errors.hpp"
#include "core/crypto/digest.hpp"
#include "core/json/json_field.hpp"

namespace vkxx::auth {

using namespace detail;
using vkxx::detail::boolean_field;
using vkxx::detail::integer_field;
using vkxx::detail::text_field;
namespace {

// PKCE (RFC 7636); VK's own SDKs spell the method in lower case.
constexpr const char* challenge_method = "s256";

std::string url_of(const token_environment& environment, const char* path) {
  return environment.endpoints.id() + path;
}

vk_id_login begin_login(const vk_id& options, const endpoints& endpoints) {
  vk_id_login login;
  login.state = random_text();
  login.code_verifier = secret{random_text()};
  std::vector<form_field> fields{{"response_type", "code"}};
  fields.emplace_back("client_id", options.client_id());
  fields.emplace_back("redirect_uri", options.redirect_uri());
  fields.emplace_back("state", login.state);
  fields.emplace_back("code_challenge", pkce_challenge(login.code_verifier));
  fields.emplace_back("code_challenge_method", challenge_method);
  if (!options.scope().empty()) fields.emplace_back("scope", options.scope());
  if (!options.prompt().empty()) fields.emplace_back("prompt", options.prompt());
  if (!options.provider().empty()) fields.emplace_back("provider", options.provider());
  if (options.lang_id()) fields.emplace_back("lang_id", std::to_string(*options.lang_id()));
  login.authorize_url = with_query(endpoints.id() + "/authorize", fields);
  return login;
}

oauth_answer not_kept(error why) {
  oauth_answer answer;
  answer.failure = std::move(why);
  return answer;
}

result<access_token> token_of(oauth_answer answer) {
  if (answer.failure) return std::move(*answer.failure);
  return std::move(answer.token);
}

// Posts to /oauth2/auth and reads the tokens or the failure; the answer must carry the state of
// this request.
asio::awaitable<oauth_answer> exchange(token_environment environment, std::string client_id,
                                       std::vector<form_field> fields, std::string device_id,
                                       exchange_options options = exchange_options{"oauth"}) {
  const auto state = random_text();
  const bool renews = find_field(fields, "refresh_token").has_value();
  fields.emplace_back("client_id", client_id);
  fields.emplace_back("device_id", device_id);
  fields.emplace_back("state", state);
  auto url = url_of(environment, "/oauth2/auth");
  auto posting =
      post_for_token(std::move(environment), std::move(url), std::move(fields), std::move(options));
  auto answer = co_await std::move(posting);
  if (answer.outcome != oauth_outcome::token) {
    if (answer.failure) co_return answer;
    co_return not_kept(untrusted("VK ID wants a captcha or a code where it has none"));
  }
  // A different state belongs to another request. A missing one is no reason to discard a pair for
  // which the old refresh token was spent.
  const bool missing = renews && answer.state.empty();
  if (!missing && !vkxx::detail::same_in_constant_time(answer.state, state)) {
    co_return not_kept(untrusted("the answer of VK ID carries another `state`: it was not kept"));
  }
  if (answer.token.text.empty()) {
    co_return not_kept({errc::malformed_answer, request_effect::unknown,
                        "the answer of VK ID has no access_token"});
  }
  answer.token.client_id = std::move(client_id);
  answer.token.device_id = std::move(device_id);
  co_return answer;
}

asio::awaitable<result<access_token>> finish_login(vk_id options, vk_id_login login,
                                                   std::string address,
                                                   token_environment environment) {
  auto came = read_redirect(address, options.redirect_uri(), login.state);
  if (!came) co_return came.error();
  if (came->device_id.empty()) co_return malformed("the address has no `device_id`");
  std::vector<form_field> fields{{"grant_type", "authorization_code"}};
  fields.emplace_back("code", came->code.expose());
  fields.emplace_back("code_verifier", login.code_verifier.expose());
  fields.emplace_back("redirect_uri", options.redirect_uri());
  auto exchanging = exchange(std::move(environment), options.client_id(), std::move(fields),
                             std::move(came->device_id));
  auto answer = co_await std::move(exchanging);
  co_return token_of(std::move(answer));
}

// The refresh may have been executed, with an unknown outcome. Statuses after which VK's own SDKs
// retry are excluded.
bool in_doubt(const error& cause) {
  return cause.effect() == request_effect::unknown && cause != errc::cancelled &&
         !(cause == errc::http_status && cause.retryable());
}

// Names VK ID as the source of the failure, which the call that needed the token does not know.
error failed_refresh(const error& cause, const std::string& service) {
  auto code = cause.code().value_or(errc::authorization_failed);
  auto text =
      "the refresh of the access token by VK ID (" + service + ") failed: " + cause.message();
  if (in_doubt(cause)) {
    // So that the call's own rules do not retry it.
    code = errc::authorization_failed;
    text += " (" + std::string{to_string(*cause.code())} +
            "). It may have spent the refresh token, so that it was not repeated at once; the next "
            "call tries again";
  }
  error failure{code, cause.effect(), std::move(text)};
  failure.set_http_status(cause.http_status());
  if (const auto wait = cause.retry_after()) failure.set_retry_after(*wait);
  return failure;
}

// How often VK ID is asked for a pair while it reports that it cannot answer at present.
constexpr int most_refreshes = 3;
constexpr duration first_refresh_pause = std::chrono::milliseconds{250};

// Retried only where VK says that it did not look at the refresh token.
exchange_options refresh_options() {
  exchange_options options{"oauth"};
  options.max_tries(most_refreshes).first_pause(first_refresh_pause);
  options.retry_if([](const http::response& answer) {
    return read_oauth_answer(answer, wall_time{}).try_later;
  });
  return options;
}

asio::awaitable<result<access_token>> refresh_pair(std::string client_id, access_token old,
                                                   token_environment environment) {
  const auto service = environment.endpoints.id();
  std::vector<form_field> fields{{"grant_type", "refresh_token"}};
  fields.emplace_back("refresh_token", old.refresh_token.expose());
  auto exchanging = exchange(std::move(environment), std::move(client_id), std::move(fields),
                             old.device_id, refresh_options());
  auto answer = co_await std::move(exchanging);
  // A pair that VK did not look at is still valid.
  const bool may_be_good = answer.try_later;
  auto fresh = token_of(std::move(answer));
  if (!fresh) {
    const auto& cause = fresh.error();
    if (may_be_good || cause != errc::authorization_failed)
      co_return failed_refresh(cause, service);
    co_return untrusted("VK ID did not refresh the token: log in again. " + cause.message());
  }
  // Fields that a refresh does not repeat are kept.
  if (fresh->refresh_token.empty()) fresh->refresh_token = old.refresh_token;
  if (fresh->id_token.empty()) fresh->id_token = old.id_token;
  if (fresh->scope.empty()) fresh->scope = old.scope;
  if (!fresh->user_id) fresh->user_id = old.user_id;
  co_return std::move(*fresh);
}

// The JSON object of an answer without an `error`. The HTTP statuses of VK ID are not reliable.
result<boost::json::object> read_object(const http::response& answer) {
  const auto read = read_oauth_answer(answer, wall_time{});
  if (read.outcome == oauth_outcome::refused) return *read.failure;
  boost::system::error_code failure;
  auto value = boost::json::parse(answer.body, failure);
  if (failure || !value.is_object() || answer.status >= 400) return *read.failure;
  return std::move(value.get_object());
}

asio::awaitable<result<boost::json::object>> post_for_object(token_environment environment,
                                                             std::string url,
                                                             std::vector<form_field> fields) {
  auto posting = post_form(std::move(environment), std::move(url), std::move(fields));
  auto answer = co_await std::move(posting);
  if (!answer) co_return answer.error();
  co_return read_object(*answer);
}

error shapeless(const char* wanted) {
  return error{errc::malformed_answer, request_effect::unknown,
               std::string{"the answer of VK ID has no `"} + wanted + "`"};
}

asio::awaitable<result<vk_id_user>> ask_for_user(token_environment environment, std::string url,
                                                 std::vector<form_field> fields) {
  auto asking = post_for_object(std::move(environment), std::move(url), std::move(fields));
  const auto object = co_await std::move(asking);
  if (!object) co_return object.error();
  const auto* held = object->if_contains("user");
  if (held == nullptr || !held->is_object()) co_return shapeless("user");
  const auto& user = held->get_object();
  const auto text = [&](std::string_view name) {
    return text_field(user, name).value_or(std::string{});
  };
  vk_id_user read;
  // A string here, a number elsewhere.
  read.user_id = integer_field(user, "user_id").value_or(0);
  read.first_name = text("first_name");
  read.last_name = text("last_name");
  read.phone = text("phone");
  read.email = text("email");
  read.avatar = text("avatar");
  read.birthday = text("birthday");
  read.sex = integer_field(user, "sex");
  read.verified = boolean_field(user, "verified");
  co_return read;
}

// `over_is_done`: a token that is dead already counts as success.
asio::awaitable<result<void>> tell(token_environment environment, std::string url,
                                   std::vector<form_field> fields, bool over_is_done) {
  auto telling = post_for_object(std::move(environment), std::move(url), std::move(fields));
  const auto object = co_await std::move(telling);
  if (!object) {
    const bool over = object.error().message().find("invalid_token") != std::string::npos;
    if (over_is_done && over) co_return result<void>{};
    co_return object.error();
  }
  if (integer_field(*object, "response") != 1) co_return shapeless("response");
  co_return result<void>{};
}

std::vector<form_field> token_fields(const std::string& client_id, const access_token& token) {
  std::vector<form_field> fields;
  fields.emplace_back("client_id", client_id);
  fields.emplace_back("access_token", token.text.expose());
  if (!token.device_id.empty()) fields.emplace_back("device_id", token.device_id);
  return fields;
}

class vk_id_flow final : public flow {
 public:
  explicit vk_id_flow(vk_id options) : options_{std::move(options)} {}

  [[nodiscard]] asio::awaitable<result<access_token>> log_in(
      token_environment environment) const override {
    auto login = begin_login(options_, environment.endpoints);
    return open_and_finish(finish_login, options_, std::move(login), std::move(environment));
  }

  [[nodiscard]] bool refreshable(const access_token& token) const override {
    return !token.refresh_token.empty();
  }

  [[nodiscard]] asio::awaitable<result<access_token>> refresh(
      access_token old, token_environment environment) const override {
    return refresh_pair(options_.client_id(), std::move(old), std::move(environment));
  }

 private:
  vk_id options_;
};

}  // namespace

vk_id_login::vk_id_login() = default;

vk_id_user::vk_id_user() = default;

vk_id::vk_id(std::string client_id, std::string redirect_uri)
    : browser_options{std::move(client_id), std::move(redirect_uri)} {}

vk_id& vk_id::prompt(std::string steps) {
  prompt_ = std::move(steps);
  return *this;
}

vk_id& vk_id::provider(std::string name) {
  provider_ = std::move(name);
  return *this;
}

vk_id& vk_id::lang_id(int number) {
  constexpr int largest = 999;
  if (number < 0 || number > largest) {
    throw usage_exception{malformed("lang_id: expected VK ID's number of a language, from 0 to " +
                                    std::to_string(largest) + "; it is " + std::to_string(number))};
  }
  lang_id_ = number;
  return *this;
}

vk_id_login vk_id::begin(const endpoints& endpoints) const {
  return begin_login(*this, endpoints);
}

asio::awaitable<result<access_token>> vk_id::finish(vk_id_login login, std::string address,
                                                    token_environment environment) const {
  return finish_login(*this, std::move(login), std::move(address), std::move(environment));
}

asio::awaitable<result<access_token>> vk_id::refresh(access_token old,
                                                     token_environment environment) const {
  return refresh_pair(client_id(), std::move(old), std::move(environment));
}

asio::awaitable<result<vk_id_user>> vk_id::user_info(access_token token,
                                                     token_environment environment) const {
  auto url = url_of(environment, "/oauth2/user_info");
  return ask_for_user(std::move(environment), std::move(url), token_fields(client_id(), token));
}

asio::awaitable<result<vk_id_user>> vk_id::public_info(access_token token,
                                                       token_environment environment) const {
  auto url = url_of(environment, "/oauth2/public_info");
  std::vector<form_field> fields;
  fields.emplace_back("client_id", client_id());
  fields.emplace_back("id_token", token.id_token.expose());
  return ask_for_user(std::move(environment), std::move(url), std::move(fields));
}

asio::awaitable<result<void>> vk_id::log_out(access_token token,
                                             token_environment environment) const {
  auto url = url_of(environment, "/oauth2/logout");
  return tell(std::move(environment), std::move(url), token_fields(client_id(), token), true);
}

asio::awaitable<result<void>> vk_id::revoke(access_token token,
                                            token_environment environment) const {
  auto url = url_of(environment, "/oauth2/revoke");
  return tell(std::move(environment), std::move(url), token_fields(client_id(), token), false);
}

std::shared_ptr<const flow> vk_id::make() const {
  return std::make_shared<vk_id_flow>(*this);
}

}  // namespace vkxx::auth
