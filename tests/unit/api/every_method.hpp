// A walk through all methods, each with every parameter set; the list itself is generated.
#pragma once

#include <cstddef>
#include <string_view>
#include <type_traits>

#include <vkxx/api/method.hpp>

namespace vkxx::tests {

class method_visitor {
 public:
  virtual ~method_visitor() = default;

  template <class M>
  void operator()(const M& called, std::string_view answer, std::size_t parameters) {
    static_assert(method_class<M>);
    static_assert(!std::is_aggregate_v<M>, "g++ 12 miscompiles aggregates in co_await");
    typename M::result_type value{};
    visit(called, M::facts, answer, parameters, detail::codec_for<typename M::result_type>(),
          &value, [](void* used) { *static_cast<typename M::result_type*>(used) = {}; });
  }

 protected:
  using reset = void (*)(void* value);
  // `called` has `parameters` parameters and is answered in the form `answer`; `value` is empty and
  // of the type of `codec`; `empty` makes it so again.
  virtual void visit(const typed_method& called, const method_facts& facts, std::string_view answer,
                     std::size_t parameters, const detail::codec& codec, void* value,
                     reset empty) = 0;
};

void every_method(method_visitor& visitor);

}  // namespace vkxx::tests
