#!/usr/bin/env python3
"""Gives check_interfaces.py small headers with one fault each."""

import unittest

from check_interfaces import options_faults, sections_faults

SOUND_OPTIONS = """\
class limits {
 public:
  limits& off() noexcept;
  limits& jitter(duration most) noexcept;
  limits& add_rule(int rule);
  [[nodiscard]] duration jitter() const noexcept { return jitter_; }

 private:
  duration jitter_;
};
"""

SOUND_CALL = """\
class client {
 public:
  /// Calls.
  ///
  /// Completion: the reply. Errors: all. Cancellation: all types. Lifetime: owns all. Executor: the
  /// caller's.
  template <class M>
  [[nodiscard]] asio::awaitable<reply> call(M method) const;
  [[nodiscard]] asio::awaitable<reply> call(M method, call_options options) const;
  /// As `call`, several in one.
  [[nodiscard]] asio::awaitable<reply> execute(M method) const;

 private:
  asio::awaitable<reply> send(request request) const;
};
"""


class OptionsTest(unittest.TestCase):
    def assert_one_fault(self, text, expected, name="client/limits.hpp"):
        faults = options_faults(name, text)
        self.assertEqual(len(faults), 1, faults)
        self.assertIn(expected, faults[0][1])

    def test_a_sound_class_has_no_faults(self):
        self.assertEqual(options_faults("client/limits.hpp", SOUND_OPTIONS), [])

    def test_a_setter_without_a_getter(self):
        text = SOUND_OPTIONS.replace("duration jitter() const", "duration jitter_span() const")
        self.assert_one_fault(text, "limits::jitter has no getter")

    def test_a_getter_that_is_private(self):
        text = SOUND_OPTIONS.replace("  [[nodiscard]]", " private:\n  [[nodiscard]]")
        self.assert_one_fault(text, "limits::jitter has no getter")

    def test_a_setter_that_looks_like_a_getter(self):
        text = SOUND_OPTIONS.replace("duration most)", "duration most = 1s)")
        self.assert_one_fault(text, "no default argument")

    def test_a_settings_struct(self):
        text = SOUND_OPTIONS.replace(" private:", "  struct settings {};\n private:")
        self.assert_one_fault(text, "repeats the members")

    def test_a_function_that_gives_all_values(self):
        text = SOUND_OPTIONS.replace(" private:", "  const auto& values() const;\n private:")
        self.assert_one_fault(text, "repeats the members")

    def test_a_class_that_is_no_options_class(self):
        self.assertEqual(options_faults("a.hpp", SOUND_OPTIONS.replace("limits", "error")), [])


class SectionsTest(unittest.TestCase):
    def test_sound_comments_have_no_faults(self):
        self.assertEqual(sections_faults(SOUND_CALL), [])

    def test_a_section_that_is_missing(self):
        for section in ("Completion", "Errors", "Cancellation", "Lifetime", "Executor"):
            faults = sections_faults(SOUND_CALL.replace(section, "Else"))
            self.assertTrue(faults, section)
            self.assertIn(section.lower(), faults[0][1])

    def test_a_function_without_a_comment(self):
        faults = sections_faults("asio::awaitable<void> wait(clock& time);\n")
        self.assertEqual(len(faults), 1, faults)

    def test_what_is_private_needs_no_comment(self):
        text = SOUND_CALL.replace(" private:", "  /// Nothing.\n  int f();\n private:")
        self.assertEqual(sections_faults(text), [])


if __name__ == "__main__":
    unittest.main()
