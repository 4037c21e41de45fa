// What decoding 1,000 users costs: the generated decoder, a loop written by hand for the same
// fields, and the mere parsing by nlohmann::json.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <simdjson.h>

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vkxx/objects/decode.hpp>
#include <vkxx/objects/users.hpp>

namespace {

constexpr int how_many = 1000;

const std::string& body() {
  static const std::string made = [] {
    std::string text = R"({"response":[)";
    for (int i = 1; i <= how_many; ++i) {
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
  return made;
}

struct place {
  std::int64_t id = 0;
  std::string title;
};
struct seen {
  std::optional<std::int64_t> platform, time;
};
// The fields of the body, no more.
struct person {
  std::int64_t id = 0;
  std::string first_name, last_name;
  std::optional<bool> can_access_closed, is_closed, online, verified, has_photo, has_mobile,
      can_post, is_favorite;
  std::optional<std::int64_t> sex, followers_count, relation;
  std::optional<double> timezone;
  std::optional<std::string> screen_name, photo_50, photo_100, nickname, domain, bdate, site,
      status, home_town;
  std::optional<place> city;
  std::optional<seen> last_seen;
};

using value = simdjson::ondemand::value;

bool flag(value from) {
  bool truth = false;
  return from.get_bool().get(truth) == simdjson::SUCCESS ? truth : from.get_int64().value() != 0;
}
std::string text(value from) {
  return std::string{from.get_string().value()};
}

void read_field(person& made, std::string_view key, value from) {
  if (key == "id")
    made.id = from.get_int64();
  else if (key == "first_name")
    made.first_name = text(from);
  else if (key == "last_name")
    made.last_name = text(from);
  else if (key == "can_access_closed")
    made.can_access_closed = flag(from);
  else if (key == "is_closed")
    made.is_closed = flag(from);
  else if (key == "sex")
    made.sex = from.get_int64().value();
  else if (key == "screen_name")
    made.screen_name = text(from);
  else if (key == "photo_50")
    made.photo_50 = text(from);
  else if (key == "photo_100")
    made.photo_100 = text(from);
  else if (key == "online")
    made.online = flag(from);
  else if (key == "verified")
    made.verified = flag(from);
  else if (key == "nickname")
    made.nickname = text(from);
  else if (key == "domain")
    made.domain = text(from);
  else if (key == "bdate")
    made.bdate = text(from);
  else if (key == "city") {
    auto& city = made.city.emplace();
    for (auto field : from.get_object()) {
      if (field.unescaped_key().value() == "id")
        city.id = field.value().get_int64();
      else
        city.title = text(field.value());
    }
  } else if (key == "timezone")
    made.timezone = from.get_double().value();
  else if (key == "has_photo")
    made.has_photo = flag(from);
  else if (key == "has_mobile")
    made.has_mobile = flag(from);
  else if (key == "can_post")
    made.can_post = flag(from);
  else if (key == "site")
    made.site = text(from);
  else if (key == "status")
    made.status = text(from);
  else if (key == "last_seen") {
    auto& seen_last = made.last_seen.emplace();
    for (auto field : from.get_object()) {
      const bool platform = field.unescaped_key().value() == "platform";
      (platform ? seen_last.platform : seen_last.time) = field.value().get_int64().value();
    }
  } else if (key == "followers_count")
    made.followers_count = from.get_int64().value();
  else if (key == "is_favorite")
    made.is_favorite = flag(from);
  else if (key == "home_town")
    made.home_town = text(from);
  else if (key == "relation")
    made.relation = from.get_int64().value();
}

void by_hand(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    const simdjson::padded_string padded{body()};
    auto document = parser.iterate(padded);
    std::vector<person> people;
    for (auto each : document["response"].get_array()) {
      auto& made = people.emplace_back();
      for (auto field : each.get_object()) {
        read_field(made, field.unescaped_key().value(), field.value().value());
      }
    }
    if (people.size() != how_many || people.back().relation != 4) state.SkipWithError("wrong");
    benchmark::DoNotOptimize(people);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body().size()));
}

void generated(benchmark::State& state) {
  for (auto _ : state) {
    auto people = vkxx::decode_response<std::vector<vkxx::api::users::user_full>>(body());
    if (!people || people->size() != how_many) state.SkipWithError("wrong");
    benchmark::DoNotOptimize(people);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body().size()));
}

void nlohmann_parse(benchmark::State& state) {
  for (auto _ : state) {
    auto tree = nlohmann::json::parse(body());
    benchmark::DoNotOptimize(tree);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body().size()));
}

// Freed memory stays with the program: whether glibc gives it back, and has it cleared again for
// the next turn, hangs on the largest block that an earlier benchmark of the run has freed.
[[maybe_unused]] const bool kept =
    mallopt(M_MMAP_THRESHOLD, 1 << 30) == 1 && mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1;

BENCHMARK(by_hand);
BENCHMARK(generated);
BENCHMARK(nlohmann_parse);

}  // namespace
