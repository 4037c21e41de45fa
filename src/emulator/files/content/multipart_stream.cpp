#include "emulator/files/content/multipart_stream.hpp"

#include <algorithm>

#include "core/text/ascii.hpp"
#include "emulator/encoding/form_reader.hpp"

namespace vkxx::emulation::detail {

using vkxx::detail::same_ignoring_case;
using vkxx::detail::trimmed;
namespace {

constexpr std::size_t longest_boundary = 200;

// RFC 5987: `UTF-8''%E2%82%AC.txt`.
std::string extended_value(std::string_view text) {
  const auto first = text.find('\'');
  const auto second = first == std::string_view::npos ? first : text.find('\'', first + 1);
  return second == std::string_view::npos ? std::string{} : form_decoded(text.substr(second + 1));
}

void read_disposition(std::string_view value, part_header& header) {
  header.name = header_parameter(value, "name");
  const auto extended = extended_value(header_parameter(value, "filename*"));
  const auto plain = header_parameter(value, "filename");
  const auto lower = vkxx::detail::lower_case(value);
  if (!extended.empty())
    header.filename = extended;
  else if (!plain.empty() || lower.find("filename=") != std::string::npos)
    header.filename = plain;
}

}  // namespace

part_header read_part_header(std::string_view text) {
  part_header header;
  while (!text.empty()) {
    const auto end = text.find("\r\n");
    const auto line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 2);
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    const auto name = trimmed(line.substr(0, colon));
    if (same_ignoring_case(name, "content-disposition"))
      read_disposition(line.substr(colon + 1), header);
    else if (same_ignoring_case(name, "content-type"))
      header.content_type = trimmed(line.substr(colon + 1));
  }
  return header;
}

// The line break before the first delimiter may be missing.
multipart_stream::multipart_stream(std::string_view boundary, part_sink& sink)
    : delimiter_{"\r\n--" + std::string{boundary}}, sink_{sink}, held_{"\r\n"} {
  if (boundary.empty() || boundary.size() > longest_boundary) stage_ = stage::failed;
}

void multipart_stream::feed(std::string_view bytes) {
  if (stage_ == stage::failed || stage_ == stage::epilogue) return;
  held_ += bytes;
  bool goes_on = true;
  while (goes_on) {
    switch (stage_) {
      case stage::preamble:
      case stage::body:
        goes_on = find_delimiter();
        break;
      case stage::delimiter:
        goes_on = read_delimiter_end();
        break;
      case stage::header:
        goes_on = read_header();
        break;
      case stage::epilogue:
      case stage::failed:
        held_.clear();
        return;
    }
  }
}

bool multipart_stream::find_delimiter() {
  const auto at = held_.find(delimiter_);
  const bool found = at != std::string::npos;
  // The end of what is held may begin the delimiter.
  const auto kept = delimiter_.size() - 1;
  const auto ready = found ? at : held_.size() - std::min(held_.size(), kept);
  if (in_part_ && ready != 0) sink_.part_data(std::string_view{held_}.substr(0, ready));
  held_.erase(0, found ? at + delimiter_.size() : ready);
  if (!found) return false;
  if (in_part_) sink_.end_part();
  in_part_ = false;
  stage_ = stage::delimiter;
  return true;
}

bool multipart_stream::read_delimiter_end() {
  if (held_.starts_with("--")) {
    stage_ = stage::epilogue;
    return true;
  }
  const auto end = held_.find("\r\n");
  if (std::min(end, held_.size()) > longest_header) {
    stage_ = stage::failed;
    return true;
  }
  if (end == std::string::npos) return false;
  // The line break stays: headers are what is between it and an empty line.
  held_.erase(0, end);
  stage_ = ++parts_ > most_parts ? stage::failed : stage::header;
  return true;
}

bool multipart_stream::read_header() {
  const auto end = held_.find("\r\n\r\n");
  if (std::min(end, held_.size()) > longest_header) {
    stage_ = stage::failed;
    return true;
  }
  if (end == std::string::npos) return false;
  sink_.begin_part(read_part_header(std::string_view{held_}.substr(0, end)));
  in_part_ = true;
  held_.erase(0, end + 4);
  stage_ = stage::body;
  return true;
}

bool multipart_stream::finish() {
  const bool complete = stage_ == stage::epilogue;
  if (in_part_) {
    if (!held_.empty()) sink_.part_data(held_);
    sink_.end_part();
    in_part_ = false;
  }
  held_.clear();
  return complete;
}

}  // namespace vkxx::emulation::detail
