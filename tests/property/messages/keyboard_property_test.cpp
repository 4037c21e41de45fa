// What has no problems, the emulator takes, which was written from VK's documentation by itself.
#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <string>

#include <vkxx/messages/carousel.hpp>
#include <vkxx/messages/keyboard.hpp>

#include "emulator/api/api_failure.hpp"
#include "emulator/world/content/keyboard.hpp"

namespace vkxx {
namespace {

class random_keyboards {
 public:
  explicit random_keyboards(std::uint64_t seed) : random_{seed} {}

  std::size_t number(std::size_t first, std::size_t last) {
    return std::uniform_int_distribution<std::size_t>{first, last}(random_);
  }
  bool rarely() { return number(0, 15) == 0; }
  std::string label(std::size_t longest) {
    return std::string(rarely() ? longest + number(0, 1) : number(rarely() ? 0 : 1, 9), 'x');
  }
  payload some_payload() {
    if (number(0, 2) == 0) return {};
    return payload{"p"}.set("t", std::string(rarely() ? 233 + number(0, 1) : number(0, 9), 'y'));
  }
  button some_button() {
    const auto shade = static_cast<color>(number(0, 3));
    switch (number(0, 11)) {
      case 0:
        return button::location(some_payload());
      case 1:
        return button::vk_pay(rarely() ? "" : "action=x", some_payload());
      case 2:
        return button::open_app(label(40), app_id{5}, owner_id{static_cast<int>(number(0, 1))},
                                number(0, 1) == 0 ? "" : "page", some_payload());
      case 3:
        return button::link(label(40), "https://example.org", some_payload());
      case 4:
        return button::callback(label(40), some_payload(), shade);
      default:
        return button::text(label(40), some_payload(), shade);
    }
  }
  keyboard some_keyboard() {
    auto shown = number(0, 1) == 0 ? keyboard::under_message() : keyboard::persistent();
    if (rarely()) shown.one_time();
    const auto rows = rarely() ? number(6, 11) : number(0, 4);
    for (std::size_t row = 0; row < rows; ++row) {
      shown.row();
      for (auto count = rarely() ? number(5, 6) : number(0, 3); count != 0; --count)
        shown.add(some_button());
    }
    return shown;
  }
  carousel some_carousel() {
    carousel shown;
    const bool photo = number(0, 1) == 0;
    const auto buttons = number(rarely() ? 0 : 1, rarely() ? 4 : 3);
    for (auto cards = rarely() ? number(10, 11) : number(rarely() ? 0 : 1, 3); cards != 0;
         --cards) {
      carousel_element card{label(80), rarely() ? "" : "Green"};
      if (photo != rarely()) card.photo("-1_2").open_photo();
      for (std::size_t count = 0; count < buttons; ++count) card.add(some_button());
      shown.add(std::move(card));
    }
    return shown;
  }

 private:
  std::mt19937_64 random_;
};

template <class Check>
std::string refusal_of(Check check) {
  try {
    static_cast<void>(check());
  } catch (const emulation::detail::api_failure& failure) {
    return failure.message;
  }
  return {};
}

TEST(KeyboardProperty, WithoutProblemsIsTaken) {
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const auto shown = random_keyboards{seed}.some_keyboard();
    const auto refusal =
        refusal_of([&] { return emulation::detail::check_keyboard(shown.to_json(), -1, true); });
    if (shown.problems().empty()) {
      ++taken;
      ASSERT_EQ(refusal, "") << seed << ' ' << shown.to_json();
    }
    if (!refusal.empty()) ++refused;
  }
  EXPECT_GT(taken, 1000U);
  EXPECT_GT(refused, 300U);
}

TEST(CarouselProperty, WithoutProblemsIsTaken) {
  std::size_t taken = 0;
  std::size_t refused = 0;
  for (std::uint64_t seed = 0; seed < 4000; ++seed) {
    const auto shown = random_keyboards{seed}.some_carousel();
    const auto refusal =
        refusal_of([&] { return emulation::detail::check_carousel(shown.to_json(), true); });
    if (shown.problems().empty()) {
      ++taken;
      ASSERT_EQ(refusal, "") << seed << ' ' << shown.to_json();
    }
    if (!refusal.empty()) ++refused;
  }
  EXPECT_GT(taken, 500U);
  EXPECT_GT(refused, 300U);
}

}  // namespace
}  // namespace vkxx
