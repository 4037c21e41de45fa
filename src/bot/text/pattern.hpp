// Patterns of texts: "my name is <name> and I am <age:int>".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vkxx/bot/captures.hpp>

namespace vkxx::detail {

class text_pattern {
 public:
  // Throws `usage_exception` if it is malformed.
  text_pattern(std::string_view form, bool yo_as_ye);

  // Whether the whole text fits; then the parts are added to `found`.
  [[nodiscard]] bool match(std::string_view text, captures& found) const;

 private:
  enum class part_type { literal, space, text, word, integer, real };
  struct part {
    part_type type;
    std::string text;  // of a literal, folded; else the name
  };
  struct attempt;

  void add_literal(std::string_view text);
  void add_capture(std::string_view inside, std::string_view form);

  std::vector<part> parts_;
  bool yo_as_ye_;
};

}  // namespace vkxx::detail
