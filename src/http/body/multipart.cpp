#include <vkxx/http/multipart.hpp>

#include <algorithm>
#include <utility>

#include <vkxx/core/exception.hpp>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"
#include "http/body/body_error.hpp"

namespace vkxx::http {
namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::size_t random_boundary_bytes = 16;

std::string random_boundary() {
  return "vkxx-" + vkxx::detail::to_hex(vkxx::detail::random_bytes(random_boundary_bytes));
}

// The HTML standard, "multipart/form-data encoding algorithm": line ends are normalised to CRLF in
// the name of a field, but not in the name of a file.
enum class name_of { field, file };

std::string quoted(std::string_view name, name_of kind) {
  std::string text = "\"";
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (c == '"') {
      text += "%22";
    } else if (c == '\r') {
      text += "%0D";
      const bool alone = i + 1 == name.size() || name[i + 1] != '\n';
      if (kind == name_of::field && alone) text += "%0A";
    } else if (c == '\n') {
      const bool alone = i == 0 || name[i - 1] != '\r';
      if (kind == name_of::field && alone) text += "%0D";
      text += "%0A";
    } else {
      text += c;
    }
  }
  return text += '"';
}

[[noreturn]] void refuse(const char* text) {
  throw usage_exception{error{errc::invalid_argument, request_effect::not_sent, text}};
}

std::string file_head(std::string_view name, std::string_view filename,
                      std::string_view content_type) {
  const bool unfit = std::ranges::any_of(
      content_type, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
  if (unfit) refuse("content_type: it holds a control character");
  std::string head = "Content-Disposition: form-data; name=";
  head += quoted(name, name_of::field);
  head += "; filename=";
  head += quoted(filename, name_of::file);
  head += "\r\nContent-Type: ";
  head += content_type.empty() ? std::string_view{"application/octet-stream"} : content_type;
  return head += "\r\n\r\n";
}

}  // namespace

class multipart::form_source final : public body_source {
 public:
  form_source(const std::string& boundary, std::vector<part> parts)
      : parts_{std::move(parts)}, last_line_{"--" + boundary + "--\r\n"} {
    for (auto& each : parts_) {
      each.head.insert(0, "--" + boundary + "\r\n");
      size_ += each.head.size() + each.text.size() + line_end.size();
      if (each.content) size_ += each.content->size();
    }
    size_ += last_line_.size();
  }

  std::uint64_t size() const noexcept override { return size_; }
  result<std::unique_ptr<body_reader>> open() const override;

  [[nodiscard]] const std::vector<part>& parts() const noexcept { return parts_; }
  [[nodiscard]] std::string_view last_line() const noexcept { return last_line_; }

 private:
  std::vector<part> parts_;
  std::string last_line_;
  std::uint64_t size_ = 0;
};

class multipart::form_reader final : public body_reader {
 public:
  // `readers`: of the parts with a source, in order.
  form_reader(const form_source& form, std::vector<std::unique_ptr<body_reader>> readers)
      : form_{form}, readers_{std::move(readers)} {
    begin_part();
  }

  result<std::size_t> read(std::span<char> buffer) override {
    std::size_t filled = 0;
    while (filled < buffer.size() && stage_ != stage::end) {
      auto rest = buffer.subspan(filled);
      if (stage_ == stage::content) {
        const auto got = read_content(rest);
        if (!got) return got.error();
        filled += *got;
        continue;
      }
      const auto copied = text_.copy(rest.data(), rest.size());
      text_.remove_prefix(copied);
      filled += copied;
      if (text_.empty()) begin_next_stage();
    }
    return filled;
  }

 private:
  enum class stage { head, text, content, line_end, last_line, end };

  result<std::size_t> read_content(std::span<char> buffer) {
    if (left_ == 0) {
      readers_[next_reader_++].reset();
      begin_stage(stage::line_end, http::line_end);
      return std::size_t{0};
    }
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer.size()));
    auto got = readers_[next_reader_]->read(buffer.first(wanted));
    if (!got) return got;
    if (*got == 0) {
      return detail::body_error("part " + std::to_string(part_ + 1) + " of the form ended " +
                                std::to_string(left_) + " bytes too early");
    }
    *got = std::min(*got, wanted);
    left_ -= *got;
    return got;
  }

  void begin_next_stage() {
    switch (stage_) {
      case stage::head:
        begin_stage(stage::text, form_.parts()[part_].text);
        if (!text_.empty()) break;
        [[fallthrough]];
      case stage::text:
        if (const auto& content = form_.parts()[part_].content) {
          stage_ = stage::content;
          left_ = content->size();
        } else {
          begin_stage(stage::line_end, http::line_end);
        }
        break;
      case stage::line_end:
        ++part_;
        begin_part();
        break;
      case stage::last_line:
        stage_ = stage::end;
        break;
      case stage::content:
      case stage::end:
        break;
    }
  }

  void begin_part() {
    if (part_ < form_.parts().size()) {
      begin_stage(stage::head, form_.parts()[part_].head);
    } else {
      begin_stage(stage::last_line, form_.last_line());
    }
  }

  void begin_stage(stage next, std::string_view text) {
    stage_ = next;
    text_ = text;
  }

  const form_source& form_;
  std::vector<std::unique_ptr<body_reader>> readers_;
  std::size_t part_ = 0;
  std::size_t next_reader_ = 0;
  stage stage_ = stage::end;
  // The rest of the text of this stage, or of the content.
  std::string_view text_;
  std::uint64_t left_ = 0;
};

// Opens all sources at once, so a file that cannot be opened fails before anything is sent.
result<std::unique_ptr<body_reader>> multipart::form_source::open() const {
  std::vector<std::unique_ptr<body_reader>> readers;
  for (const auto& each : parts_) {
    if (!each.content) continue;
    auto reader = each.content->open();
    if (!reader) return reader.error();
    readers.push_back(*std::move(reader));
  }
  return std::make_unique<form_reader>(*this, std::move(readers));
}

multipart::multipart() : boundary_{random_boundary()} {}

multipart& multipart::add_field(std::string name, std::string value) {
  part added;
  added.head = "Content-Disposition: form-data; name=" + quoted(name, name_of::field) + "\r\n\r\n";
  added.text = std::move(value);
  avoid(added.text);
  parts_.push_back(std::move(added));
  return *this;
}

multipart& multipart::add_file(std::string name, std::string filename, std::string content_type,
                               std::shared_ptr<const body_source> content) {
  if (!content) refuse("content: the source of a file is null");
  part added;
  added.head = file_head(name, filename, content_type);
  added.content = std::move(content);
  parts_.push_back(std::move(added));
  return *this;
}

multipart& multipart::add_file(std::string name, std::string filename, std::string content_type,
                               std::string content) {
  part added;
  added.head = file_head(name, filename, content_type);
  added.text = std::move(content);
  avoid(added.text);
  parts_.push_back(std::move(added));
  return *this;
}

// The content of parts that are read later is unknown, but 128 random bits do not occur in it by
// chance.
void multipart::avoid(std::string_view text) {
  const auto is_free = [&](const part& each) {
    return each.text.find(boundary_) == std::string::npos;
  };
  while (text.find(boundary_) != std::string_view::npos || !std::ranges::all_of(parts_, is_free)) {
    boundary_ = random_boundary();
  }
}

std::string multipart::content_type() const {
  return "multipart/form-data; boundary=" + boundary_;
}

std::shared_ptr<const body_source> multipart::source() const {
  return std::make_shared<const form_source>(boundary_, parts_);
}

}  // namespace vkxx::http
