// The cost of decoding 1,000 users: the generated decoder, a handwritten loop for the same fields,
// and parsing alone by nlohmann::json.
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

#include "users_answer.hpp"

namespace {

using bench::user_count;

const std::string& body() {
  return bench::users_answer();
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

void read_field(person& user, std::string_view key, value from) {
  if (key == "id")
    user.id = from.get_int64();
  else if (key == "first_name")
    user.first_name = text(from);
  else if (key == "last_name")
    user.last_name = text(from);
  else if (key == "can_access_closed")
    user.can_access_closed = flag(from);
  else if (key == "is_closed")
    user.is_closed = flag(from);
  else if (key == "sex")
    user.sex = from.get_int64().value();
  else if (key == "screen_name")
    user.screen_name = text(from);
  else if (key == "photo_50")
    user.photo_50 = text(from);
  else if (key == "photo_100")
    user.photo_100 = text(from);
  else if (key == "online")
    user.online = flag(from);
  else if (key == "verified")
    user.verified = flag(from);
  else if (key == "nickname")
    user.nickname = text(from);
  else if (key == "domain")
    user.domain = text(from);
  else if (key == "bdate")
    user.bdate = text(from);
  else if (key == "city") {
    auto& city = user.city.emplace();
    for (auto field : from.get_object()) {
      if (field.unescaped_key().value() == "id")
        city.id = field.value().get_int64();
      else
        city.title = text(field.value());
    }
  } else if (key == "timezone")
    user.timezone = from.get_double().value();
  else if (key == "has_photo")
    user.has_photo = flag(from);
  else if (key == "has_mobile")
    user.has_mobile = flag(from);
  else if (key == "can_post")
    user.can_post = flag(from);
  else if (key == "site")
    user.site = text(from);
  else if (key == "status")
    user.status = text(from);
  else if (key == "last_seen") {
    auto& seen_last = user.last_seen.emplace();
    for (auto field : from.get_object()) {
      const bool platform = field.unescaped_key().value() == "platform";
      (platform ? seen_last.platform : seen_last.time) = field.value().get_int64().value();
    }
  } else if (key == "followers_count")
    user.followers_count = from.get_int64().value();
  else if (key == "is_favorite")
    user.is_favorite = flag(from);
  else if (key == "home_town")
    user.home_town = text(from);
  else if (key == "relation")
    user.relation = from.get_int64().value();
}

void by_hand(benchmark::State& state) {
  simdjson::ondemand::parser parser;
  for (auto _ : state) {
    const simdjson::padded_string padded{body()};
    auto document = parser.iterate(padded);
    std::vector<person> people;
    for (auto each : document["response"].get_array()) {
      auto& user = people.emplace_back();
      for (auto field : each.get_object()) {
        read_field(user, field.unescaped_key().value(), field.value().value());
      }
    }
    if (people.size() != user_count || people.back().relation != 4) state.SkipWithError("wrong");
    benchmark::DoNotOptimize(people);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * body().size()));
}

void generated(benchmark::State& state) {
  for (auto _ : state) {
    auto people = vkxx::decode_response<std::vector<vkxx::api::users::user_full>>(body());
    if (!people || people->size() != user_count) state.SkipWithError("wrong");
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
// the next run, depends on the largest block that an earlier benchmark of the run has freed.
[[maybe_unused]] const bool kept =
    mallopt(M_MMAP_THRESHOLD, 1 << 30) == 1 && mallopt(M_TRIM_THRESHOLD, 1 << 30) == 1;

BENCHMARK(by_hand);
BENCHMARK(generated);
BENCHMARK(nlohmann_parse);

}  // namespace
