/// @file
/// Reads a `multipart/form-data` body of any size in pieces of any size (RFC 7578).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace vkxx::emulation::detail {

/// The headers of a part.
struct part_header {
  std::string name;
  std::optional<std::string> filename;  ///< Nothing: a field, not a file.
  std::string content_type;
};

/// Receives the parts in their order.
class part_sink {
 public:
  part_sink() = default;
  part_sink(const part_sink&) = delete;
  part_sink& operator=(const part_sink&) = delete;
  virtual ~part_sink() = default;

  virtual void begin_part(const part_header& header) = 0;
  virtual void part_data(std::string_view bytes) = 0;
  virtual void end_part() = 0;
};

/// Holds at most the headers of one part and as many bytes as a delimiter. Lenient, as VK: text
/// around the parts and unknown headers are ignored.
class multipart_stream {
 public:
  /// @param sink must outlive the stream.
  multipart_stream(std::string_view boundary, part_sink& sink);

  void feed(std::string_view bytes);
  /// Whether the closing delimiter has come. A part that has not ended is ended by `finish`.
  bool finish();
  /// Whether the body was no form: headers beyond 16 KiB, or too many parts. The rest is ignored.
  [[nodiscard]] bool failed() const noexcept { return stage_ == stage::failed; }

  static constexpr std::size_t longest_header = std::size_t{16} << 10U;
  static constexpr std::size_t most_parts = 1000;

 private:
  enum class stage { preamble, delimiter, header, body, epilogue, failed };

  /// Each consumes bytes from the front of `held_`; false: more bytes are needed.
  bool find_delimiter();
  bool read_delimiter_end();
  bool read_header();

  std::string delimiter_;
  part_sink& sink_;
  stage stage_ = stage::preamble;
  std::string held_;
  std::size_t parts_ = 0;
  bool in_part_ = false;
};

/// The headers of a part, from lines with `\r\n`.
[[nodiscard]] part_header read_part_header(std::string_view text);

}  // namespace vkxx::emulation::detail
