// Keyboards and carousels: their JSON, and each limit of VK.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <vkxx/messages/carousel.hpp>
#include <vkxx/messages/keyboard.hpp>

namespace vkxx {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string letters(std::size_t count) {
  return std::string(count, 'x');
}

keyboard with_buttons(keyboard start, std::size_t rows, std::size_t columns) {
  for (std::size_t row = 0; row < rows; ++row) {
    start.row();
    for (std::size_t column = 0; column < columns; ++column) start.text("b");
  }
  return start;
}

TEST(Keyboard, HasTheFormOfVk) {
  auto shop = keyboard::under_message();
  shop.callback("Tea", payload{"buy"}.set("item", "tea"), color::positive).row();
  shop.link("Site", "https://example.org").row().location().vk_pay("action=x");
  shop.row().open_app("App", app_id{5}, group_id{7}, "page");
  EXPECT_EQ(shop.to_json(),
            R"({"inline":true,"buttons":[[{"action":{"type":"callback","label":"Tea",)"
            R"("payload":"{\"command\":\"buy\",\"item\":\"tea\"}"},"color":"positive"}],)"
            R"([{"action":{"type":"open_link","label":"Site","link":"https://example.org"}}],)"
            R"([{"action":{"type":"location"}},{"action":{"type":"vkpay","hash":"action=x"}}],)"
            R"([{"action":{"type":"open_app","label":"App","app_id":5,"owner_id":-7,)"
            R"("hash":"page"}}]]})");
  EXPECT_THAT(shop.problems(), IsEmpty());
  EXPECT_EQ(keyboard::persistent().one_time().text("Yes", color::primary).to_json(),
            R"({"one_time":true,"buttons":[[{"action":{"type":"text","label":"Yes"},)"
            R"("color":"primary"}]]})");
  EXPECT_EQ(keyboard::none().to_json(), R"({"one_time":false,"buttons":[]})");
  EXPECT_THAT(keyboard::none().problems(), IsEmpty());
}

TEST(Keyboard, HasRowsOnlyWithButtons) {
  const auto shown = keyboard::persistent().row().text("a").row().row().text("b").row();
  EXPECT_EQ(shown.rows().size(), 2U);
}

TEST(Keyboard, ArrangesAGrid) {
  const std::vector<std::string> labels{"1", "2", "3", "4", "5"};
  const auto shown = keyboard::persistent().text("first").grid(labels, 2).text("last");
  std::vector<std::size_t> sizes;
  for (const auto& row : shown.rows()) sizes.push_back(row.size());
  EXPECT_THAT(sizes, ElementsAre(1, 2, 2, 1, 1));
  EXPECT_EQ(shown.rows()[2][1].label(), "4");

  const std::vector<std::pair<std::string, payload>> pairs{{"Tea", payload{"tea"}}};
  EXPECT_EQ(keyboard::persistent().grid(pairs, 3).rows()[0][0].payload().slug(), "tea");
  const std::vector<int> numbers{7, 8};
  const auto counted = keyboard::under_message().grid(numbers, 1, [](int number) {
    return button::callback(std::to_string(number), payload{"n"}.set("n", number));
  });
  EXPECT_EQ(counted.rows()[1][0].payload().number("n"), 8);
}

TEST(Keyboard, HasTheLimitsOfItsKind) {
  EXPECT_THAT(with_buttons(keyboard::persistent(), 8, 5).problems(), IsEmpty());
  EXPECT_THAT(with_buttons(keyboard::persistent(), 10, 4).problems(), IsEmpty());
  EXPECT_THAT(with_buttons(keyboard::persistent(), 11, 1).problems(),
              ElementsAre("persistent keyboard: it has 11 rows; VK takes 10"));
  EXPECT_THAT(with_buttons(keyboard::persistent(), 9, 5).problems(),
              ElementsAre("persistent keyboard: it has 45 buttons; VK takes 40"));
  EXPECT_THAT(with_buttons(keyboard::under_message(), 2, 5).problems(), IsEmpty());
  EXPECT_THAT(with_buttons(keyboard::under_message(), 6, 1).problems(), IsEmpty());
  EXPECT_THAT(with_buttons(keyboard::under_message(), 7, 1).problems(),
              ElementsAre("keyboard under a message: it has 7 rows; VK takes 6"));
  EXPECT_THAT(with_buttons(keyboard::under_message(), 3, 4).problems(),
              ElementsAre("keyboard under a message: it has 12 buttons; VK takes 10"));
  EXPECT_THAT(keyboard::under_message().problems(),
              ElementsAre("keyboard under a message: it has no buttons"));
  EXPECT_THAT(keyboard::under_message().one_time().text("a").problems(),
              ElementsAre("keyboard under a message: one_time is for persistent keyboards"));
  EXPECT_THAT(with_buttons(keyboard::persistent(), 1, 6).problems(),
              ElementsAre("row 1 (it begins with \"b\"): it has 6 buttons; VK takes 5 in a row"));
}

TEST(Keyboard, HasWideButtons) {
  EXPECT_THAT(keyboard::persistent().location().vk_pay("h").problems(), IsEmpty());
  EXPECT_THAT(keyboard::persistent().text("a").text("b").location().problems(),
              ElementsAre(HasSubstr("wide")));
}

TEST(Keyboard, NamesTheButtonThatIsWrong) {
  const auto problems_of = [](button shown) { return shown.problems(); };
  EXPECT_THAT(problems_of(button::text(letters(40))), IsEmpty());
  EXPECT_THAT(keyboard::persistent().text("ok").row().text(letters(41)).problems(),
              ElementsAre("button \"" + letters(41) +
                          "\": the label has 41 characters; VK takes 40 (row 2)"));
  // In UTF-16 units: 20 emoji are 40 characters.
  std::string emoji;
  for (int count = 0; count < 20; ++count) emoji += "\U0001F600";
  EXPECT_THAT(problems_of(button::text(emoji)), IsEmpty());
  EXPECT_THAT(problems_of(button::text(emoji + "x")), ElementsAre(HasSubstr("41 characters")));
  EXPECT_THAT(problems_of(button::text("")), ElementsAre("button \"\": it has no label"));
  EXPECT_THAT(problems_of(button::text("\xff")), ElementsAre(HasSubstr("not UTF-8")));
  EXPECT_THAT(problems_of(button::link("Site", "example.org")),
              ElementsAre("button \"Site\": the address has to begin with https:// or http://"));
  EXPECT_THAT(problems_of(button::vk_pay("")), ElementsAre(HasSubstr("vkpay button: the hash")));
  EXPECT_THAT(problems_of(button::open_app("App", app_id{})), ElementsAre(HasSubstr("\"App\"")));
  EXPECT_THAT(problems_of(button::callback("Tea", payload{letters(250)})),
              ElementsAre(HasSubstr("button \"Tea\": the payload has 264 bytes")));
}

carousel_element card(std::string_view title = "Tea") {
  return carousel_element{title, "Green"}.add(button::text("Buy"));
}

TEST(Carousel, HasTheFormOfVk) {
  const auto shown = carousel{}.add(card().photo("photo-1_2_key").open_link("https://example.org"));
  EXPECT_EQ(shown.to_json(),
            R"({"type":"carousel","elements":[{"title":"Tea","description":"Green",)"
            R"("photo_id":"-1_2","action":{"type":"open_link","link":"https://example.org"},)"
            R"("buttons":[{"action":{"type":"text","label":"Buy"},"color":"secondary"}]}]})");
  EXPECT_THAT(shown.problems(), IsEmpty());
}

TEST(Carousel, HasLimits) {
  carousel shown;
  EXPECT_THAT(shown.problems(), ElementsAre("carousel: it has 0 cards; VK takes 1 to 10"));
  for (int count = 0; count < 10; ++count) shown.add(card());
  EXPECT_THAT(shown.problems(), IsEmpty());
  EXPECT_THAT(shown.add(card()).problems(),
              ElementsAre("carousel: it has 11 cards; VK takes 1 to 10"));
}

TEST(Carousel, NamesTheCardThatIsWrong) {
  const auto problems_of = [](const carousel_element& some) { return some.problems(); };
  EXPECT_THAT(problems_of(card(letters(80))), IsEmpty());
  EXPECT_THAT(problems_of(card(letters(81))),
              ElementsAre("the title has 81 characters; VK takes 80"));
  EXPECT_THAT(problems_of(carousel_element{"t", letters(81)}.add(button::text("b"))),
              ElementsAre("the description has 81 characters; VK takes 80"));
  EXPECT_THAT(problems_of(carousel_element{}.add(button::text("b"))),
              ElementsAre("it has neither a title nor a photo"));
  EXPECT_THAT(problems_of(carousel_element{"t"}), ElementsAre("it has 0 buttons; VK takes 1 to 3"));
  EXPECT_THAT(problems_of(card().add(button::text("2")).add(button::text("3"))), IsEmpty());
  EXPECT_THAT(
      problems_of(card().add(button::text("2")).add(button::text("3")).add(button::text("4"))),
      ElementsAre("it has 4 buttons; VK takes 1 to 3"));
  EXPECT_THAT(problems_of(card().photo("cat.jpg")), ElementsAre(HasSubstr("cat.jpg")));
  EXPECT_THAT(problems_of(card().open_photo()), ElementsAre(HasSubstr("it has none")));
  EXPECT_THAT(carousel{}.add(card("One")).add(card("Two").add(button::text("b"))).problems(),
              ElementsAre(HasSubstr("card 2 (\"Two\"): it differs from the first card")));
  EXPECT_THAT(carousel{}.add(card("One")).add(card("")).problems().size(), 2U);
}

}  // namespace
}  // namespace vkxx
