// A method that gives a list page by page, as a program might write it.
#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <string_view>
#include <vector>

#include <vkxx/client/typed_call.hpp>

namespace pretend {

class get_list {
 public:
  struct result_type {
    std::vector<std::int64_t> items;
  };
  static constexpr vkxx::paging paged{"items", "offset", "count", "", ".", 4, 0};
  static constexpr bool checks_json = true;
  // How many texts were decoded.
  static inline int decoded = 0;
  static auto& items_of(result_type& result) { return result.items; }
  [[nodiscard]] vkxx::request to_request() const { return vkxx::request{"a.list"}; }
};

// The same list, whose pages name the next one.
class get_chain : public get_list {
 public:
  static constexpr vkxx::paging paged{"items", "", "count", "start_from", ".", 4, 0};
};

inline vkxx::result<get_list::result_type> decode_answer(const get_list*, std::string_view response,
                                                         bool) {
  get_list::result_type result;
  ++get_list::decoded;
  const auto answer = boost::json::parse({response.data(), response.size()});
  for (const auto& item : answer.at("items").as_array()) {
    result.items.push_back(item.as_int64());
  }
  return result;
}

}  // namespace pretend
