#include "emulator/files/upload_desk.hpp"

#include <algorithm>

#include "core/crypto/digest.hpp"
#include "core/encoding/hex.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::size_t token_length = 40;
constexpr std::size_t seal_digits = 36;
constexpr std::uint64_t longest_sum = 14'000;  // Width and height together.
constexpr std::uint64_t longest_ratio = 20;

std::optional<upload_refusal> size_fault(const upload_kind& kind, const picture_header& picture) {
  const std::uint64_t width = picture.width;
  const std::uint64_t height = picture.height;
  const auto fault = [&](std::string text) {
    return upload_refusal{2, "ERR_UPLOAD_BAD_IMAGE_SIZE", std::move(text)};
  };
  if (width < kind.least_width || height < kind.least_height)
    return fault("the picture must be at least " + std::to_string(kind.least_width) + "x" +
                 std::to_string(kind.least_height) + ", not " + std::to_string(width) + "x" +
                 std::to_string(height));
  if (width + height > longest_sum) return fault("width and height are more than 14000 together");
  if (width > longest_ratio * height || height > longest_ratio * width)
    return fault("one side is more than 20 times the other");
  return std::nullopt;
}

upload_refusal no_file() {
  return {3, "ERR_UPLOAD_FILE_NOT_UPLOADED", "the request has no file"};
}

std::optional<upload_refusal> field_fault(const upload_kind& kind, const received_file& file) {
  if (!takes_field(kind, file.field))
    return upload_refusal{4, "ERR_UPLOAD_BAD_FIELD",
                          "the field must be " + std::string{kind.fields} + ", not " + file.field};
  if (file.extension.empty())
    return upload_refusal{5, "ERR_UPLOAD_BAD_FILE_NAME", "the filename has no extension"};
  return std::nullopt;
}

// Where a kind takes one file, the first counts. Two kinds were seen to take several, although the
// documentation has one field.
std::vector<received_file> taken(const upload_kind& kind, const upload_style& style,
                                 std::vector<received_file> files) {
  constexpr std::size_t most_photos = 5;
  if (kind.fields.starts_with("file1 ")) return files;
  const bool seen = kind.name == "wall_photo" || kind.name == "message_photo";
  const auto most = seen && !style.strict ? most_photos : 1;
  if (files.size() > most) files.resize(most);
  return files;
}

bool is_picture(const received_file& file) {
  return file.content->picture.has_value();
}

}  // namespace

upload_desk::upload_desk(std::uint64_t seed)
    : key_{secret{"upload servers of the emulator " + std::to_string(seed)}}, random_{seed + 4} {}

const std::string& upload_desk::open(upload_ticket ticket) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  ticket.token = random_.text(alphabet, token_length);
  ticket_order_.push_back(ticket.token);
  const auto place = tickets_.emplace(ticket_order_.back(), std::move(ticket)).first;
  if (tickets_.size() > limit) {
    tickets_.erase(ticket_order_.front());
    ticket_order_.pop_front();
    ++dropped_;
  }
  return place->first;
}

upload_ticket* upload_desk::find(std::string_view token) {
  const auto found = tickets_.find(token);
  return found == tickets_.end() ? nullptr : &found->second;
}

std::string upload_desk::seal(std::string_view text) const {
  return vkxx::detail::to_hex(vkxx::detail::hmac_sha256(key_, text)).substr(0, seal_digits);
}

std::shared_ptr<const finished_upload> upload_desk::finished(std::string_view proof) const {
  const auto found = finished_.find(proof);
  return found == finished_.end() ? nullptr : found->second;
}

upload_answer upload_desk::take(upload_ticket& ticket, std::vector<received_file> files,
                                const upload_style& style, std::int64_t now) {
  const auto& kind = *ticket.kind;
  const auto refused = [&kind](const upload_refusal& refusal) {
    return upload_answer{refusal_answer(kind.error, refusal), nullptr};
  };
  // Programs ask for an address once and upload many files to it; the file of a video is one.
  if (ticket.used && (style.strict || ticket.video != 0))
    return refused({6, "ERR_UPLOAD_USED", "the address has been used"});
  if (now - ticket.created > style.lifetime)
    return refused({7, "ERR_UPLOAD_EXPIRED", "the address has expired"});
  files = taken(kind, style, std::move(files));
  if (files.empty() && kind.media != upload_media::nothing) return refused(no_file());
  for (const auto& file : files) {
    if (style.strict)
      if (const auto fault = field_fault(kind, file)) return refused(*fault);
    if (kind.media != upload_media::picture) continue;
    if (!is_picture(file)) return {empty_answer(kind), nullptr};
    if (const auto fault = size_fault(kind, *file.content->picture)) return refused(*fault);
  }
  ticket.used = true;
  auto upload = std::make_shared<finished_upload>();
  upload->ticket = ticket;
  upload->files = std::move(files);
  auto body = accepted_answer(*upload, *this, style);
  if (!upload->proof.empty() && finished_.emplace(upload->proof, upload).second) {
    finished_order_.push_back(upload->proof);
    if (finished_.size() > limit) {
      finished_.erase(finished_order_.front());
      finished_order_.pop_front();
      ++dropped_;
    }
  }
  return {std::move(body), std::move(upload)};
}

}  // namespace vkxx::emulation::detail
