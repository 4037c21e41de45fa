// The cost of the parts of a call that do not use the network.
#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include <vkxx/client.hpp>
#include <vkxx/core/parameters.hpp>

#include "client/reply/envelope.hpp"

namespace {

void encode_parameters(benchmark::State& state) {
  const std::vector<int> ids{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
  for (auto _ : state) {
    vkxx::parameters given;
    given.set("user_ids", ids).set("fields", "city", "sex", "screen_name").set("extended", true);
    benchmark::DoNotOptimize(given.form());
  }
}
BENCHMARK(encode_parameters);

void encode_long_text(benchmark::State& state) {
  std::string text;
  while (text.size() < 4096) text += "Привет, мир & всё такое. ";
  for (auto _ : state) {
    vkxx::parameters given;
    given.set("message", text);
    benchmark::DoNotOptimize(given.form());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(encode_long_text);

void read_envelope(benchmark::State& state) {
  const std::string body =
      R"({"response":[{"id":1,"first_name":"Pavel","last_name":"Durov","about":")" +
      std::string(325, 'x') + "\"}]}";
  for (auto _ : state) {
    vkxx::http::response answer;
    answer.status = 200;
    answer.body = body;
    benchmark::DoNotOptimize(vkxx::detail::read_answer("users.get", std::move(answer)));
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(body.size()));
}
BENCHMARK(read_envelope);

}  // namespace
