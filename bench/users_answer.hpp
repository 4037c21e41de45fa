// An answer of VK with 1,000 users as it sends them for the usual `fields`: 0.7 MB.
#pragma once

#include <string>
#include <string_view>

namespace bench {

inline constexpr int user_count = 1000;

inline const std::string& users_answer() {
  static const std::string answer = [] {
    std::string text = R"({"response":[)";
    for (int i = 1; i <= user_count; ++i) {
      const auto id = std::to_string(1'000'000 + i);
      if (i > 1) text += ',';
      text += R"({"id":)" + id + R"(,"first_name":"Имя )" + id +
              R"(","last_name":"Фамилия",)"
              R"("can_access_closed":true,"is_closed":false,"sex":2,"screen_name":"id)" +
              id + R"(","photo_50":"https:\/\/sun1.userapi.com\/s\/v1\/ig2\/abcdefghijk)" + id +
              R"(.jpg?quality=95&crop=1,2,3,4&as=32x32","photo_100":"https:\/\/sun1.userapi.com\/)"
              R"(s\/v1\/ig2\/lmnopqrstuv)" +
              id +
              R"(.jpg?quality=95&crop=1,2,3,4&as=32x32",)"
              R"("online":1,"verified":0,"nickname":"","domain":"id)" +
              id +
              R"(","bdate":"10.10.1984","city":{"id":2,"title":"Санкт-Петербург"},)"
              R"("timezone":3,"has_photo":1,"has_mobile":1,"can_post":0,"site":"",)"
              R"("status":"Что у вас нового?","last_seen":{"platform":7,"time":1700000000},)"
              R"("followers_count":1234,"is_favorite":0,"home_town":"Ленинград","relation":4})";
    }
    return text + "]}";
  }();
  return answer;
}

// The list in it.
inline std::string_view response_of(std::string_view answer) {
  answer.remove_prefix(std::string_view{R"({"response":)"}.size());
  answer.remove_suffix(1);
  return answer;
}

}  // namespace bench
