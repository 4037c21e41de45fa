/// @file
/// A chart of one number over time, as an SVG picture.
#pragma once

#include <string>
#include <vector>

namespace vkxx::cli {

/// A point of the chart.
struct chart_point {
  double x = 0;
  double y = 0;
};

/// The contents of the chart. Texts may contain anything; numbers must not be negative.
struct chart {
  std::string title;
  std::string x_label;
  std::string y_label;
  double x_end = 1;               ///< the axis goes from 0 to this; above 0
  std::string line_name;          ///< of the line, for the legend
  std::vector<chart_point> line;  ///< by rising x
  std::string limit_name;         ///< of the dashed level; empty: there is none
  double limit = 0;               ///< where the dashed level is
  std::string marks_name;         ///< of the dots; empty: there are none
  std::vector<chart_point> marks;
};

/// The chart as an SVG document, light or dark as its reader prefers.
/// https://www.w3.org/TR/SVG11/
[[nodiscard]] std::string to_svg(const chart& chart);

/// The distance of the ticks of an axis up to `end`: 1, 2 or 5 times a power of ten, so that
/// there are at most `most` of them.
[[nodiscard]] double tick_distance(double end, int most) noexcept;

}  // namespace vkxx::cli
