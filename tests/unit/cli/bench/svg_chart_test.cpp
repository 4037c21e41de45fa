#include "bench/svg_chart.hpp"

#include <gtest/gtest.h>

#include <boost/property_tree/ptree.hpp>
#include <boost/property_tree/xml_parser.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace vkxx::cli {
namespace {

using tree = boost::property_tree::ptree;

// The root element; throws if it is no XML.
tree parsed(const chart& contents) {
  std::istringstream text{to_svg(contents)};
  tree document;
  boost::property_tree::read_xml(text, document);
  return document.get_child("svg");
}

chart some_chart() {
  chart result;
  result.title = "A load";
  result.x_label = "seconds";
  result.y_label = "calls";
  result.x_end = 10;
  result.line_name = "calls in the last second";
  result.line = {{1, 0}, {5, 10}, {10, 20}};
  result.limit_name = "limit: 20";
  result.limit = 20;
  return result;
}

std::string drawn_as(const tree& svg, const std::string& name) {
  for (const auto& [element, content] : svg) {
    if (element == "path" && content.get("<xmlattr>.class", "") == name) {
      return content.get<std::string>("<xmlattr>.d");
    }
  }
  return {};
}

std::vector<std::string> texts_in(const tree& svg) {
  std::vector<std::string> found;
  for (const auto& [element, content] : svg) {
    if (element == "text") found.push_back(content.data());
    if (element == "g") found.push_back(content.get<std::string>("text"));
  }
  return found;
}

TEST(ToSvg, DrawsTheValuesWhereTheyBelong) {
  const auto svg = parsed(some_chart());
  EXPECT_EQ(svg.get<std::string>("<xmlattr>.viewBox"), "0 0 900 400");
  // The field is from 70 to 876 and from 348 up to 76; its upper end is 1.12 times the highest.
  EXPECT_EQ(drawn_as(svg, "line"), "M150.6 348.0L473.0 226.6L876.0 105.1");
  EXPECT_EQ(drawn_as(svg, "limit"), "M70 105.1H876");
  EXPECT_EQ(drawn_as(svg, "axis"), "M70 76V348H876");
  EXPECT_EQ(texts_in(svg), (std::vector<std::string>{
                               "A load",   "0",  "1",       "2",     "3",
                               "4",        "5",  "6",       "7",     "8",
                               "9",        "10", "0",       "5",     "10",
                               "15",       "20", "seconds", "calls", "calls in the last second",
                               "limit: 20"}));
}

TEST(ToSvg, MarksMoments) {
  auto contents = some_chart();
  EXPECT_EQ(parsed(contents).count("circle"), 0U);
  contents.marks_name = "error 6: 2";
  contents.marks = {{0, 0}, {10, 20}};
  const auto svg = parsed(contents);
  std::vector<std::string> places;
  for (const auto& [element, content] : svg) {
    if (element != "circle") continue;
    places.push_back(content.get<std::string>("<xmlattr>.cx") + ' ' +
                     content.get<std::string>("<xmlattr>.cy"));
  }
  EXPECT_EQ(places, (std::vector<std::string>{"70.0 348.0", "876.0 105.1"}));
  EXPECT_EQ(texts_in(svg).back(), "error 6: 2");
}

TEST(ToSvg, DoesWithoutALimitAndWithoutALine) {
  chart empty;
  empty.x_end = 0.1;
  const auto svg = parsed(empty);
  EXPECT_EQ(drawn_as(svg, "limit"), "");
  EXPECT_EQ(drawn_as(svg, "line"), "");
  EXPECT_EQ(drawn_as(svg, "axis"), "M70 76V348H876");
}

TEST(ToSvg, EscapesTexts) {
  auto contents = some_chart();
  const std::string text = "</text><script>\"a\" & 'b'\x1b\xff]]>";
  contents.title = contents.x_label = contents.y_label = contents.line_name = contents.limit_name =
      text;
  const auto svg = parsed(contents);
  const std::string shown = "</text><script>\"a\" & 'b'\\u001b\\xff]]>";
  EXPECT_EQ(svg.get<std::string>("title"), shown);
  int times = 0;
  for (const auto& text_in_svg : texts_in(svg)) times += text_in_svg == shown;
  EXPECT_EQ(times, 5);
  EXPECT_EQ(svg.count("script"), 0U);
}

TEST(TickDistance, IsARoundNumber) {
  EXPECT_DOUBLE_EQ(tick_distance(10, 12), 1);
  EXPECT_DOUBLE_EQ(tick_distance(12, 12), 1);
  EXPECT_DOUBLE_EQ(tick_distance(13, 12), 2);
  EXPECT_DOUBLE_EQ(tick_distance(60, 12), 5);
  EXPECT_DOUBLE_EQ(tick_distance(61, 12), 10);
  EXPECT_DOUBLE_EQ(tick_distance(3.36, 8), 0.5);
  EXPECT_DOUBLE_EQ(tick_distance(0.1, 12), 0.01);
  EXPECT_DOUBLE_EQ(tick_distance(3600, 12), 500);
  EXPECT_DOUBLE_EQ(tick_distance(560, 8), 100);
}

}  // namespace
}  // namespace vkxx::cli
