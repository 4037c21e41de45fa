/// @file
/// Options whose text is checked when it is read. Only command_line.cpp sees it, for CLI11 takes
/// long to compile.
#pragma once

#include <CLI/App.hpp>
#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "command_line/numbers.hpp"
#include "command_line/spelling.hpp"
#include "output/output.hpp"

namespace vkxx::cli {

// What an option's number is stored as.
template <class Integer>
struct integer_in {
  using type = Integer;
};
template <class Integer>
struct integer_in<std::optional<Integer>> {
  using type = Integer;
};

inline std::string unknown_word(const std::string& text,
                                const std::vector<std::string_view>& words) {
  std::string known;
  for (const auto word : words) {
    known += (known.empty() ? "" : word == words.back() ? " or " : ", ") + std::string{word};
  }
  const auto meant = did_you_mean(nearest(text, words));
  constexpr std::size_t longest = 30;
  const auto shown = text.size() > longest ? std::string{} : ", not \"" + printable(text) + '"';
  return "expected " + known + shown + (meant.empty() ? "" : "; " + meant);
}

// `1,2`
inline std::vector<std::int64_t> read_ids(const std::string& text) {
  std::vector<std::int64_t> ids;
  std::size_t begin = 0;
  for (;;) {
    const auto comma = std::min(text.find(',', begin), text.size());
    ids.push_back(read_integer(std::string_view{text}.substr(begin, comma - begin), 1,
                               std::numeric_limits<std::int64_t>::max(), "ids"));
    if (comma == text.size()) return ids;
    begin = comma + 1;
  }
}

// What `read` makes of the option's text; it throws `std::invalid_argument` for what is none.
template <class Value, class Read>
CLI::Option* add_read(CLI::App& app, const std::string& name, Value& target, Read read,
                      const char* type, const char* about) {
  auto label = name;
  return app
      .add_option_function<std::string>(
          name,
          [&target, read, label](const std::string& text) {
            try {
              target = read(text);
            } catch (const std::invalid_argument& failure) {
              throw CLI::ValidationError{label, failure.what()};
            }
          },
          about)
      ->type_name(type);
}

// One of a few words, which stand in the order in which they are told.
template <class Text>
CLI::Option* add_word(CLI::App& app, const std::string& name, Text& target,
                      std::vector<std::string_view> words, const char* type, const char* about) {
  return add_read(
      app, name, target,
      [words = std::move(words)](const std::string& text) {
        if (std::ranges::find(words, text) != words.end()) return text;
        throw std::invalid_argument{unknown_word(text, words)};
      },
      type, about);
}

inline CLI::Option* add_seconds(CLI::App& app, const std::string& name,
                                std::optional<double>& target, const char* about) {
  // What the client's clock can count, and no accident (0, nan, inf).
  return add_read(
      app, name, target,
      [](const std::string& text) { return read_real(text, 0.001, 86'400, "seconds"); }, "SECONDS",
      about);
}

template <class Integer>
CLI::Option* add_integer(CLI::App& app, const std::string& name, Integer& target,
                         std::int64_t least, std::int64_t most, const char* type, const char* about,
                         const char* unit = "a number") {
  return add_read(
      app, name, target,
      [least, most, unit](const std::string& text) {
        using value = typename integer_in<Integer>::type;
        return static_cast<value>(read_integer(text, least, most, unit));
      },
      type, about);
}

inline CLI::Option* add_port(CLI::App& app, std::uint16_t& target, const char* about) {
  return add_integer(app, "--port", target, 0, 65'535, "PORT", about, "a port");
}

inline CLI::Option* add_seed(CLI::App& app, const std::string& name, std::uint64_t& target,
                             const char* about) {
  return add_read(
      app, name, target,
      [](const std::string& text) {
        return read_unsigned(text, 0, std::numeric_limits<std::uint64_t>::max());
      },
      "N", about);
}

}  // namespace vkxx::cli
