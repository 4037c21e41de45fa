// Whatever a server answers becomes a reply or an error that can be printed.
//
// Input: one byte for the status, then headers up to an empty line, then the body.
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include <vkxx/client/challenge.hpp>
#include <vkxx/client/typed_call.hpp>
#include "client/reply/envelope.hpp"
#include "client/reply/json_slices.hpp"

namespace {

void check(bool holds) {
  if (!holds) std::abort();
}

vkxx::http::response answer_of(std::string_view input) {
  constexpr int statuses[] = {200, 200, 200, 201, 302, 400, 403, 408, 429, 500, 502, 504};
  vkxx::http::response answer;
  answer.status = 200;
  if (input.empty()) return answer;
  answer.status = statuses[static_cast<unsigned char>(input[0]) % std::size(statuses)];
  input.remove_prefix(1);
  while (!input.empty()) {
    const auto end = input.find('\n');
    const auto line = input.substr(0, end);
    const auto colon = line.find(':');
    if (end == std::string_view::npos || colon == std::string_view::npos) break;
    input.remove_prefix(end + 1);
    answer.headers.push_back(
        {std::string{line.substr(0, colon)}, std::string{line.substr(colon + 1)}});
  }
  if (!input.empty() && input[0] == '\n') input.remove_prefix(1);
  answer.body = input;
  return answer;
}

void check_error(const vkxx::error& failure) {
  check(failure.api_code().has_value() != failure.code().has_value());
  check(!failure.to_string().empty());
  if (const auto challenge = vkxx::challenge::from(failure)) {
    const auto text = challenge->to_json();
    const auto again = vkxx::challenge::from_json(text);
    check(again.has_value());
    check(again->to_json() == text);
  }
}

// Accepts some texts of every kind, after it has looked for parts in them.
struct any_decoder final : vkxx::detail::response_decoder {
  bool decode(std::string_view response) override {
    const auto items = vkxx::detail::items_of(response, 25);
    return (items ? items->size() : response.size()) % 3 != 0;
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input{reinterpret_cast<const char*>(data), size};
  const auto outcome = vkxx::detail::read_answer("users.get", answer_of(input));
  vkxx::detail::answer_facts facts;
  facts.decoder = std::make_shared<any_decoder>();
  const auto decoded = vkxx::detail::read_answer("users.get", answer_of(input), facts);
  if (!outcome) {
    check_error(outcome.error());
    if (!decoded) check_error(decoded.error());
    return 0;
  }
  check(decoded.has_value());
  check(decoded->text().size() == outcome->text().size());
  static_cast<void>(boost::json::serialize(outcome->json()));
  for (const auto& inner : outcome->execute_errors()) check_error(inner);
  return 0;
}
