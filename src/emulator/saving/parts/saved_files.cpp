#include "emulator/saving/parts/saved_files.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "core/encoding/base64url.hpp"
#include "emulator/saving/snapshot.hpp"

namespace vkxx::emulation::detail {

constexpr std::array<std::string_view, 4> saved_formats{"jpeg", "png", "gif", "webp"};
// Of attachments and albums.
constexpr std::int64_t largest_saved_id = 1'000'000'000'000;

template <>
struct saved_part<stored_file> {
  static std::shared_ptr<stored_file> without_bytes(const std::shared_ptr<file_space>& space) {
    auto file = std::make_shared<stored_file>(space);
    file->kept_ = false;
    return file;
  }
};

namespace {

struct saved_file {
  std::string hash;
  std::uint64_t size = 0;
  std::string head;  // Base64url, as the bytes.
  std::string bytes;
  bool is_picture = false;
  picture_header picture;
};

using file_map = std::map<std::string, std::shared_ptr<const stored_file>>;

// The texts are kept as they are in an attachment, the file by its hash.
struct saved_content {
  attachment value;
  std::string hash;
};

struct saved_upload {
  upload_ticket ticket;
  std::string kind;
  std::vector<received_file> files;
  std::vector<std::string> hashes;
  std::string proof;
  std::vector<name_value> issued;
};

template <class Archive>
void describe_place(Archive& archive, std::string_view name, std::optional<double>& value) {
  std::vector<double> list;
  if (value) list.push_back(*value);
  archive.member(name, list);
  if constexpr (Archive::reads) {
    if (list.size() > 1) archive.refuse(name, "is a list of one number");
    value = list.empty() ? std::nullopt : std::optional{list.front()};
  }
}

}  // namespace

template <class Archive>
void fields(Archive& archive, saved_file& value) {
  archive.member("hash", value.hash);
  archive.member("size", value.size);
  archive.member("head", value.head);
  archive.member("bytes", value.bytes);
  archive.member("is_picture", value.is_picture);
  archive.choice("format", value.picture.format, saved_formats);
  archive.member("width", value.picture.width);
  archive.member("height", value.picture.height);
}

template <class Archive>
void fields(Archive& archive, saved_content& saved) {
  auto& value = saved.value;
  archive.member("type", value.type);
  archive.member("owner", value.owner);
  archive.member("id", value.id);
  archive.member("key", value.key);
  archive.member("creator", value.creator);
  archive.member("date", value.date);
  archive.member("album", value.album);
  archive.member("open", value.open);
  archive.member("title", value.title);
  archive.member("text", value.text);
  archive.member("artist", value.artist);
  archive.member("tags", value.tags);
  archive.member("extension", value.extension);
  archive.member("moving", value.moving);
  describe_place(archive, "latitude", value.latitude);
  describe_place(archive, "longitude", value.longitude);
  archive.member("file", saved.hash);
}

template <class Archive>
void fields(Archive& archive, photo_album& value) {
  archive.member("id", value.id);
  archive.member("owner", value.owner);
  archive.member("title", value.title);
  archive.member("description", value.description);
  archive.member("created", value.created);
  archive.member("updated", value.updated);
}

template <class Archive>
void describe_ticket(Archive& archive, upload_ticket& value, std::string& kind) {
  archive.member("kind", kind);
  archive.member("token", value.token);
  archive.member("actor", value.actor);
  archive.member("owner", value.owner);
  archive.member("album", value.album);
  archive.member("chat", value.chat);
  archive.member("video", value.video);
  archive.member("crop", value.crop);
  archive.member("created", value.created);
  archive.member("used", value.used);
  if constexpr (Archive::reads) {
    value.kind = find_upload_kind(kind);
    if (value.kind == nullptr) archive.refuse("kind", "is not the name of a kind of uploads");
  }
}

template <class Archive>
void fields(Archive& archive, upload_ticket& value) {
  std::string kind{value.kind == nullptr ? std::string_view{} : value.kind->name};
  describe_ticket(archive, value, kind);
}

template <class Archive>
void fields(Archive& archive, name_value& value) {
  archive.member("name", value.first);
  archive.member("value", value.second);
}

template <class Archive>
void fields(Archive& archive, received_file& value) {
  archive.member("field", value.field);
  archive.member("filename", value.filename);
  archive.member("extension", value.extension);
  archive.member("content_type", value.content_type);
}

template <class Archive>
void fields(Archive& archive, saved_upload& value) {
  archive.object("ticket", [&](auto& inner) { describe_ticket(inner, value.ticket, value.kind); });
  archive.member("files", value.files);
  archive.member("hashes", value.hashes);
  archive.member("proof", value.proof);
  archive.member("issued", value.issued);
  if constexpr (Archive::reads)
    if (value.files.size() != value.hashes.size())
      archive.refuse("hashes", "must be one for each file");
}

template <>
struct saved_part<upload_desk> {
  static void collect(const upload_desk& desk, file_map& files) {
    for (const auto& [proof, upload] : desk.finished_)
      for (const auto& file : upload->files)
        if (file.content != nullptr) files[file.content->hash] = file.content;
  }
  static void describe(snapshot_writer& into, upload_desk& desk) {
    std::vector<upload_ticket> tickets;
    for (const auto& token : desk.ticket_order_)
      tickets.push_back(desk.tickets_.find(token)->second);
    std::vector<saved_upload> uploads;
    for (const auto& proof : desk.finished_order_) {
      const auto& upload = *desk.finished_.find(proof)->second;
      saved_upload saved{upload.ticket, std::string{upload.ticket.kind->name},
                         upload.files,  {},
                         upload.proof,  upload.issued};
      for (const auto& file : upload.files)
        saved.hashes.push_back(file.content == nullptr ? std::string{} : file.content->hash);
      uploads.push_back(std::move(saved));
    }
    describe_both(into, desk, tickets, uploads);
  }
  static void describe(snapshot_reader& from, upload_desk& desk, const file_map& files) {
    std::vector<upload_ticket> tickets;
    std::vector<saved_upload> uploads;
    describe_both(from, desk, tickets, uploads);
    if (tickets.size() > upload_desk::limit || uploads.size() > upload_desk::limit)
      from.refuse("uploads", "are more than are kept");
    for (auto& ticket : tickets) {
      const auto token = ticket.token;
      if (token.empty() || !desk.tickets_.emplace(token, std::move(ticket)).second)
        from.refuse("upload_addresses", "have one without a token of its own");
      desk.ticket_order_.push_back(token);
    }
    for (auto& saved : uploads) {
      auto upload = std::make_shared<finished_upload>();
      upload->ticket = std::move(saved.ticket);
      upload->files = std::move(saved.files);
      upload->proof = std::move(saved.proof);
      upload->issued = std::move(saved.issued);
      // Save methods take the first one.
      if (upload->files.empty() && upload->ticket.kind->media != upload_media::nothing)
        from.refuse("uploads", "have one without a file");
      for (std::size_t i = 0; i < saved.hashes.size(); ++i) {
        const auto file = files.find(saved.hashes[i]);
        if (file == files.end()) from.refuse("uploads", "have one of a file that is missing");
        upload->files[i].content = file->second;
      }
      const auto proof = upload->proof;
      if (proof.empty() || !desk.finished_.emplace(proof, std::move(upload)).second)
        from.refuse("uploads", "have one without a proof of its own");
      desk.finished_order_.push_back(proof);
    }
  }

 private:
  template <class Archive>
  static void describe_both(Archive& archive, upload_desk& desk,
                            std::vector<upload_ticket>& tickets,
                            std::vector<saved_upload>& uploads) {
    archive.member("upload_addresses", tickets);
    archive.member("uploads", uploads);
    archive.member("uploads_dropped", desk.dropped_);
    save_random(archive, "upload_random", desk.random_);
  }
};

template <>
struct saved_part<attachment_registry> {
  static void collect(const attachment_registry& all, file_map& files) {
    for (const auto& [name, value] : all.items_)
      if (value.content != nullptr) files[value.content->hash] = value.content;
  }
  static void describe(snapshot_writer& into, attachment_registry& all) {
    std::vector<saved_content> items;
    for (const auto& name : all.order_) {
      const auto found = all.items_.find(name);
      if (found == all.items_.end()) continue;
      const auto& value = found->second;
      items.push_back({value, value.content == nullptr ? std::string{} : value.content->hash});
    }
    describe_both(into, all, items);
  }
  static void describe(snapshot_reader& from, attachment_registry& all, const file_map& files) {
    std::vector<saved_content> items;
    describe_both(from, all, items);
    for (const auto& [type, id] : all.last_ids_)
      if (id < 0 || id > largest_saved_id) from.refuse("last_ids", "have one out of range");
    const auto dropped = all.dropped_;
    for (auto& [value, hash] : items) {
      check(from, value);
      if (!hash.empty()) {
        const auto file = files.find(hash);
        if (file == files.end()) from.refuse("items", "have one of a file that is missing");
        value.content = file->second;
      }
      all.add(std::move(value));
    }
    all.dropped_ = dropped;
  }

 private:
  static void check(const snapshot_reader& from, const attachment& value) {
    constexpr std::array<std::string_view, 7> types{"photo", "doc",   "graffiti", "audio_message",
                                                    "video", "story", "audio"};
    if (std::ranges::find(types, value.type) == types.end() || value.id <= 0 ||
        value.id > largest_saved_id || value.key.empty())
      from.refuse("items", "have one of an unknown type, or without id or key");
  }
  template <class Archive>
  static void describe_both(Archive& archive, attachment_registry& all,
                            std::vector<saved_content>& items) {
    archive.member("items", items);
    archive.member("items_dropped", all.dropped_);
    archive.entries("last_ids", all.last_ids_, [](auto& inner, auto& type, auto& id) {
      inner.member("type", type);
      inner.member("id", id);
    });
    save_wide(archive, "seed", all.seed_);
  }
};

namespace {

std::string encoded(std::string_view bytes) {
  return vkxx::detail::base64url(bytes);
}

bool has_small_bytes(const stored_file& file) {
  return file.has_bytes() && file.size <= largest_saved_file;
}

saved_file file_to_save(const stored_file& file, bool with_bytes) {
  saved_file entry;
  entry.hash = file.hash;
  entry.size = file.size;
  if (with_bytes) entry.bytes = encoded(file.bytes());
  // An empty file has its bytes, too.
  if (!with_bytes || file.size == 0) {
    entry.head = encoded(file.head);
    entry.is_picture = file.picture.has_value();
    if (file.picture) entry.picture = *file.picture;
  }
  return entry;
}

std::vector<saved_file> files_to_save(const file_map& files) {
  std::vector<saved_file> saved;
  std::size_t kept = 0;
  for (const auto& [hash, file] : files) {
    const bool fits = has_small_bytes(*file) && kept + file->size <= most_saved_bytes;
    if (fits) kept += static_cast<std::size_t>(file->size);
    saved.push_back(file_to_save(*file, fits));
  }
  return saved;
}

std::shared_ptr<const stored_file> restored(const snapshot_reader& from, const saved_file& saved,
                                            const std::shared_ptr<file_space>& space) {
  constexpr std::size_t digits = 64;
  if (saved.hash.size() != digits ||
      saved.hash.find_first_not_of("0123456789abcdef") != std::string::npos)
    from.refuse("files", "have one whose hash is not a SHA-256");
  if (!saved.bytes.empty() || saved.size == 0) {
    const auto bytes = vkxx::detail::from_base64url(saved.bytes);
    file_builder builder{space};
    builder.add(bytes.value_or(std::string{}));
    auto file = builder.finish();
    if (!bytes || file->hash != saved.hash || file->size != saved.size)
      from.refuse("files", "have one whose bytes do not have its hash and size");
    return file;
  }
  constexpr std::uint64_t largest = std::uint64_t{1} << 40U;
  const auto head = vkxx::detail::from_base64url(saved.head);
  if (!head || head->size() > 64 || saved.size > largest)
    from.refuse("files", "have one with a wrong head or size");
  auto file = saved_part<stored_file>::without_bytes(space);
  file->hash = saved.hash;
  file->size = saved.size;
  file->head = *head;
  if (saved.is_picture) {
    if (saved.picture.width == 0 || saved.picture.height == 0)
      from.refuse("files", "have a picture without width or height");
    file->picture = saved.picture;
  }
  return file;
}

}  // namespace

template <>
struct saved_part<file_registry> {
  static void write(snapshot_writer& into, file_registry& files) {
    file_map all;
    saved_part<upload_desk>::collect(files.uploads_, all);
    saved_part<attachment_registry>::collect(files.attachments_, all);
    auto saved = files_to_save(all);
    into.member("files", saved);
    saved_part<attachment_registry>::describe(into, files.attachments_);
    saved_part<upload_desk>::describe(into, files.uploads_);
    describe_albums(into, files);
  }
  static void read(snapshot_reader& from, file_registry& files) {
    std::vector<saved_file> saved;
    from.member("files", saved);
    file_map all;
    for (const auto& entry : saved)
      all[entry.hash] = files.index_.add(restored(from, entry, files.space_));
    saved_part<attachment_registry>::describe(from, files.attachments_, all);
    saved_part<upload_desk>::describe(from, files.uploads_, all);
    describe_albums(from, files);
  }

 private:
  template <class Archive>
  static void describe_albums(Archive& archive, file_registry& files) {
    std::vector<photo_album> albums;
    if constexpr (!Archive::reads)
      for (const auto& [key, album] : files.albums_) albums.push_back(album);
    archive.member("albums", albums);
    archive.member("last_album", files.last_album_);
    if constexpr (Archive::reads) {
      check_range(archive, "last_album", files.last_album_, 0, largest_saved_id);
      if (albums.size() > file_registry::most_albums)
        archive.refuse("albums", "are more than are kept");
      for (auto& album : albums) {
        const std::pair key{album.owner, album.id};
        if (album.id > files.last_album_ || !files.albums_.emplace(key, std::move(album)).second)
          archive.refuse("albums", "have one twice, or above last_album");
      }
    }
  }
};

std::string saved_file_text(const stored_file& file) {
  std::string text;
  snapshot_writer writer{text};
  auto saved = file_to_save(file, has_small_bytes(file));
  writer.whole([&](snapshot_writer& into) { fields(into, saved); });
  return text;
}

std::shared_ptr<const stored_file> file_from_text(std::string_view text,
                                                  const std::shared_ptr<file_space>& space) {
  const auto document = parse_snapshot(text);
  const snapshot_place top;
  snapshot_reader from{document.get_object(), top};
  saved_file saved;
  fields(from, saved);
  from.finish();
  return restored(from, saved, space);
}

void save_files(snapshot_writer& into, file_registry& files) {
  saved_part<file_registry>::write(into, files);
}

void save_files(snapshot_reader& from, file_registry& files) {
  saved_part<file_registry>::read(from, files);
}

}  // namespace vkxx::emulation::detail
