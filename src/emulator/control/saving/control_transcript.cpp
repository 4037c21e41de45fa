// Transcripts, and their replay.
#include <algorithm>
#include <boost/json/object.hpp>
#include <chrono>
#include <memory>

#include "emulator/control/control_reply.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/methods/method.hpp"
#include "emulator/service.hpp"
#include "emulator/transcript/replay.hpp"
#include "emulator/transcript/transcript.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr std::size_t largest_transcript = std::size_t{8} << 20U;
constexpr std::chrono::minutes longest_replay{10};
constexpr std::chrono::milliseconds replay_pause{20};

}  // namespace

std::string service::transcript_lines(std::uint64_t since) const {
  const std::lock_guard lock{mutex_};
  return as_json_lines(transcript_since(stage_->state, since).lines);
}

answer service::control_transcript(const http_message& message) const {
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto since = whole_number(query.find("since").value_or("0"));
  const auto format = query.find("format").value_or("jsonl");
  if (!since || *since < 0) return complaint(400, "since is the number of an event");
  if (format != "jsonl" && format != "cpp" && format != "python")
    return complaint(400, "format is jsonl, cpp or python");
  std::unique_lock lock{mutex_};
  const auto lines = transcript_since(stage_->state, static_cast<std::uint64_t>(*since)).lines;
  lock.unlock();
  answer result;
  result.content_type = "text/plain; charset=utf-8";
  result.body = format == "jsonl" ? as_json_lines(lines)
                : format == "cpp" ? as_cpp_test(lines)
                                  : as_python_test(lines);
  return result;
}

// A program has come when it polls, or its server has confirmed.
bool service::has_program(std::int64_t community) const {
  const std::lock_guard lock{mutex_};
  return stage_->hub.has_program(community);
}

bool service::advance_replay(replay_run& run, duration silence, bool last) {
  const auto there = std::ranges::all_of(
      run.communities(), [this](std::int64_t community) { return has_program(community); });
  const auto busy = there ? unquiet(0, silence) : std::optional<std::string>{};
  const std::lock_guard lock{mutex_};
  const auto played = run.played();
  if (!there && last)
    run.stop(stage_->state, "The bot has not come: it neither polls nor confirms a server.");
  else if (busy && last)
    run.stop(stage_->state, "The bot was not quiet in time: " + *busy + ".");
  else if (there && !busy)
    run.play(stage_->state, control_context());
  // Calls of a bot may not follow: what users did is kept all the same.
  if (run.played() != played) {
    report_whole();
  }
  if (last) run.stop(stage_->state, "The time was over before the last line.");
  return run.ended();
}

routed service::control_replay(const http_message& message) {
  if (message.method != "POST") return complaint(405, "POST replays the lines of the body");
  if (message.body.size() > largest_transcript)
    return complaint(413, "a transcript has at most 8 MiB");
  const argument_list query{read_urlencoded(query_of(message.target))};
  const auto silence = read_span(query.find("for").value_or("200ms"));
  const auto wait = read_span(query.find("wait").value_or("60s"));
  if (!silence || !wait || *wait > longest_replay || *silence > longest_replay)
    return complaint(400, "for and wait are times such as 200ms or 60s, up to 10 minutes");
  std::shared_ptr<replay_run> run;
  try {
    run = std::make_shared<replay_run>(message.body);
  } catch (const std::invalid_argument& failure) {
    return complaint(400, failure.what());
  }
  pending_answer pending;
  pending.channel = "quiet";
  pending.until = std::chrono::steady_clock::now() + *wait;
  pending.pause = replay_pause;
  pending.attempt = [this, run, span = *silence](bool last) -> std::optional<answer> {
    if (!advance_replay(*run, span, last)) return std::nullopt;
    const auto outcome = run->outcome();
    return control_reply(json::object{
        {"same", outcome.same()}, {"difference", outcome.difference()}, {"played", run->played()}});
  };
  return pending;
}

}  // namespace vkxx::emulation::detail
