#include "bench/bench_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <iterator>
#include <numeric>
#include <utility>
#include <vkxx/core/printable.hpp>

namespace vkxx::cli {
namespace {

namespace json = boost::json;

constexpr double calls_in_a_batch = 25;
// More would be drawn over each other.
constexpr std::size_t most_points = 800;

std::optional<double> quotient(double number, double by) {
  if (by <= 0) return std::nullopt;
  return number / by;
}

std::optional<double> share(double rate, std::optional<double> limit) {
  return limit ? quotient(rate, *limit) : std::nullopt;
}

// The numbers of the table and of the object, in one place.
struct figures {
  explicit figures(const bench_facts& facts) {
    const auto& seen = facts.seen;
    const auto count = [](auto number) { return static_cast<double>(number); };
    request_rate = quotient(count(seen.requests), seen.seconds).value_or(0);
    call_rate = quotient(count(seen.answered), seen.seconds).value_or(0);
    request_share = share(request_rate, facts.limit);
    call_share = share(call_rate, facts.call_limit());
    queued = quotient(std::chrono::duration<double>{seen.counted.queued}.count(),
                      count(seen.counted.attempts));
    cpu = quotient(seen.cpu_seconds, count(seen.answered + seen.failed));
    const auto& sizes = seen.counted.batch_sizes;
    std::uint64_t batched = 0;
    for (std::size_t size = 0; size < sizes.size(); ++size) batched += size * sizes[size];
    batch_size = quotient(count(batched), count(seen.counted.batches));
  }

  double request_rate;
  double call_rate;
  std::optional<double> request_share;
  std::optional<double> call_share;
  std::optional<double> queued;      // seconds, mean of a request
  std::optional<double> cpu;         // seconds
  std::optional<double> batch_size;  // mean
};

std::string percent(std::optional<double> part) {
  return part ? fmt::format("{:.1f} %", 100 * *part) : "-";
}

std::string time_text(std::optional<double> seconds) {
  if (!seconds) return "-";
  if (*seconds >= 1) return fmt::format("{:.2f} s", *seconds);
  if (*seconds >= 0.001) return fmt::format("{:.1f} ms", 1e3 * *seconds);
  return fmt::format("{:.1f} us", 1e6 * *seconds);
}

std::string plural(std::size_t count, const char* singular) {
  return fmt::format("{} {}{}", count, singular, count == 1 ? "" : "s");
}

std::string load_text(const bench_facts& facts) {
  return fmt::format("{}{}, {} token, {}, {:.1f} s", printable(facts.method),
                     facts.batched ? " in batches" : "", facts.kind,
                     plural(facts.callers, "caller"), facts.seen.seconds);
}

std::string emulator_text(const bench_facts& facts) {
  if (!facts.emulator.empty()) return printable(facts.emulator);
  auto text = fmt::format("inside this program, answers after {} ms", facts.latency_ms);
  if (facts.faults > 0) text += fmt::format(", {:.4g} % of each fault", 100 * facts.faults);
  return text;
}

std::string limit_text(const bench_facts& facts) {
  if (!facts.limit) return "lifted";
  auto text = fmt::format("{:.4g} requests a second", *facts.limit);
  if (facts.batched) text += fmt::format(", {:.4g} calls", *facts.call_limit());
  return text;
}

json::value number_or_null(std::optional<double> number) {
  return number ? json::value(*number) : json::value(nullptr);
}

json::object times_in_milliseconds(const time_samples& times) {
  json::object object;
  for (const auto& [name, part] :
       {std::pair{"median", 0.5}, {"p95", 0.95}, {"p99", 0.99}, {"longest", 1.0}}) {
    object[name] =
        times.size() == 0 ? json::value(nullptr) : json::value(1e3 * times.quantile(part));
  }
  return object;
}

std::optional<double> in_units(std::optional<double> seconds, double units) {
  return seconds ? std::optional{*seconds * units} : std::nullopt;
}

// For each tenth of a second, the second before it; if there are many, the minimum and the maximum
// of each group.
std::vector<chart_point> points_of(const std::vector<std::uint64_t>& counts) {
  const auto at = [](std::size_t index) {
    return 1 + static_cast<double>(index) * std::chrono::duration<double>{time_line::slot}.count();
  };
  std::vector<chart_point> points;
  const std::size_t group = std::max<std::size_t>(1, 2 * counts.size() / most_points);
  for (std::size_t first = 0; first < counts.size(); first += group) {
    const auto begin = counts.begin() + static_cast<std::ptrdiff_t>(first);
    const auto end = begin + static_cast<std::ptrdiff_t>(std::min(group, counts.size() - first));
    const auto [low, high] = std::minmax_element(begin, end);
    points.push_back({at(first), static_cast<double>(*low)});
    if (group > 1) points.push_back({at(first), static_cast<double>(*high)});
  }
  return points;
}

}  // namespace

std::optional<double> bench_facts::call_limit() const {
  if (!limit) return std::nullopt;
  return batched ? *limit * calls_in_a_batch : *limit;
}

std::string bench_table(const bench_facts& facts) {
  const figures of{facts};
  const auto& seen = facts.seen;
  std::string text;
  const auto out = std::back_inserter(text);
  for (const auto& [name, value] : {std::pair{"load", load_text(facts)},
                                    {"emulator", emulator_text(facts)},
                                    {"limit", limit_text(facts)}}) {
    fmt::format_to(out, "{:<18}{}\n", name, value);
  }
  fmt::format_to(out, "\n{:<18}{:>12}{:>12}{:>15}\n", "", "count", "a second", "of the limit");
  fmt::format_to(out, "{:<18}{:>12}{:>12.2f}{:>15}\n", "requests sent", seen.requests,
                 of.request_rate, percent(of.request_share));
  fmt::format_to(out, "{:<18}{:>12}{:>12.2f}{:>15}\n", "calls answered", seen.answered,
                 of.call_rate, percent(of.call_share));
  for (const auto& [name, count] : {std::pair{"calls failed", seen.failed},
                                    {"error 6 seen", seen.counted.refusals},
                                    {"retries", seen.counted.retries}}) {
    fmt::format_to(out, "{:<18}{:>12}\n", name, count);
  }
  for (const auto& [name, count] : seen.failures) {
    fmt::format_to(out, "  failed: {} ({})\n", name, count);
  }
  if (of.batch_size) fmt::format_to(out, "{:<18}{:>12.1f}\n", "calls a batch", *of.batch_size);
  fmt::format_to(out, "\n{:<18}{:>12}{:>12}{:>15}{:>12}\n", "", "median", "p95", "p99", "longest");
  for (const auto& [name, times] :
       {std::pair{"a call", &seen.call_times}, {"a request", &seen.request_times}}) {
    const auto at = [&](double part) {
      return time_text(times->size() == 0 ? std::nullopt : std::optional{times->quantile(part)});
    };
    fmt::format_to(out, "{:<18}{:>12}{:>12}{:>15}{:>12}\n", name, at(0.5), at(0.95), at(0.99),
                   at(1));
  }
  fmt::format_to(out, "\n{:<18}{:>12}  a request, mean\n", "time queued", time_text(of.queued));
  fmt::format_to(out, "{:<18}{:>12}  a call, of the thread that made them\n", "CPU",
                 time_text(of.cpu));
  return text;
}

json::value bench_json(const bench_facts& facts) {
  const figures of{facts};
  const auto& seen = facts.seen;
  json::object failures;
  for (const auto& [name, count] : seen.failures) failures[name] = count;
  json::object object;
  object["method"] = printable(facts.method);
  object["kind"] = facts.kind;
  object["emulator"] = facts.emulator.empty() ? json::value(nullptr) : json::value(facts.emulator);
  object["callers"] = facts.callers;
  object["batched"] = facts.batched;
  object["seconds"] = seen.seconds;
  object["latency_ms"] = facts.latency_ms;
  object["faults"] = facts.faults;
  object["limit"] = json::object{{"requests_a_second", number_or_null(facts.limit)},
                                 {"calls_a_second", number_or_null(facts.call_limit())}};
  object["requests"] = json::object{{"sent", seen.requests},
                                    {"a_second", of.request_rate},
                                    {"of_the_limit", number_or_null(of.request_share)}};
  object["calls"] = json::object{{"answered", seen.answered},
                                 {"failed", seen.failed},
                                 {"a_second", of.call_rate},
                                 {"of_the_limit", number_or_null(of.call_share)}};
  object["failures"] = std::move(failures);
  object["error_6"] = seen.counted.refusals;
  object["retries"] = seen.counted.retries;
  object["calls_a_batch"] = number_or_null(of.batch_size);
  object["call_ms"] = times_in_milliseconds(seen.call_times);
  object["request_ms"] = times_in_milliseconds(seen.request_times);
  object["queued_ms"] = number_or_null(in_units(of.queued, 1e3));
  object["cpu_us"] = number_or_null(in_units(of.cpu, 1e6));
  return object;
}

chart bench_chart(const bench_facts& facts) {
  const auto& seen = facts.seen;
  chart chart;
  chart.title = load_text(facts);
  chart.x_label = "seconds since the start";
  chart.y_label = facts.batched ? "calls a second" : "requests a second";
  chart.x_end = std::max(seen.seconds, 0.1);
  chart.line_name =
      facts.batched ? "calls answered in the last second" : "requests sent in the last second";
  chart.line =
      points_of((facts.batched ? seen.calls_answered : seen.requests_sent).seconds(seen.seconds));
  if (const auto limit = facts.call_limit()) {
    chart.limit_name = fmt::format("limit: {:.4g}", *limit);
    chart.limit = *limit;
  }
  const auto& refused = seen.refusals.slots();
  for (std::size_t i = 0; i < refused.size(); ++i) {
    if (refused[i] == 0) continue;
    const std::chrono::duration<double> at = time_line::slot * static_cast<std::int64_t>(i);
    chart.marks.push_back({std::min(at.count(), chart.x_end), 0});
  }
  if (!chart.marks.empty()) chart.marks_name = fmt::format("error 6: {}", seen.counted.refusals);
  return chart;
}

}  // namespace vkxx::cli
