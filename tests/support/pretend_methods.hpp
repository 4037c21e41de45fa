// Two methods with types of their own, as a program might write them: no generated class is needed.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/client/typed_call.hpp>

namespace pretend {

struct facts_of_method {
  vkxx::token_kinds tokens;
};

// Answers with a number.
class get_number {
 public:
  using result_type = std::int64_t;
  static constexpr facts_of_method facts{vkxx::token_kinds{5}};

  explicit get_number(std::int64_t id) : id_{id} {}
  [[nodiscard]] vkxx::request to_request() const { return vkxx::request{"a.get"}.set("id", id_); }
  [[nodiscard]] vkxx::result<void> check_limits() const {
    if (id_ <= 100) return {};
    return vkxx::error{vkxx::errc::invalid_argument, vkxx::request_effect::not_sent,
                       "id should be at most 100"};
  }

 private:
  std::int64_t id_;
};

// Answers with `true` or `false`.
class is_member {
 public:
  using result_type = bool;
  [[nodiscard]] vkxx::request to_request() const { return vkxx::request{"a.isMember"}; }
};

// Whether `keep_raw` was asked for, and the response.
struct raw_text {
  bool kept = false;
  std::string text;
};
class get_raw {
 public:
  using result_type = raw_text;
  [[nodiscard]] vkxx::request to_request() const { return vkxx::request{"a.raw"}; }
};

// A list of numbers, whose decoder finds out whether the text is JSON.
class get_numbers {
 public:
  using result_type = std::vector<std::int64_t>;
  static constexpr bool checks_json = true;
  [[nodiscard]] vkxx::request to_request() const { return vkxx::request{"wall.post"}; }
};

// The same of a method that only reads.
class read_numbers : public get_numbers {
 public:
  [[nodiscard]] static vkxx::request to_request() { return vkxx::request{"users.get"}; }
};

// A decoder of that kind that throws.
class get_anything : public read_numbers {
 public:
  using result_type = boost::json::value;
};

inline vkxx::error wrong_type() {
  return {vkxx::errc::unexpected_type, vkxx::request_effect::unknown, "expected something else"};
}

inline vkxx::result<std::int64_t> decode_answer(const get_number*, std::string_view response,
                                                bool) {
  const auto answer = boost::json::parse({response.data(), response.size()});
  const auto* number = answer.if_int64();
  if (number == nullptr) return wrong_type();
  return *number;
}

inline vkxx::result<bool> decode_answer(const is_member*, std::string_view response, bool) {
  const auto answer = boost::json::parse({response.data(), response.size()});
  const auto* truth = answer.if_bool();
  if (truth == nullptr) return wrong_type();
  return *truth;
}

inline vkxx::result<raw_text> decode_answer(const get_raw*, std::string_view response,
                                            bool keep_raw) {
  return raw_text{keep_raw, std::string{response}};
}

inline vkxx::result<std::vector<std::int64_t>> decode_answer(const get_numbers*,
                                                             std::string_view response, bool) {
  boost::system::error_code failure;
  const auto answer = boost::json::parse({response.data(), response.size()}, failure);
  if (failure || !answer.is_array()) return wrong_type();
  std::vector<std::int64_t> numbers;
  for (const auto& item : answer.get_array()) {
    if (!item.is_int64()) return wrong_type();
    numbers.push_back(item.get_int64());
  }
  return numbers;
}

inline vkxx::result<boost::json::value> decode_answer(const get_anything*,
                                                      std::string_view response, bool) {
  return boost::json::parse({response.data(), response.size()});
}

}  // namespace pretend
