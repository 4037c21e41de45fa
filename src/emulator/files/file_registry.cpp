#include "emulator/files/file_registry.hpp"

#include "emulator/api/api_failure.hpp"

namespace vkxx::emulation::detail {
namespace {

constexpr std::int64_t first_album_id = 280'000'001;
constexpr int too_many_albums = 302;

}  // namespace

file_registry::file_registry(std::uint64_t seed, const upload_style& style)
    : style_{style}, uploads_{seed}, attachments_{seed}, last_album_{first_album_id - 1} {}

void file_registry::publish(std::vector<received_file>& files) {
  for (auto& file : files) file.content = index_.add(std::move(file.content));
}

const photo_album& file_registry::add_album(photo_album value) {
  if (albums_.size() == most_albums)
    throw api_failure{static_cast<api_errc>(too_many_albums), "Albums number limit is reached"};
  value.id = ++last_album_;
  const std::pair key{value.owner, value.id};
  return albums_.emplace(key, std::move(value)).first->second;
}

photo_album* file_registry::find_album(std::int64_t owner, std::int64_t id) {
  const auto found = albums_.find({owner, id});
  return found == albums_.end() ? nullptr : &found->second;
}

std::vector<const photo_album*> file_registry::albums_of(std::int64_t owner) const {
  std::vector<const photo_album*> result;
  for (auto at = albums_.lower_bound({owner, 0}); at != albums_.end() && at->first.first == owner;
       ++at)
    result.push_back(&at->second);
  return result;
}

}  // namespace vkxx::emulation::detail
