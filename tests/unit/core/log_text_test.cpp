// What a log says of failures.
#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>
#include <string>

#include "core/errors/log_text.hpp"

namespace {

using vkxx::api_errc;
using vkxx::api_error_details;
using vkxx::errc;
using vkxx::error;
using vkxx::request_effect;
using vkxx::detail::text_for_log;
using vkxx::detail::without_quotations;

TEST(LogText, HasNoQuotations) {
  EXPECT_EQ(without_quotations("plain"), "plain");
  EXPECT_EQ(without_quotations(R"(button "Anna": it is long)"), R"(button "…": it is long)");
  EXPECT_EQ(without_quotations(R"("a \" b" and "c\\" end)"), R"("…" and "…" end)");
  EXPECT_EQ(without_quotations("not `a\"b` but `c`"), "not `…` but `…`");
  // What does not end is cut off.
  EXPECT_EQ(without_quotations(R"(the name "Anna\")"), R"(the name "…)");
  EXPECT_EQ(without_quotations("\""), "\"…");
}

TEST(LogText, OfVkSaysWhatTheCodeMeans) {
  api_error_details details;
  details.code = api_errc{100};
  details.message = "One of the parameters specified was missing or invalid: peer_id is Anna's";
  details.request_params = {{"peer_id", "7"}, {"message", "hello"}};
  error failure{details};
  failure.set_method("messages.send");
  const auto line = text_for_log(failure);
  EXPECT_EQ(line.find("method=messages.send api_code=100 effect=rejected: "), 0U) << line;
  EXPECT_NE(line.find("It concerns the parameter peer_id."), std::string::npos) << line;
  EXPECT_EQ(line.find("Anna"), std::string::npos) << line;
  EXPECT_EQ(line.find("hello"), std::string::npos) << line;
  details.message = "invalid: hello";
  EXPECT_EQ(text_for_log(error{details}).find("It concerns"), std::string::npos);
  details.code = api_errc{987654};
  EXPECT_NE(text_for_log(error{details}).find("api_code=987654"), std::string::npos);
}

TEST(LogText, OfVkxxHasNoForeignWords) {
  const error own{errc::invalid_argument, request_effect::not_sent,
                  "a timer waits\nup to 10 years"};
  EXPECT_EQ(text_for_log(own),
            "error=invalid argument effect=not sent: a timer waits up to 10 years");
  const error foreign{errc::handler_failed, request_effect::executed,
                      "a hook threw an exception: Anna wants wine"};
  EXPECT_EQ(text_for_log(foreign),
            "error=handler failed effect=executed: a hook threw an exception");
  const error upload{errc::invalid_argument, request_effect::not_sent,
                     "upload of photo: Anna: 1.png: it is empty"};
  EXPECT_EQ(text_for_log(upload),
            "error=invalid argument effect=not sent: upload of photo: …: it is empty");
  const error unnamed{errc::invalid_argument, request_effect::not_sent, "upload of photo: no file"};
  EXPECT_EQ(text_for_log(unnamed),
            "error=invalid argument effect=not sent: upload of photo: no file");
  const error file{errc::body_failed, request_effect::not_sent, "of Anna/1.png: not found"};
  EXPECT_EQ(text_for_log(file), "error=body failed effect=not sent: …: not found");
  const error large{errc::timeout, request_effect::unknown, std::string(5000, 'x')};
  EXPECT_LT(text_for_log(large).size(), 500U);
}

TEST(LogText, NamesTheTypeOfAnException) {
  using vkxx::detail::type_name;
  EXPECT_EQ(type_name(std::make_exception_ptr(std::out_of_range{"Anna"})), "std::out_of_range");
  EXPECT_EQ(type_name(std::make_exception_ptr(5)), "something that is no std::exception");
}

}  // namespace
