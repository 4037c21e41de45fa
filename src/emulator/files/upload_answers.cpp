// The answers of upload servers, in the form of each kind.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "core/encoding/base64url.hpp"
#include "emulator/files/upload_desk.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

constexpr int photo_server = 858'212;
constexpr int document_server = 536;
constexpr std::size_t key_digits = 32;

std::string short_hash(const received_file& file) {
  return file.content->hash.substr(0, key_digits);
}

// The list of photos that `photo` and `photos_list` hold as text.
std::string photo_text(const finished_upload& upload) {
  json::array list;
  for (const auto& file : upload.files) {
    const auto& picture = *file.content->picture;
    const auto key = short_hash(file);
    list.push_back(json::object{
        {"markers_restarted", true},
        {"photo", key + ":w"},
        {"sizes", json::array{}},
        {"latitude", 0},
        {"longitude", 0},
        {"kid", key},
        {"sizes2", json::array{json::array{"x", picture.width, picture.height, key}}}});
  }
  return json::serialize(list);
}

// What the proof vouches for: the address and every file.
std::string sealed_text(const finished_upload& upload) {
  std::string text{upload.ticket.token};
  for (const auto& file : upload.files) text += "|" + file.content->hash + "|" + file.filename;
  return text;
}

std::string document_text(const finished_upload& upload, const std::string& seal) {
  const auto& file = upload.files.front();
  auto title = file.filename;
  std::ranges::replace(title, '|', '_');
  const auto owner = upload.ticket.owner != 0 ? upload.ticket.owner : upload.ticket.actor;
  return std::to_string(owner) + "|0|0|" + std::to_string(document_server) + "|" +
         short_hash(file) + "|" + file.extension + "|" + std::to_string(file.content->size) + "|" +
         title + "|" + seal + "|";
}

// Adds a member that the save method takes.
void issue(finished_upload& upload, json::object& body, const char* name, std::string text) {
  body[name] = text;
  upload.issued.emplace_back(name, std::move(text));
}

void issue_server(finished_upload& upload, json::object& body) {
  body["server"] = photo_server;
  upload.issued.emplace_back("server", std::to_string(photo_server));
}

json::value market_answer(finished_upload& upload, json::object body) {
  if (!upload.ticket.crop.empty()) {
    issue(upload, body, "crop_data", upload.ticket.crop);
    issue(upload, body, "crop_hash", upload.proof.substr(0, 18));
  }
  body["group_id"] = -upload.ticket.owner;
  return body;
}

json::value widget_answer(finished_upload& upload, const upload_style& style) {
  const auto& file = upload.files.front();
  json::object body;
  body["hash"] = upload.proof;
  if (style.old_format) {
    issue(upload, body, "image", short_hash(file));
    return body;
  }
  const auto& picture = *file.content->picture;
  body["sha"] = file.content->hash;
  body["secret"] = upload.proof.substr(0, 18);
  body["meta"] =
      json::object{{"height", picture.height}, {"kid", short_hash(file)}, {"width", picture.width}};
  body["server"] = std::to_string(photo_server);
  body["group_id"] = std::max<std::int64_t>(0, -upload.ticket.owner);
  body["request_id"] = upload.proof.substr(0, 16);
  body["app_id"] = 1;
  return body;
}

json::value skill_answer(finished_upload& upload, json::object body) {
  auto list = json::parse(photo_text(upload));
  auto photo = std::move(list.as_array().front());
  upload.issued.emplace_back("photo", json::serialize(photo));
  body["photo"] = std::move(photo);
  body["aid"] = upload.ticket.album;
  body["message_code"] = 0;
  return body;
}

json::value story_answer(finished_upload& upload) {
  return json::object{{"response", json::object{{"upload_result", upload.proof},
                                                {"_sig", upload.proof.substr(0, 16)}}}};
}

json::value video_answer(const finished_upload& upload) {
  return json::object{{"size", upload.files.front().content->size},
                      {"video_id", upload.ticket.video},
                      {"owner_id", upload.ticket.owner},
                      {"video_hash", upload.proof.substr(0, 18)}};
}

// Every other form begins with `server`.
json::object photo_members(finished_upload& upload, bool with_server) {
  json::object body;
  if (with_server) issue_server(upload, body);
  issue(upload, body, "photo", photo_text(upload));
  body["hash"] = upload.proof;
  return body;
}

// Standard Base64 as the alphabet for addresses, without padding.
std::string for_addresses(std::string_view text) {
  std::string result{text};
  std::ranges::replace(result, '+', '-');
  // A form turns a plus that is not escaped into a blank.
  std::ranges::replace(result, ' ', '-');
  std::ranges::replace(result, '/', '_');
  while (result.ends_with('=')) result.pop_back();
  return result;
}

std::string hash_in_json(std::string_view text) {
  boost::system::error_code failure;
  const auto value = json::parse(text, failure);
  const auto* object = failure ? nullptr : value.if_object();
  const auto* hash = object == nullptr ? nullptr : object->if_contains("hash");
  return hash != nullptr && hash->is_string() ? std::string{hash->get_string()} : std::string{};
}

}  // namespace

json::value refusal_answer(upload_error_form form, const upload_refusal& refusal) {
  switch (form) {
    case upload_error_form::flat:
      return json::object{{"error", std::string{refusal.type} + ": " + refusal.text},
                          {"error_code", refusal.code},
                          {"error_descr", refusal.text},
                          {"error_is_logged", true}};
    case upload_error_form::object:
      return json::object{
          {"error", json::object{{"error_code", refusal.code}, {"type", refusal.type}}}};
    case upload_error_form::errcode:
      return json::object{{"errcode", refusal.code}};
    case upload_error_form::bwact:
      return json::object{{"errcode", refusal.code}, {"bwact", "upload"}};
  }
  return nullptr;
}

json::value empty_answer(const upload_kind& kind) {
  const std::string hash(key_digits, '0');
  switch (kind.form) {
    case upload_form::photo:
    case upload_form::market:
    case upload_form::market_album:
      return json::object{{"server", photo_server}, {"photo", "[]"}, {"hash", hash}};
    case upload_form::cover:
      return json::object{{"hash", hash}, {"photo", ""}};
    case upload_form::photos_list:
      return json::object{
          {"server", photo_server}, {"photos_list", "[]"}, {"aid", 0}, {"hash", hash}};
    case upload_form::photo_alone:
      return json::object{{"photo", ""}};
    case upload_form::file:
      return json::object{{"file", ""}};
    default:
      return refusal_answer(kind.error,
                            {1, "ERR_UPLOAD_FILE_NOT_SUPPORTED_FORMAT", "this is no picture"});
  }
}

json::value accepted_answer(finished_upload& upload, const upload_desk& desk,
                            const upload_style& style) {
  upload.proof = desk.seal(sealed_text(upload));
  json::object body;
  switch (upload.ticket.kind->form) {
    case upload_form::photo:
      return photo_members(upload, true);
    case upload_form::photos_list:
      issue_server(upload, body);
      issue(upload, body, "photos_list", photo_text(upload));
      body["aid"] = upload.ticket.album;
      body["hash"] = upload.proof;
      return body;
    case upload_form::opaque_text:
      return json::object{{"response", upload.proof}};
    case upload_form::cover:
      return photo_members(upload, false);
    case upload_form::market:
      return market_answer(upload, photo_members(upload, true));
    case upload_form::market_album:
      body = photo_members(upload, true);
      body["gid"] = -upload.ticket.owner;
      return body;
    case upload_form::json:
      return json::object{
          {"hash", upload.proof}, {"server", photo_server}, {"size", upload.files.size()}};
    case upload_form::file:
      upload.proof = document_text(upload, upload.proof);
      return json::object{{"file", upload.proof}};
    case upload_form::video:
      return video_answer(upload);
    case upload_form::link:
      return json::object{{"response", 1}};
    case upload_form::story:
      return story_answer(upload);
    case upload_form::widget:
      return widget_answer(upload, style);
    case upload_form::photo_alone:
      return json::object{{"photo", upload.proof}};
    case upload_form::audio:
      issue_server(upload, body);
      issue(upload, body, "audio", short_hash(upload.files.front()));
      body["hash"] = upload.proof;
      body["redirect"] = "";
      return body;
    case upload_form::skill:
      issue_server(upload, body);
      body["hash"] = upload.proof;
      return skill_answer(upload, std::move(body));
  }
  return nullptr;
}

std::string proof_in(const upload_kind& kind, std::string_view parameter) {
  if (kind.form == upload_form::json) return hash_in_json(parameter);
  if (kind.form != upload_form::widget || kind.proof != "image") return std::string{parameter};
  const auto text = vkxx::detail::from_base64url(for_addresses(parameter));
  return text ? hash_in_json(*text) : std::string{};
}

}  // namespace vkxx::emulation::detail
