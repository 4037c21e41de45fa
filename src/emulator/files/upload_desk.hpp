/// @file
/// Upload servers: addresses given, files taken, and what was answered for them.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "emulator/files/content/stored_file.hpp"
#include "emulator/files/upload_kind.hpp"
#include "emulator/world/random.hpp"

namespace vkxx::emulation::detail {

/// What an address of an upload server stands for.
struct upload_ticket {
  const upload_kind* kind = nullptr;
  std::string token;
  std::int64_t actor =
      0;  ///< Who asked for it: a user, or a community, negative; 0: an application.
  std::int64_t owner = 0;  ///< Of what will be saved.
  std::int64_t album = 0;
  std::int64_t chat = 0;
  std::int64_t video = 0;    ///< The number of the video whose file is awaited.
  std::string crop;          ///< `x,y,width`, of the main photo of a product.
  std::int64_t created = 0;  ///< Unix time.
  bool used = false;
};

struct received_file {
  std::string field;
  std::string filename;
  std::string extension;  ///< In lower case, without the point; empty: none.
  std::string content_type;
  std::shared_ptr<const stored_file> content;
};

/// An accepted upload, which its save method refers to.
struct finished_upload {
  upload_ticket ticket;
  std::vector<received_file> files;
  std::string proof;
  /// The values of the answer that the save method takes, as texts.
  std::vector<name_value> issued;
};

/// How uploads are answered.
struct upload_style {
  bool strict = false;             ///< Only documented field names, only names with an extension.
  bool old_format = false;         ///< The older form of the answer, where there are two.
  std::int64_t lifetime = 86'400;  ///< Of an address in seconds.
};

/// The answer of an upload server.
struct upload_answer {
  boost::json::value body;
  std::shared_ptr<const finished_upload> finished;  ///< Null: the file was refused.
};

class upload_desk {
 public:
  static constexpr std::size_t limit = 10'000;  ///< Of addresses, and of finished uploads.

  explicit upload_desk(std::uint64_t seed);

  /// Keeps the ticket under a new token, and returns the token.
  const std::string& open(upload_ticket ticket);
  /// Null: no such token. It may be used or too old.
  [[nodiscard]] upload_ticket* find(std::string_view token);
  /// Judges the files, and answers in the form of the kind.
  [[nodiscard]] upload_answer take(upload_ticket& ticket, std::vector<received_file> files,
                                   const upload_style& style, std::int64_t now);
  /// The upload whose answer held the proof; null: there was none.
  [[nodiscard]] std::shared_ptr<const finished_upload> finished(std::string_view proof) const;
  /// The keyed digest of a text; every seed has its own key.
  [[nodiscard]] std::string seal(std::string_view text) const;
  [[nodiscard]] std::uint64_t dropped() const noexcept { return dropped_; }

 private:
  template <class>
  friend struct saved_part;

  secret key_;
  random_source random_;
  std::map<std::string, upload_ticket, std::less<>> tickets_;
  std::deque<std::string> ticket_order_;
  std::map<std::string, std::shared_ptr<const finished_upload>, std::less<>> finished_;
  std::deque<std::string> finished_order_;
  std::uint64_t dropped_ = 0;
};

/// Why a file is refused.
struct upload_refusal {
  int code = 0;
  std::string_view type;  ///< `ERR_UPLOAD_BAD_IMAGE_SIZE`
  std::string text;
};

/// In the form of the kind.
[[nodiscard]] boost::json::value refusal_answer(upload_error_form form,
                                                const upload_refusal& refusal);
/// What looks like success and holds nothing: `photo` is `[]`. For the kinds without such a form
/// the same as a refusal.
[[nodiscard]] boost::json::value empty_answer(const upload_kind& kind);
/// The body of the answer; fills `proof` and `issued` of `upload`.
[[nodiscard]] boost::json::value accepted_answer(finished_upload& upload, const upload_desk& desk,
                                                 const upload_style& style);
/// The proof in a parameter of the save method: a text, a member of a JSON text, or of Base64.
[[nodiscard]] std::string proof_in(const upload_kind& kind, std::string_view parameter);

}  // namespace vkxx::emulation::detail
