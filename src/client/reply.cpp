#include <vkxx/client/reply.hpp>

#include <boost/json/array.hpp>
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
  // `place`: which element of the whole answer's list it is.
  part_state(std::shared_ptr<const State> whole, std::size_t place)
      : whole_{std::move(whole)}, place_{place} {}

  // Hardly ever wanted, and expensive.
  [[nodiscard]] const std::string& body() const override {
    std::call_once(written_, [this] {
      text_ = "{\"response\":";
      text_ += text_of_response();
      text_ += '}';
    });
    return text_;
  }
  [[nodiscard]] std::string_view text_of_response() const override {
    const auto parts = json_elements(whole_->text_of_response());
    return place_ < parts.size() ? parts[place_] : std::string_view{};
  }

 private:
  std::shared_ptr<const State> whole_;
  std::size_t place_;
  mutable std::once_flag written_;
  mutable std::string text_;
};

}  // namespace

reply reply_builder::part_of(const reply& answer, std::size_t place, const std::string& method) {
  auto made = std::make_shared<part_state<reply::state>>(answer.state_, place);
  made->method = method;
  made->response = &answer.json().as_array().at(place);
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

std::string_view reply::text() const {
  return state_->text_of_response();
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
