// The initial world. It is invented, except for the well-known first user.
#include "emulator/world/accounts/directory.hpp"

namespace vkxx::emulation::detail {
namespace {

person make_person(std::int64_t id, spelling first, spelling last, std::string screen_name, int sex,
                   std::int64_t city, std::string birthday) {
  person result;
  result.id = id;
  result.first_name = std::move(first);
  result.last_name = std::move(last);
  result.screen_name = std::move(screen_name);
  result.sex = sex;
  result.city = city;
  result.birthday = std::move(birthday);
  result.followers = id * 7;
  return result;
}

void make_friends(std::vector<person>& people, std::size_t first, std::size_t other) {
  people[first].friends.push_back(people[other].id);
  people[other].friends.push_back(people[first].id);
}

token_record make_token(std::string_view name, token_kind kind, std::int64_t owner,
                        std::string trouble = {}, bool banned = false) {
  // With the length and the alphabet of VK's tokens.
  std::string text = "vk1.a.emulator-" + std::string{name} + "-";
  constexpr std::string_view letters = "ZyXwVuTsRqPoNmLkJiHgFeDcBa9876543210";
  for (std::size_t i = 0; text.size() < 96; ++i) text += letters[(i * 5) % letters.size()];
  return {std::move(text), kind, owner, std::move(trouble), banned};
}

}  // namespace

std::vector<token_record> first_tokens() {
  return {
      make_token("user-1", token_kind::user, 1),
      make_token("user-2", token_kind::user, 2),
      make_token("community-1", token_kind::community, 1),
      make_token("service", token_kind::service, 6'121'396),
      make_token("expired", token_kind::user, 1, "access_token has expired."),
      make_token("revoked", token_kind::user, 1, "invalid session."),
      make_token("other-ip", token_kind::user, 1, "access_token was given to another ip address."),
      make_token("blocked", token_kind::user, 13, "user is blocked.", true),
  };
}

std::vector<city> first_cities() {
  return {{1, {"Москва", "Moscow"}},
          {2, {"Санкт-Петербург", "Saint Petersburg"}},
          {49, {"Екатеринбург", "Yekaterinburg"}},
          {60, {"Казань", "Kazan"}}};
}

std::vector<person> first_people() {
  std::vector<person> people{
      make_person(1, {"Павел", "Pavel"}, {"Дуров", "Durov"}, "durov", 2, 2, "10.10.1984"),
      make_person(2, {"Анна", "Anna"}, {"Лебедева", "Lebedeva"}, "anna_lebedeva", 1, 2, "3.4.1990"),
      make_person(3, {"Борис", "Boris"}, {"Орлов", "Orlov"}, "boris.orlov", 2, 1, "12.12"),
      make_person(4, {"Вера", "Vera"}, {"Соколова", "Sokolova"}, "vera_s", 1, 1, "1.1.2000"),
      make_person(5, {"Глеб", "Gleb"}, {"Журавлёв", "Zhuravlyov"}, "", 2, 60, ""),
      make_person(6, {"Дарья", "Darya"}, {"Синицына", "Sinitsyna"}, "dasha_sin", 1, 49,
                  "29.2.1996"),
      make_person(7, {"Егор", "Egor"}, {"Воробьёв", "Vorobyov"}, "egor7", 2, 0, "7.7.1977"),
      make_person(8, {"Жанна", "Zhanna"}, {"Голубева", "Golubeva"}, "zhanna_g", 1, 2, ""),
      make_person(9, {"Захар", "Zakhar"}, {"Чижов", "Chizhov"}, "zakhar", 2, 1, "9.9.1999"),
      make_person(10, {"Ирина", "Irina"}, {"Ласточкина", "Lastochkina"}, "irina_l", 1, 60, "15.5"),
      make_person(11, {"Кирилл", "Kirill"}, {"Скворцов", "Skvortsov"}, "kirill_sk", 2, 49, ""),
      make_person(12, {"DELETED", "DELETED"}, {"", ""}, "", 0, 0, ""),
      make_person(13, {"Лев", "Lev"}, {"Филинов", "Filinov"}, "", 2, 0, ""),
      make_person(14, {"Мария", "Maria"}, {"Зимородкова", "Zimorodkova"}, "maria_z", 1, 2,
                  "14.2.1994"),
  };
  people[0].verified = true;
  people[0].followers = 6'000'000;
  people[0].status = "道德經";
  people[7].closed = true;
  people[11].deactivated = "deleted";
  people[12].deactivated = "banned";
  people[13].allows_messages = false;
  for (std::size_t other = 1; other <= 10; ++other) make_friends(people, 0, other);
  make_friends(people, 1, 2);
  make_friends(people, 1, 3);
  make_friends(people, 3, 5);
  return people;
}

std::vector<community> first_communities() {
  return {
      {1, "ВКонтакте API", "apiclub", "page", 0, 14, "Everything about the API", "", {1}},
      {2, "Birds of the city", "city_birds", "group", 0, 8, "Who sings in the yard?", "", {1, 2}},
      {3, "Closed circle", "closed_circle", "group", 1, 3, "", "", {1}},
      {4, "Spring concert", "spring_concert", "event", 0, 12, "On the first of May", "", {2}}};
}

}  // namespace vkxx::emulation::detail
