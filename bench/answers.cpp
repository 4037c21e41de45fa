// The library's work on the answer of a typed call beside its decoder alone: 1,000 full users.
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <vkxx/api/users.hpp>
#include <vkxx/client/typed_call.hpp>

#include "client/reply/envelope.hpp"
#include "users_answer.hpp"

namespace {

using method = vkxx::api::users::get;
using clock_type = std::chrono::steady_clock;

constexpr int rounds = 400;

double microseconds(clock_type::duration span) {
  return std::chrono::duration<double, std::micro>(span).count();
}

vkxx::http::response received() {
  vkxx::http::response answer;
  answer.status = 200;
  answer.headers.push_back({"Content-Type", "application/json; charset=utf-8"});
  answer.body = bench::users_answer();
  return answer;
}

// What begins with the received body and ends with the decoded objects.
template <class Work>
double time_of(Work work) {
  auto answer = received();
  const auto begin = clock_type::now();
  const auto count = work(std::move(answer));
  const auto taken = microseconds(clock_type::now() - begin);
  if (count != std::size_t{bench::user_count}) std::abort();
  return taken;
}

std::size_t decoded_alone(vkxx::http::response answer) {
  const auto users =
      decode_answer(static_cast<const method*>(nullptr), bench::response_of(answer.body));
  return users.value().size();
}

template <bool checked_first>
std::size_t read_and_decoded(vkxx::http::response answer) {
  vkxx::detail::answer_facts facts;
  if (!checked_first) facts.decoder = vkxx::detail::decoder_for<method>(vkxx::call_options{});
  const auto reply = vkxx::detail::read_answer("users.get", std::move(answer), facts);
  return vkxx::detail::decoded<method>(reply, false).value().size();
}

}  // namespace

int main() {
  // Freed memory stays with the program, as in a program that has worked for a while.
  mallopt(M_MMAP_THRESHOLD, 1 << 30);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  std::vector<double> alone, light, checked;
  // In turns, so that what else the machine does falls on all of them.
  for (int i = 0; i < rounds; ++i) {
    alone.push_back(time_of(decoded_alone));
    light.push_back(time_of(read_and_decoded<false>));
    checked.push_back(time_of(read_and_decoded<true>));
  }
  const auto show = [&](const char* name, std::vector<double>& times) {
    std::sort(times.begin(), times.end());
    const auto middle = times.size() / 2;
    std::printf("%-32s best %7.1f us (%.2f)   median %7.1f us (%.2f)\n", name, times[0],
                times[0] / alone[0], times[middle], times[middle] / alone[middle]);
  };
  show("the decoder alone", alone);
  show("a typed call", light);
  show("the same, checked before", checked);
}
