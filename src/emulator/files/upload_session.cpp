#include "emulator/files/upload_session.hpp"

#include <algorithm>

#include "core/text/ascii.hpp"
#include "emulator/encoding/form_reader.hpp"
#include "emulator/encoding/utf8_repair.hpp"

namespace vkxx::emulation::detail {
namespace {

// More than any kind takes at once.
constexpr std::size_t most_files = 10;
constexpr std::size_t most_fields = 32;
constexpr std::size_t longest_field = 4096;
constexpr std::size_t longest_filename = 255;
constexpr std::size_t longest_extension = 16;
// Around the files: headers, delimiters, small fields.
constexpr std::uint64_t form_overhead = std::uint64_t{64} << 10U;

// The last component, as browsers on some systems send the whole path.
std::string clean_filename(std::string_view text) {
  const auto slash = text.find_last_of("/\\");
  if (slash != std::string_view::npos) text.remove_prefix(slash + 1);
  return repaired_utf8(text.substr(0, longest_filename));
}

std::string extension_in(std::string_view filename) {
  const auto point = filename.rfind('.');
  if (point == std::string_view::npos) return {};
  auto result = vkxx::detail::lower_case(filename.substr(point + 1));
  const auto fits = [](char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9');
  };
  if (result.size() > longest_extension || !std::ranges::all_of(result, fits)) return {};
  return result;
}

}  // namespace

upload_session::upload_session(upload_ticket ticket, const http_message& head,
                               std::shared_ptr<file_space> space,
                               std::optional<std::uint64_t> length)
    : ticket_{std::move(ticket)}, space_{std::move(space)} {
  most_ = ticket_.kind->limit *
              (ticket_.kind->fields.find(' ') == std::string_view::npos ? 1 : most_files) +
          form_overhead;
  too_large_ = length && *length > most_;
  keep_bytes_ = !length || *length <= space_->left();
  const auto type = head.header("Content-Type").value_or("");
  part_sink& parts = *this;
  if (vkxx::detail::lower_case(type).starts_with("multipart/form-data"))
    body_ = std::make_unique<multipart_stream>(header_parameter(type, "boundary"), parts);
}

void upload_session::feed(std::string_view bytes) {
  read_ += bytes.size();
  // The length of a body in chunks is not known before.
  if (read_ > most_) too_large_ = true;
  if (too_large_) return;
  // A body that is no form is read as far as a form without files may go.
  if (body_ == nullptr || body_->failed()) {
    too_large_ = read_ > ticket_.kind->limit + form_overhead;
    return;
  }
  body_->feed(bytes);
}

void upload_session::finish() {
  if (body_ != nullptr) body_->finish();
}

void upload_session::begin_part(const part_header& header) {
  const auto name = repaired_utf8(header.name.substr(0, longest_filename));
  in_field_ = false;
  building_.reset();
  if (name.empty()) return;
  if (!header.filename) {
    in_field_ = fields_.size() < most_fields;
    if (in_field_) fields_.emplace_back(name, std::string{});
    return;
  }
  if (files_.size() == most_files) return;
  current_ = {};
  current_.field = name;
  current_.filename = clean_filename(*header.filename);
  current_.extension = extension_in(current_.filename);
  current_.content_type = repaired_utf8(header.content_type.substr(0, longest_filename));
  building_ = std::make_unique<file_builder>(space_, keep_bytes_);
}

void upload_session::part_data(std::string_view bytes) {
  if (building_ != nullptr) {
    building_->add(bytes);
    if (building_->size() > ticket_.kind->limit) {
      too_large_ = true;
      building_.reset();
    }
    return;
  }
  if (!in_field_) return;
  auto& value = fields_.back().second;
  value += bytes.substr(0, longest_field - std::min(longest_field, value.size()));
}

void upload_session::end_part() {
  if (building_ == nullptr) {
    if (in_field_) fields_.back().second = repaired_utf8(fields_.back().second);
    return;
  }
  current_.content = building_->finish();
  building_.reset();
  fields_.emplace_back(current_.field, current_.filename + " (" + current_.content_type + ", " +
                                           std::to_string(current_.content->size) + " bytes)");
  files_.push_back(std::move(current_));
}

}  // namespace vkxx::emulation::detail
