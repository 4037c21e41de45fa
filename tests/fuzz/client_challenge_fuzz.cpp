// Challenges and answers as JSON that came from elsewhere; and the redaction of any text.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include <vkxx/client/challenge.hpp>
#include <vkxx/core/redaction.hpp>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto challenge = vkxx::challenge::from_json(text)) {
    const auto written = challenge->to_json();
    const auto again = vkxx::challenge::from_json(written);
    if (!again || again->to_json() != written) std::abort();
  }
  if (const auto answer = vkxx::challenge_answer::from_json(text)) {
    const auto again = vkxx::challenge_answer::from_json(answer->to_json());
    if (!again || again->what() != answer->what() || !(again->text() == answer->text())) {
      std::abort();
    }
  }
  static_cast<void>(vkxx::redacted_text(text));
  return 0;
}
