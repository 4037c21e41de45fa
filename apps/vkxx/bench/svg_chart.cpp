#include "bench/svg_chart.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>
#include <vkxx/core/printable.hpp>

namespace vkxx::cli {
namespace {

// The sizes of the picture and of the area between the axes, in pixels.
constexpr double width = 900;
constexpr double height = 400;
constexpr double left = 70;
constexpr double right = width - 24;
constexpr double top = 76;
constexpr double bottom = height - 52;

// Colours with enough contrast on their background, also for readers with red-green blindness.
constexpr std::string_view style = R"(<style>
.paper{fill:#ffffff}.ink{fill:#24292f}.faint{fill:#57606a}
.axis{stroke:#57606a;stroke-width:1}.grid{stroke:#d8dee4;stroke-width:1}
.line{stroke:#0550ae;stroke-width:1.8;fill:none;stroke-linejoin:round}
.limit{stroke:#bc4c00;stroke-width:1.8;stroke-dasharray:8 5;fill:none}.mark{fill:#bc4c00}
text{font-family:system-ui,"Segoe UI",Roboto,Ubuntu,sans-serif;font-size:13px}
.title{font-size:16px;font-weight:600}
@media (prefers-color-scheme:dark){
.paper{fill:#0d1117}.ink{fill:#e6edf3}.faint{fill:#9198a1}
.axis{stroke:#9198a1}.grid{stroke:#30363d}.line{stroke:#79c0ff}.limit{stroke:#ffa657}.mark{fill:#ffa657}}
</style>
)";

std::string escaped(std::string_view text) {
  std::string result;
  for (const char character : printable(text)) {
    switch (character) {
      case '&':
        result += "&amp;";
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      case '"':
        result += "&quot;";
        break;
      default:
        result += character;
    }
  }
  return result;
}

class drawing {
 public:
  explicit drawing(const chart& chart) : chart_{chart} {
    double highest = chart.limit_name.empty() ? 0 : chart.limit;
    for (const auto& point : chart.line) highest = std::max(highest, point.y);
    for (const auto& point : chart.marks) highest = std::max(highest, point.y);
    // Space above the highest, so that no line lies on the frame.
    y_end_ = highest > 0 ? highest * 1.12 : 1;
  }

  [[nodiscard]] std::string text() {
    begin();
    axes();
    curve();
    legend();
    svg_ += "</svg>\n";
    return std::move(svg_);
  }

 private:
  template <class... Values>
  void add(fmt::format_string<Values...> form, Values&&... values) {
    fmt::format_to(std::back_inserter(svg_), form, std::forward<Values>(values)...);
  }

  [[nodiscard]] double x_of(double value) const {
    return left + value / chart_.x_end * (right - left);
  }
  [[nodiscard]] double y_of(double value) const { return bottom - value / y_end_ * (bottom - top); }

  void begin() {
    const auto title = escaped(chart_.title);
    add("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" "
        "height=\"{1}\" role=\"img\">\n<title>{2}</title>\n",
        width, height, title);
    svg_ += style;
    add("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", width, height);
    add("<text class=\"title ink\" x=\"{}\" y=\"30\">{}</text>\n", left, title);
  }

  void axes() {
    const double x_step = tick_distance(chart_.x_end, 12);
    for (int i = 0; i * x_step <= chart_.x_end; ++i) {
      const double x = x_of(i * x_step);
      add("<path class=\"grid\" d=\"M{0:.1f} {1}V{2}\"/>"
          "<text class=\"faint\" x=\"{0:.1f}\" y=\"{3}\" text-anchor=\"middle\">{4:.6g}</text>\n",
          x, top, bottom, bottom + 18, i * x_step);
    }
    const double y_step = tick_distance(y_end_, 8);
    for (int i = 0; i * y_step <= y_end_; ++i) {
      const double y = y_of(i * y_step);
      add("<path class=\"grid\" d=\"M{0} {1:.1f}H{2}\"/>"
          "<text class=\"faint\" x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.6g}</text>\n",
          left, y, right, left - 8, y + 4.5, i * y_step);
    }
    add("<path class=\"axis\" fill=\"none\" d=\"M{0} {1}V{2}H{3}\"/>\n", left, top, bottom, right);
    add("<text class=\"ink\" x=\"{:.1f}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
        (left + right) / 2, height - 12, escaped(chart_.x_label));
    add("<text class=\"ink\" transform=\"translate(20 {:.1f}) rotate(-90)\" "
        "text-anchor=\"middle\">{}</text>\n",
        (top + bottom) / 2, escaped(chart_.y_label));
  }

  void curve() {
    if (!chart_.limit_name.empty()) {
      add("<path class=\"limit\" d=\"M{} {:.1f}H{}\"/>\n", left, y_of(chart_.limit), right);
    }
    if (!chart_.line.empty()) {
      svg_ += "<path class=\"line\" d=\"";
      for (std::size_t i = 0; i < chart_.line.size(); ++i) {
        add("{}{:.1f} {:.1f}", i == 0 ? "M" : "L", x_of(chart_.line[i].x), y_of(chart_.line[i].y));
      }
      svg_ += "\"/>\n";
    }
    for (const auto& point : chart_.marks) {
      add("<circle class=\"mark\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"3.5\"/>\n", x_of(point.x),
          y_of(point.y));
    }
  }

  void legend() {
    double x = left;
    const auto entry = [&](std::string_view sample, const std::string& name) {
      add("<g transform=\"translate({:.1f} 56)\">{}<text class=\"ink\" x=\"34\" y=\"0\">{}</text>"
          "</g>\n",
          x, sample, escaped(name));
      // The width of the letters is not known: this is more than enough.
      x += 64 + 7.6 * static_cast<double>(name.size());
    };
    entry(R"(<path class="line" d="M0 -4H26"/>)", chart_.line_name);
    if (!chart_.limit_name.empty()) {
      entry(R"(<path class="limit" d="M0 -4H26"/>)", chart_.limit_name);
    }
    if (!chart_.marks_name.empty()) {
      entry(R"(<circle class="mark" cx="13" cy="-4" r="3.5"/>)", chart_.marks_name);
    }
  }

  const chart& chart_;
  double y_end_ = 1;
  std::string svg_;
};

}  // namespace

double tick_distance(double end, int most) noexcept {
  const double least = end / most;
  const double power = std::pow(10, std::floor(std::log10(least)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    // Tolerates rounding.
    if (factor * power >= least * (1 - 1e-9)) return factor * power;
  }
  return 10 * power;
}

std::string to_svg(const chart& chart) {
  return drawing{chart}.text();
}

}  // namespace vkxx::cli
