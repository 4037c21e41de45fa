// A walk through all objects of the schema; the list itself is generated.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

#include <vkxx/objects/decode.hpp>

namespace vkxx::tests {

class object_visitor {
 public:
  virtual ~object_visitor() = default;

  template <class T>
  void object(std::string_view name) {
    static_assert(!std::is_aggregate_v<T>, "g++ 12 miscompiles aggregates in co_await");
    static_assert(std::is_nothrow_move_constructible_v<T>);
    T value;
    visit(name, detail::codec_for<T>(), &value, [](void* used) { *static_cast<T*>(used) = T{}; });
  }

 protected:
  using reset = void (*)(void* value);
  // `value` is empty, and of the type of `codec`; `empty` makes it so again.
  virtual void visit(std::string_view name, const detail::codec& codec, void* value,
                     reset empty) = 0;
};

void every_object(object_visitor& visitor);

}  // namespace vkxx::tests
