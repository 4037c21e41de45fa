#include "bot/metrics/prometheus.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <functional>
#include <string_view>

namespace vkxx::detail {
namespace {

// One metric after another, each with all of its samples.
class text_of_metrics {
 public:
  void begin(std::string_view name, std::string_view type, std::string_view help) {
    name_ = "vkxx_bot_";
    name_ += name;
    text_ += "# HELP " + name_ + ' ';
    text_ += help;
    text_ += "\n# TYPE " + name_ + ' ';
    text_ += type;
    text_ += '\n';
  }
  // `labels`: `{…}`, or nothing.
  void sample(const std::string& labels, const std::string& value, std::string_view suffix = {}) {
    text_ += name_;
    text_ += suffix;
    text_ += labels + ' ' + value + '\n';
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string name_;
  std::string text_;
};

std::string number_text(double value) {
  std::array<char, 32> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), end.ptr};
}

std::string seconds_text(duration time) {
  return number_text(std::chrono::duration<double>{time}.count());
}

std::string of_community(group_id id, const std::string& more = {}) {
  return "{community=\"" + std::to_string(id.value()) + '"' + more + '}';
}

struct community_metric {
  std::string_view name;
  std::string_view type;
  std::string_view help;
  std::function<std::uint64_t(const community_numbers&)> value;
};

const std::vector<community_metric>& community_metrics() {
  using numbers = community_numbers;
  static const std::vector<community_metric> all{
      {"messages_total", "counter", "Messages that were routed.",
       [](const numbers& some) { return some.numbers.messages; }},
      {"presses_total", "counter", "Buttons pressed, by event.",
       [](const numbers& some) { return some.numbers.presses; }},
      {"other_updates_total", "counter", "Updates of other types that a handler takes.",
       [](const numbers& some) { return some.numbers.others; }},
      {"unhandled_total", "counter", "Updates that no handler took.",
       [](const numbers& some) { return some.numbers.unhandled; }},
      {"failures_total", "counter", "Runs of handlers that failed.",
       [](const numbers& some) { return some.numbers.failures; }},
      {"refused_total", "counter", "Runs that ended since their conversation takes no messages.",
       [](const numbers& some) { return some.numbers.refused; }},
      {"blocking", "gauge", "Functions of off_loop that run.",
       [](const numbers& some) { return some.numbers.blocking; }},
  };
  return all;
}

void add_communities(text_of_metrics& out, const std::vector<community_numbers>& communities) {
  for (const auto& metric : community_metrics()) {
    out.begin(metric.name, metric.type, metric.help);
    for (const auto& some : communities)
      out.sample(of_community(some.id), std::to_string(metric.value(some)));
  }
}

void add_states(text_of_metrics& out, const std::vector<community_numbers>& communities) {
  const auto add = [&](std::string_view name, std::string_view help, const auto& value) {
    out.begin(name, "gauge", help);
    for (const auto& some : communities) {
      if (some.state) out.sample(of_community(some.id), std::to_string(value(*some.state)));
    }
  };
  add("receives", "Whether the updates of the community come.",
      [](const fleet_numbers& state) { return state.running ? 1 : 0; });
  add("refusals_in_row", "How often VK refused the community since its updates came last.",
      [](const fleet_numbers& state) { return state.failures; });
  add("community_running", "Handlers of the community that run.",
      [](const fleet_numbers& state) { return state.handlers; });
}

void add_histogram(text_of_metrics& out, group_id id,
                   const std::pair<std::string, std::string>& name,
                   const latency_histogram& histogram) {
  const auto labels =
      ",type=\"" + label_value(name.first) + "\",route=\"" + label_value(name.second) + '"';
  std::uint64_t below = 0;
  for (std::size_t index = 0; index < histogram.counts.size(); ++index) {
    below += histogram.counts.at(index);
    const auto bound = index < latency_histogram::bounds.size()
                           ? number_text(latency_histogram::bounds.at(index))
                           : std::string{"+Inf"};
    out.sample(of_community(id, labels + ",le=\"" + bound + '"'), std::to_string(below), "_bucket");
  }
  out.sample(of_community(id, labels),
             number_text(std::chrono::duration<double>{histogram.sum}.count()), "_sum");
  out.sample(of_community(id, labels), std::to_string(below), "_count");
}

void add_times(text_of_metrics& out, const std::vector<community_numbers>& communities) {
  out.begin("handler_seconds", "histogram",
            "Time of handlers with their calls, by type of update and route.");
  for (const auto& some : communities) {
    for (const auto& [name, histogram] : some.times) add_histogram(out, some.id, name, histogram);
  }
}

void add_dispatcher(text_of_metrics& out, const std::string& labels,
                    const dispatcher_metrics& updates) {
  const auto add = [&](std::string_view name, std::string_view type, std::string_view help,
                       const std::string& value) {
    out.begin(name, type, help);
    out.sample(labels, value);
  };
  const auto counter = [&](const std::string& name, std::string_view help, std::uint64_t value) {
    add(name + "_total", "counter", help, std::to_string(value));
  };
  counter("received", "Updates put into the inbox.", updates.received);
  counter("duplicates", "Updates that had been received before.", updates.duplicates);
  counter("skipped", "Updates of types that no handler takes.", updates.skipped);
  counter("handled", "Updates handled.", updates.handled);
  counter("retries", "Failed runs after which the handler was to run again.", updates.retries);
  counter("dead_letters", "Updates that were given up.", updates.dead_letters);
  counter("losses", "Reported losses of updates.", updates.losses);
  counter("store_failures", "Operations of the store that failed.", updates.store_failures);
  counter("may_repeat", "Runs so late that a message may be sent twice.", updates.may_repeat);
  add("rows", "gauge", "Rows of the inbox without dead letters.", std::to_string(updates.rows));
  add("lanes", "gauge", "Lanes in memory.", std::to_string(updates.lanes));
  add("running", "gauge", "Handlers that run.", std::to_string(updates.running));
  add("paused", "gauge", "Whether sources wait for space in the inbox.",
      updates.paused ? "1" : "0");
  add("lag_seconds", "gauge", "From receipt to the end of the last handler.",
      seconds_text(updates.lag));
}

}  // namespace

std::string label_value(std::string_view text) {
  std::string escaped;
  for (const char letter : text) {
    if (letter == '\n') {
      escaped += "\\n";
      continue;
    }
    if (letter == '\\' || letter == '"') escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

community_numbers numbers_of(group_id community, const bot_counters& counters) {
  community_numbers all;
  all.id = community;
  all.numbers.messages = counters.messages;
  all.numbers.presses = counters.presses;
  all.numbers.others = counters.others;
  all.numbers.unhandled = counters.unhandled;
  all.numbers.failures = counters.failures;
  all.numbers.refused = counters.refused;
  all.numbers.blocking = counters.blocking;
  all.times = counters.times.seen();
  return all;
}

std::string prometheus_text(const std::vector<community_numbers>& communities,
                            std::optional<group_id> owner, const dispatcher_metrics& updates) {
  text_of_metrics out;
  add_communities(out, communities);
  add_times(out, communities);
  if (!owner) add_states(out, communities);
  add_dispatcher(out, owner ? of_community(*owner) : std::string{}, updates);
  return out.text();
}

}  // namespace vkxx::detail
