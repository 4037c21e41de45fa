// What must hold for any input. rapidcheck prints the seed of a failure; RC_PARAMS repeats it.
#include <boost/json.hpp>
#include <boost/url/encoding_opts.hpp>
#include <boost/url/params_encoded_view.hpp>
#include <boost/url/parse_query.hpp>
#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <vkxx/client/challenge.hpp>
#include <vkxx/core/parameters.hpp>
#include <vkxx/core/redaction.hpp>
#include <vkxx/core/utf8.hpp>
#include "client/reply/envelope.hpp"

namespace vkxx {
namespace {

using namespace vkxx::detail;

std::vector<std::pair<std::string, std::string>> decoded(const std::string& form) {
  std::vector<std::pair<std::string, std::string>> read;
  boost::urls::encoding_opts as_form;
  as_form.space_as_plus = true;
  const auto fields = boost::urls::parse_query(form).value();
  for (const auto& field : fields) {
    RC_ASSERT(field.has_value);
    read.emplace_back(field.key.decode(as_form), field.value.decode(as_form));
  }
  return read;
}

// Texts of any characters, 1 to 4 bytes long each.
rc::Gen<std::string> utf8_text() {
  const auto character = rc::gen::element<std::string>("a", "Z", "0", " ", "&", "=", "+", "%", ";",
                                                       "#", "\n", "\t", "é", "Ж", "€", "😀", "*",
                                                       "~", "-", ".", "_", "\"", "\\", ",", "\x01");
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(character),
                      [](const std::vector<std::string>& characters) {
                        std::string text;
                        for (const auto& piece : characters) text += piece;
                        return text;
                      });
}

RC_GTEST_PROP(Form, IsReadBackAsItWasWritten, ()) {
  const auto values = *rc::gen::container<std::map<std::string, std::string>>(
      rc::gen::suchThat(utf8_text(), [](const std::string& text) { return !text.empty(); }),
      utf8_text());
  parameters params;
  std::vector<std::pair<std::string, std::string>> expected;
  for (const auto& [name, value] : values) {
    params.set(name, value);
    expected.emplace_back(name, value);
  }
  RC_ASSERT(params.validate().has_value());
  if (expected.empty()) {
    RC_ASSERT(params.form().empty());
  } else {
    RC_ASSERT(decoded(params.form()) == expected);
  }
}

RC_GTEST_PROP(Form, OnlySafeBytesAreInIt, (const std::string& bytes)) {
  std::string out;
  append_form_encoded(out, bytes);
  RC_ASSERT(out.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                  "*-._+%") == std::string::npos);
}

RC_GTEST_PROP(Form, AnyBytesAreEitherUtf8OrRefused, (const std::string& bytes)) {
  parameters params;
  params.set("p", bytes);
  RC_ASSERT(params.validate().has_value() == is_utf8(bytes));
}

RC_GTEST_PROP(Numbers, AreReadBack, (std::int64_t number, double real)) {
  RC_ASSERT(std::stoll(*to_parameter(number).text) == number);
  const auto text = *to_parameter(real).text;
  RC_ASSERT(std::stod(text) == real);
  RC_ASSERT(text.find_first_of("eE") == std::string::npos);
  RC_ASSERT(text.find('.') != std::string::npos);
}

// A secret of at least twelve characters, so that its ends may be shown but never its middle.
rc::Gen<std::string> planted_secret() {
  return rc::gen::map(rc::gen::container<std::string>(
                          24, rc::gen::elementOf(std::string{"abcdefghXYZ0123456789_-"})),
                      [](const std::string& text) { return "HEAD" + text + "TAIL"; });
}

RC_GTEST_PROP(Redaction, NeverShowsAPlantedSecret, ()) {
  const auto hidden = *planted_secret();
  const auto name = *rc::gen::element<std::string>(
      "access_token", "client_secret", "password", "captcha_key", "success_token", "sig", "code",
      "session_token", "refresh_token", "Access_Token", "PASSWORD");
  const auto form = *rc::gen::element<int>(0, 1, 2, 3, 4, 5, 6, 7, 8);
  std::string planted;
  switch (form) {
    case 0:
      planted = name + "=" + hidden;
      break;
    case 1:
      planted = "\"" + name + "\":\"" + hidden + "\"";
      break;
    case 2:
      planted = "\"" + name + "\": \"" + hidden + "\"";
      break;
    case 3:
      planted = "https://a.b/?x=1&" + name + "=" + hidden + "&y=2";
      break;
    case 4:
      planted = "https://user:" + hidden + "@host:1/";
      break;
    case 5:
      planted = "vk1.a." + hidden;
      break;
    case 6:
      planted = "\\\"" + name + "\\\":\\\"" + hidden + "\\\"";
      break;
    case 7:
      planted = "Authorization: Bearer " + hidden;
      break;
    default:
      planted = name + "%3D" + hidden;
      break;
  }
  // What stands around it does not run into it.
  const auto before = *utf8_text() + " ";
  const auto after = " " + *utf8_text();
  const auto shown = redacted_text(before + planted + after);
  RC_ASSERT(shown.find(hidden.substr(4, 24)) == std::string::npos);
  RC_ASSERT(redacted_parameter(name, hidden).find(hidden.substr(4, 24)) == std::string::npos);
}

RC_GTEST_PROP(Redaction, LeavesOtherTextsAlone, ()) {
  const auto words = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("User", "authorization", "failed:", "invalid", "user_ids=1,2",
                                    "https://vk.ru/id1", "(4).", "Павел", "{\"a\":1}"));
  std::string text;
  for (const auto& word : words) text += word + " ";
  RC_ASSERT(redacted_text(text) == text);
}

const char* const envelopes[] = {
    R"({"response":[{"id":1,"first_name":"Pavel"}]})",
    R"({"error":{"error_code":5,"error_msg":"User","request_params":[{"key":"a","value":"b"}]}})",
    R"({"error":{"error_code":14,"captcha_sid":"1","captcha_ts":1.5,"remixstlid":9069780796616521905}})",
    R"({"response":[false],"execute_errors":[{"method":"a.b","error_code":1,"error_msg":"m"}]})",
};

// Whatever happens to an answer on its way: a reply or an error that can be printed, no exception.
RC_GTEST_PROP(Envelope, AMutatedAnswerIsReadWithoutHarm, ()) {
  std::string body =
      *rc::gen::element<std::string>(envelopes[0], envelopes[1], envelopes[2], envelopes[3]);
  const auto steps = *rc::gen::inRange(0, 6);
  for (int i = 0; i != steps && !body.empty(); ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
    switch (*rc::gen::inRange(0, 4)) {
      case 0:
        body.erase(at, *rc::gen::inRange<std::size_t>(1, 9));
        break;
      case 1:
        body.insert(at, *rc::gen::element<std::string>("{", "]", "null", "\"", "\\", "-", "1e999",
                                                       "\xFF", ",", ":", "[[[["));
        break;
      case 2:
        body[at] = *rc::gen::arbitrary<char>();
        break;
      default:
        body.resize(at);
        break;
    }
  }
  http::response answer;
  answer.status = *rc::gen::element(200, 200, 200, 204, 302, 403, 500);
  answer.body = body;
  const auto outcome = read_answer("a.b", answer);
  if (outcome) {
    RC_ASSERT(outcome->body() == body);
  } else {
    RC_ASSERT(!outcome.error().to_string().empty());
    if (const auto pending = challenge::from(outcome.error())) {
      RC_ASSERT(challenge::from_json(pending->to_json())->to_json() == pending->to_json());
    }
  }
}

}  // namespace
}  // namespace vkxx
