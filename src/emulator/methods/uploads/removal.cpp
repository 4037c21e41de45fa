// `photos.delete` and `docs.delete`: what was saved is gone. Messages and posts still show it.
#include <string>
#include <vector>

#include "emulator/methods/messages/message_rows.hpp"
#include "emulator/methods/uploads/upload_methods.hpp"

namespace vkxx::emulation::detail {
namespace {

namespace json = boost::json;

bool may_delete(const method_call& request, const attachment& value) {
  const auto actor = request.actor();
  if (value.owner == actor || value.creator == actor) return true;
  return value.owner < 0 && !request.state.not_administered(actor, {-value.owner});
}

attachment_name one_photo(const method_call& request) {
  const auto id = request.integer("photo_id", 0, 0);
  if (id == 0) throw bad_parameter("photo_id is undefined");
  return {"photo", request.integer("owner_id", request.actor()), id};
}

std::vector<attachment_name> photos_named(const method_call& request) {
  if (!request.given("photos")) return {one_photo(request)};
  std::vector<attachment_name> names;
  for (const auto& text : request.list("photos", 100)) {
    auto name = read_attachment("photo" + text);
    if (!name) throw bad_parameter("photos is invalid");
    names.push_back(std::move(*name));
  }
  return names;
}

// A photo that nobody has saved is a sample, which can be deleted as often as one likes.
json::value photos_delete(const method_call& request) {
  const auto names = photos_named(request);
  for (const auto& name : names) {
    const auto* found = request.files.attachments().find(name);
    if (found != nullptr && !may_delete(request, *found))
      throw api_failure{api_errc::access_denied};
  }
  for (const auto& name : names) request.change_files().remove(name);
  return 1;
}

json::value docs_delete(const method_call& request) {
  const attachment_name name{"doc", request.required_integer("owner_id"),
                             request.required_integer("doc_id")};
  const auto* found = request.files.attachments().find(name);
  if (found == nullptr) throw api_failure{api_errc::bad_document_id};
  if (!may_delete(request, *found)) throw api_failure{api_errc::document_delete_denied};
  request.change_files().remove({found->type, found->owner, found->id});
  return 1;
}

}  // namespace

void add_removal(method_table& table) {
  add_rows(table, {{"photos.delete", photos_delete}, {"docs.delete", docs_delete}});
}

}  // namespace vkxx::emulation::detail
