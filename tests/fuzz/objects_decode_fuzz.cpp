// Any bytes as an answer of any type: what is read can be written, and read again to the same.
//
// Input: two bytes that choose the object, then the JSON.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "unit/objects/every_object.hpp"

namespace {

class chosen_object : public vkxx::tests::object_visitor {
 public:
  chosen_object(std::size_t chosen, std::string_view json) : chosen_{chosen}, json_{json} {}

 private:
  void visit(std::string_view, const vkxx::detail::codec& value_codec, void* value,
             reset empty) override {
    if (at_++ != chosen_) return;
    vkxx::decode_options options;
    options.strict = chosen_ % 7 == 0;
    options.keep_raw = chosen_ % 5 == 0;
    if (!vkxx::detail::read_document(json_, false, value_codec, value, options)) return;
    const auto written = vkxx::detail::write_document(value_codec, value);
    empty(value);
    if (!vkxx::detail::read_document(written, false, value_codec, value, {})) std::abort();
    if (vkxx::detail::write_document(value_codec, value) != written) std::abort();
  }

  std::size_t chosen_, at_ = 0;
  std::string_view json_;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::size_t chosen = (data[0] * std::size_t{256} + data[1]) % 510;
  chosen_object test{chosen, {reinterpret_cast<const char*>(data) + 2, size - 2}};
  vkxx::tests::every_object(test);
  return 0;
}
