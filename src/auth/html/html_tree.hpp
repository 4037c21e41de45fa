// An HTML page parsed by gumbo within bounds of memory and time.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <gumbo.h>

namespace vkxx::auth::detail {

// Bounded memory that is freed all at once.
class bounded_arena {
 public:
  explicit bounded_arena(std::size_t most) noexcept : most_{most} {}
  bounded_arena(const bounded_arena&) = delete;
  bounded_arena& operator=(const bounded_arena&) = delete;
  ~bounded_arena();

  // Null if the bound would be exceeded.
  [[nodiscard]] void* take(std::size_t size) noexcept;

 private:
  struct block;
  block* blocks_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
  std::size_t most_;
};

// The elements of a page, in document order.
class html_tree {
 public:
  html_tree();

  // False if the page would exceed the bounds. Called once.
  [[nodiscard]] bool parse(std::string_view html);
  // Calls `seen` for each element before its children and `left` after them. Not recursive, so that
  // the depth of a page does not matter.
  void walk(const std::function<void(const GumboElement&)>& seen,
            const std::function<void(const GumboElement&)>& left) const;

  [[nodiscard]] static std::optional<std::string_view> attribute(const GumboElement& element,
                                                                 const char* name) noexcept;
  // Whether `class` contains this word.
  [[nodiscard]] static bool has_class(const GumboElement& element, std::string_view name) noexcept;
  // The text inside with white space collapsed, at most a few hundred characters.
  [[nodiscard]] static std::string text_of(const GumboElement& element);
  // The text of a script, unchanged.
  [[nodiscard]] static std::string_view script_of(const GumboElement& element) noexcept;

 private:
  static void* allocate(void* tree, std::size_t size);
  static void release(void*, void*) {}

  bounded_arena memory_;
  std::jmp_buf too_much_{};
  GumboOutput* output_ = nullptr;
};

}  // namespace vkxx::auth::detail
