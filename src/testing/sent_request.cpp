#include <boost/url/encoding_opts.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>
#include <utility>

#include <vkxx/core/json_text.hpp>
#include <vkxx/core/redaction.hpp>
#include <vkxx/testing/scripted_transport.hpp>

namespace vkxx::testing {

sent_request::sent_request(http::request message) : message_{std::move(message)} {
  const auto& url = message_.url();
  const auto path = url.substr(0, url.find_first_of("?#"));
  method_ = path.substr(path.rfind('/') + 1);
  if (message_.source()) body_ = http::read_all(*message_.source()).value();
  const auto form = boost::urls::parse_query(message_.body());
  if (form.has_error() || message_.body().empty()) return;
  boost::urls::encoding_opts as_form;
  as_form.space_as_plus = true;
  for (const auto& field : *form) {
    parameters_.emplace_back(field.key.decode(as_form), field.value.decode(as_form));
  }
}

std::optional<std::string> sent_request::find(std::string_view name) const {
  for (const auto& [known, text] : parameters_) {
    if (known == name) return text;
  }
  return std::nullopt;
}

std::string sent_request::to_string() const {
  std::string text = method_ + "(";
  bool first = true;
  for (const auto& [name, value] : parameters_) {
    if (!first) text += ", ";
    first = false;
    text += name + "=" + json_text(redacted_parameter(method_, name, value));
  }
  text += ")";
  const auto& token = message_.bearer_token();
  return text + (token.empty() ? " without a token" : " with token " + token.redacted());
}

}  // namespace vkxx::testing
