#include <vkxx/client/reply.hpp>

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <mutex>
#include <utility>

#include "client/reply_builder.hpp"

namespace vkxx {

namespace detail {

error conversion_error(const std::string& method, const std::string& reason) {
  error made{errc::unexpected_type, request_effect::unknown,
             "the response does not fit the type that was asked for: " + reason};
  if (!method.empty()) made.set_method(method);
  return made;
}

}  // namespace detail

namespace {

// Shares the values of the answer that it is a part of.
template <class State>
class part_state final : public State {
 public:
  explicit part_state(std::shared_ptr<const State> whole) : whole_{std::move(whole)} {}

  // Hardly ever wanted, and dear.
  [[nodiscard]] const std::string& body() const override {
    std::call_once(written_, [this] {
      text_ = "{\"response\":" + boost::json::serialize(*this->response) + '}';
    });
    return text_;
  }

 private:
  std::shared_ptr<const State> whole_;
  mutable std::once_flag written_;
  mutable std::string text_;
};

}  // namespace

reply reply_builder::part_of(const reply& answer, const boost::json::value& response,
                             const std::string& method) {
  auto made = std::make_shared<part_state<reply::state>>(answer.state_);
  made->method = method;
  made->response = &response;
  return reply{std::move(made)};
}

reply::reply(boost::json::value response) {
  reply_builder builder;
  auto& made = builder.state();
  boost::json::object envelope{boost::json::storage_ptr{&made.memory}};
  envelope.emplace("response", std::move(response));
  made.text = boost::json::serialize(envelope);
  made.envelope = std::move(envelope);
  made.response = &made.envelope.get_object().at("response");
  *this = std::move(builder).finish();
}

reply::reply(std::shared_ptr<const state> made) : state_{std::move(made)} {}

const boost::json::value& reply::json() const noexcept {
  return *state_->response;
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

}  // namespace vkxx
