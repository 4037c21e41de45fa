// Transcripts of strangers: refused by line, or played to their end against nobody.
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include "emulator/transcript/replay.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace vkxx::emulation::detail;
  world state;
  std::int64_t time_ms = 1'700'000'000'000;
  try {
    replay_run run{{reinterpret_cast<const char*>(data), size}};
    // Each call plays a line at least.
    while (!run.ended()) run.play(state, {++time_ms, {cause_kind::control, 0}});
    const auto lines = transcript_since(state, 0).lines;
    static_cast<void>(as_cpp_test(lines));
    static_cast<void>(as_python_test(lines));
    static_cast<void>(read_json_lines(as_json_lines(lines)));
  } catch (const std::invalid_argument&) {  // NOLINT(bugprone-empty-catch): a line is wrong
  }
  return 0;
}
