// What an upload server and a save method may send: the first byte picks the kind, the second the
// status; the rest is the answer, and the result of the save method. The beginning of a file, too.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "uploads/machine/upload_answer.hpp"
#include "uploads/machine/uploaded_builder.hpp"
#include "uploads/sources/file_type.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  using namespace vkxx::detail;
  const auto& facts = vkxx::upload_kinds()[data[0] % vkxx::upload_kind_count];
  constexpr int statuses[] = {200, 400, 413, 502};
  const int status = statuses[data[1] % 4];
  const std::string_view text{reinterpret_cast<const char*>(data + 2), size - 2};
  const auto answer = read_upload_answer(facts, status, text);
  if (answer.verdict == answer_verdict::accepted) {
    if (status != 200) std::abort();
    for (const auto& [name, value] : answer.values)
      if (name.empty() || value.empty()) std::abort();
  } else if (answer.reason.empty()) {
    std::abort();
  }
  const auto result = uploaded_builder::build(facts, {text, text, text, 1}, answer);
  if (result) {
    for (const auto& object : result->objects())
      if (object.type.empty() || object.id <= 0 || object.owner.value() == 0) std::abort();
    if (result->objects().size() > 1) std::abort();
  } else if (result.error().effect() != vkxx::request_effect::executed) {
    std::abort();
  }
  const auto restored = uploaded_builder::restored(facts.kind, text);
  if (restored && restored->objects().empty()) std::abort();
  static_cast<void>(type_of(text));
  static_cast<void>(size_of_picture(text));
  return 0;
}
