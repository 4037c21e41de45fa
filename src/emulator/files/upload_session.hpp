/// @file
/// The body of one request to an upload server, read as it comes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/files/content/multipart_stream.hpp"
#include "emulator/files/upload_desk.hpp"
#include "emulator/http/http_message.hpp"

namespace vkxx::emulation::detail {

/// Not shared between threads; touches nothing of the world.
class upload_session final : private part_sink {
 public:
  /// @param head the request without its body.
  /// @param length of the body, if the request says it.
  upload_session(upload_ticket ticket, const http_message& head, std::shared_ptr<file_space> space,
                 std::optional<std::uint64_t> length);

  void feed(std::string_view bytes);
  /// Whether the body is larger than the kind allows; it need not be read further.
  [[nodiscard]] bool too_large() const noexcept { return too_large_; }
  void finish();

  [[nodiscard]] const upload_ticket& ticket() const noexcept { return ticket_; }
  [[nodiscard]] const std::vector<received_file>& files() const noexcept { return files_; }
  /// The names of the fields and what they hold, for the record of requests.
  [[nodiscard]] const std::vector<name_value>& fields() const noexcept { return fields_; }

 private:
  void begin_part(const part_header& header) override;
  void part_data(std::string_view bytes) override;
  void end_part() override;

  upload_ticket ticket_;
  std::shared_ptr<file_space> space_;
  bool keep_bytes_ = true;
  std::uint64_t most_ = 0;  ///< Bytes of the whole body.
  std::uint64_t read_ = 0;
  bool too_large_ = false;
  std::vector<received_file> files_;
  std::vector<name_value> fields_;
  std::unique_ptr<file_builder> building_;
  received_file current_;
  bool in_field_ = false;
  std::unique_ptr<multipart_stream> body_;
};

}  // namespace vkxx::emulation::detail
