#include "bot/run/prometheus.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace vkxx::detail {
namespace {

class text_of_metrics {
 public:
  explicit text_of_metrics(group_id community)
      : labels_{"{community=\"" + std::to_string(community.value()) + "\"} "} {}

  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    add(std::string{name} + "_total", "counter", help, std::to_string(value));
  }
  void gauge(std::string_view name, std::string_view help, std::string value) {
    add(std::string{name}, "gauge", help, value);
  }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  void add(const std::string& name, std::string_view type, std::string_view help,
           const std::string& value) {
    const auto full = "vkxx_bot_" + name;
    text_ += "# HELP " + full + ' ';
    text_ += help;
    text_ += "\n# TYPE " + full + ' ';
    text_ += type;
    text_ += '\n' + full + labels_ + value + '\n';
  }

  std::string labels_;
  std::string text_;
};

}  // namespace

std::string prometheus_text(group_id community, const bot_metrics& bot,
                            const dispatcher_metrics& updates) {
  text_of_metrics out{community};
  out.counter("messages", "Messages that were routed.", bot.messages);
  out.counter("presses", "Buttons pressed, by event.", bot.presses);
  out.counter("other_updates", "Updates of other types.", bot.others);
  out.counter("unhandled", "Updates that no handler took.", bot.unhandled);
  out.counter("failures", "Runs of handlers that failed.", bot.failures);
  out.counter("received", "Updates put into the inbox.", updates.received);
  out.counter("duplicates", "Updates that had been received before.", updates.duplicates);
  out.counter("handled", "Updates handled.", updates.handled);
  out.counter("dead_letters", "Updates that were given up.", updates.dead_letters);
  out.counter("losses", "Reported losses of updates.", updates.losses);
  out.counter("store_failures", "Operations of the store that failed.", updates.store_failures);
  out.counter("may_repeat", "Runs so late that a message may be sent twice.", updates.may_repeat);
  out.gauge("rows", "Rows of the inbox without dead letters.", std::to_string(updates.rows));
  out.gauge("lanes", "Lanes in memory.", std::to_string(updates.lanes));
  out.gauge("running", "Handlers that run.", std::to_string(updates.running));
  out.gauge("blocking", "Functions of off_loop that run.", std::to_string(bot.blocking));
  out.gauge("paused", "Whether sources wait for space in the inbox.", updates.paused ? "1" : "0");
  const std::chrono::duration<double> lag = updates.lag;
  out.gauge("lag_seconds", "From receipt to the end of the last handler.",
            std::to_string(lag.count()));
  return out.text();
}

}  // namespace vkxx::detail
