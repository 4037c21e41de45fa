// The part of the service that takes files and serves them again.
#include <algorithm>
#include <array>
#include <boost/json/serialize.hpp>

#include <vkxx/core/redaction.hpp>

#include "emulator/files/file_commands.hpp"
#include "emulator/http/transport_faults.hpp"
#include "emulator/saving/changes/change_records.hpp"
#include "emulator/saving/parts/saved_files.hpp"
#include "emulator/service.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::string_view upload_prefix = "/upload/";
constexpr std::size_t hash_digits = 64;

// What a browser may show: nothing else runs scripts or looks like a page of the emulator.
struct shown_type {
  std::string_view extension;
  std::string_view content_type;
};

constexpr std::array<shown_type, 11> shown_types{{{"jpg", "image/jpeg"},
                                                  {"jpeg", "image/jpeg"},
                                                  {"png", "image/png"},
                                                  {"gif", "image/gif"},
                                                  {"webp", "image/webp"},
                                                  {"mp3", "audio/mpeg"},
                                                  {"ogg", "audio/ogg"},
                                                  {"opus", "audio/ogg"},
                                                  {"m4a", "audio/mp4"},
                                                  {"wav", "audio/wav"},
                                                  {"flac", "audio/flac"}}};

answer json_answer(const boost::json::value& body) {
  answer result;
  result.body = boost::json::serialize(body);
  return result;
}

answer too_large_page() {
  return page(413,
              "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body>\r\n"
              "<center><h1>413 Request Entity Too Large</h1></center>\r\n<hr><center>nginx"
              "</center>\r\n</body>\r\n</html>\r\n");
}

bool takes_method(const upload_kind& kind, std::string_view method) {
  return method == "POST" || (kind.media == upload_media::nothing && method == "GET");
}

// The answers of the faults that are forms of upload servers; nothing: another fault.
std::optional<answer> form_of_fault(const fault& rule, const upload_kind& kind) {
  const auto code = static_cast<int>(rule.value().value_or(2));
  const upload_refusal refusal{code, "ERR_UPLOAD_BAD_IMAGE_SIZE", "the upload server refuses it"};
  switch (rule.kind()) {
    case fault_kind::upload_error:
      return json_answer(refusal_answer(upload_error_form::flat, refusal));
    case fault_kind::upload_error_object:
      return json_answer(refusal_answer(upload_error_form::object, refusal));
    case fault_kind::upload_errcode:
      return json_answer(refusal_answer(kind.error == upload_error_form::bwact
                                            ? upload_error_form::bwact
                                            : upload_error_form::errcode,
                                        refusal));
    case fault_kind::upload_empty:
      return json_answer(empty_answer(kind));
    default:
      return std::nullopt;
  }
}

std::string upload_record(const moment& when, const std::string& token, bool old_format,
                          const std::vector<received_file>& received) {
  upload_change change;
  change.time_ms = when.unix_ms;
  change.request = when.request;
  change.token = token;
  change.base_url = when.base_url;
  change.old_format = old_format;
  for (const auto& file : received)
    change.files.push_back(
        {file.field, file.filename, file.extension, file.content_type,
         file.content == nullptr ? std::string{} : saved_file_text(*file.content)});
  return record_of(change);
}

}  // namespace

std::unique_ptr<upload_request> service::begin_upload(const http_message& head,
                                                      std::optional<std::uint64_t> length) {
  const auto path = path_of(head.target);
  if (!path.starts_with(upload_prefix)) return nullptr;
  const std::lock_guard lock{mutex_};
  const auto* ticket = stage_->files.uploads().find(path.substr(upload_prefix.size()));
  if (ticket == nullptr || !takes_method(*ticket->kind, head.method)) return nullptr;
  http_message without_body;
  without_body.method = head.method;
  without_body.target = head.target;
  without_body.headers = head.headers;
  auto request = std::unique_ptr<upload_request>{
      new upload_request{std::move(without_body), recorded_head(head),
                         upload_session{*ticket, head, stage_->files.space(), length}, std::nullopt,
                         std::chrono::milliseconds{0}, stage_}};
  const auto address = std::string{upload_prefix} + std::string{ticket->kind->name};
  request->played = stage_->faults.take(upload_question(address));
  if (!request->played) return request;
  request->record.fault = to_string(request->played->rule);
  if (request->played->rule.kind() == fault_kind::slow_read)
    request->pause = std::chrono::milliseconds{request->played->rule.value().value_or(0)};
  return request;
}

bool service::knows_upload(std::string_view path) const {
  if (!path.starts_with(upload_prefix)) return false;
  const std::lock_guard lock{mutex_};
  return stage_->files.uploads().find(path.substr(upload_prefix.size())) != nullptr;
}

answer service::end_upload(std::unique_ptr<upload_request> request) {
  request->session.finish();
  for (const auto& [name, value] : request->session.fields())
    request->record.parameters.emplace_back(name, redacted_parameter(name, value));
  auto reply = upload_answer_of(*request);
  request->record.status = reply.status;
  static_cast<void>(finish(request->head, std::move(request->record), nullptr));
  return reply;
}

answer service::upload_answer_of(upload_request& request) {
  answer reply;
  const auto* rule = request.played ? &request.played->rule : nullptr;
  const auto& kind = *request.session.ticket().kind;
  if (rule != nullptr && play_before(*rule, request.head, reply)) return reply;
  if (request.session.too_large()) return too_large_page();
  if (rule != nullptr)
    if (auto refused = form_of_fault(*rule, kind)) return std::move(*refused);
  {
    const std::lock_guard lock{mutex_};
    auto& files = request.stage->files;
    auto* ticket = files.uploads().find(request.session.ticket().token);
    if (ticket == nullptr) return refusal(404, "The address of the upload server has expired.");
    auto when = now_for(request.head);
    request.record.number = ++request.stage->last_number;
    when.request = request.record.number;
    const bool old_format = rule != nullptr && rule->kind() == fault_kind::old_format;
    auto received = request.session.files();
    note(*request.stage, [&] { return upload_record(when, ticket->token, old_format, received); });
    reply = json_answer(
        take_files(*request.stage, *ticket, std::move(received), old_format, when).body);
  }
  if (rule != nullptr) play_after(*rule, reply);
  return reply;
}

upload_answer service::take_files(stage& current, upload_ticket& ticket,
                                  std::vector<received_file> received, bool old_format,
                                  const moment& when) {
  auto& files = current.files;
  files.publish(received);
  auto style = files.style();
  style.old_format = old_format;
  auto taken = files.uploads().take(ticket, std::move(received), style, when.unix_time);
  if (taken.finished == nullptr || ticket.video == 0 || taken.finished->files.empty()) return taken;
  const auto& file = taken.finished->files.front();
  file_commands commands{current.state, {when.unix_ms, {cause_kind::request, when.request}}, files};
  commands.complete_video({"video", ticket.owner, ticket.video, {}}, file.content, file.extension,
                          when.base_url);
  return taken;
}

answer service::serve_file(std::string_view name) const {
  const auto hash = std::string{name.substr(0, hash_digits)};
  auto extension = name.substr(hash.size());
  if (extension.starts_with('.')) extension.remove_prefix(1);
  std::shared_ptr<const stored_file> file;
  {
    const std::lock_guard lock{mutex_};
    file = stage_->files.find_file(hash);
  }
  if (file == nullptr) return refusal(404, "There is no such file.");
  if (!file->has_bytes())
    return refusal(404, "The bytes of this file are not kept: there was no space for them.");
  answer reply;
  reply.body = file->bytes();
  reply.packed = true;
  const auto found = std::ranges::find(shown_types, extension, &shown_type::extension);
  reply.content_type =
      found == shown_types.end() ? "application/octet-stream" : std::string{found->content_type};
  reply.headers.emplace_back("X-Content-Type-Options", "nosniff");
  if (found == shown_types.end()) reply.headers.emplace_back("Content-Disposition", "attachment");
  return reply;
}

}  // namespace vkxx::emulation::detail
