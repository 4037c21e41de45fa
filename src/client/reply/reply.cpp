#include <vkxx/client/reply.hpp>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <utility>

#include "client/reply/json_slices.hpp"
#include "client/reply/reply_builder.hpp"
#include "client/request/call_nature.hpp"
#include "core/errors/server_text.hpp"

namespace vkxx {

const boost::json::value& reply::state::json() const {
  std::call_once(tree_built_, [this] {
    boost::json::parse_options options;
    options.max_depth = detail::max_json_depth;
    tree_.emplace(boost::json::parse({response.data(), response.size()}, &memory_, options));
  });
  return *tree_;
}

const std::string& reply::state::body() const {
  if (whole) {
    std::call_once(text_written_, [this] {
      text = "{\"response\":";
      text += response;
      text += '}';
    });
  }
  return text;
}

std::string_view reply_builder::response_text(const reply& answer) noexcept {
  return answer.state_->response;
}

reply reply_builder::part_of(const reply& answer, std::string_view response,
                             const std::string& method) {
  auto part = std::make_shared<reply::state>(answer.state_, response);
  part->method = method;
  part->attempts = answer.state_->attempts;
  part->hidden = answer.state_->hidden;
  return reply{std::move(part)};
}

reply::reply(boost::json::value response) {
  constexpr std::string_view begin = "{\"response\":";
  reply_builder builder{std::string{begin} + boost::json::serialize(response) + '}'};
  auto& content = builder.state();
  content.response = std::string_view{content.text}.substr(begin.size());
  content.response.remove_suffix(1);
  *this = std::move(builder).finish();
}

reply::reply(std::shared_ptr<const state> made) : state_{std::move(made)} {}

const boost::json::value& reply::json() const {
  return state_->json();
}

std::string_view reply::text() const noexcept {
  return state_->response;
}

const std::string& reply::body() const {
  return state_->body();
}

const std::vector<error>& reply::execute_errors() const noexcept {
  return state_->execute_errors;
}

const std::string& reply::method() const noexcept {
  return state_->method;
}

error reply::misfit(errc code, const std::string& reason) const {
  error failure{code, request_effect::unknown,
                reason + "; VK answered " + server_text(state_->response, state_->hidden)};
  // A handler's value has no method, and says nothing of what VK did.
  if (!state_->method.empty()) {
    failure.set_method(state_->method);
    failure.set_effect(request_effect::executed);
    failure.set_write(state_->writes.value_or(detail::is_write(state_->method)));
    failure.set_attempts(state_->attempts);
  }
  for (const auto& secret : state_->hidden) failure.hide(secret);
  failure.set_answer(std::shared_ptr<const std::string>{state_, &state_->body()});
  return failure;
}

error reply::misfit(const std::string& reason) const {
  return misfit(errc::unexpected_type,
                "the response does not fit the type that was asked for: " + reason);
}

}  // namespace vkxx
