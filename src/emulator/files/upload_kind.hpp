/// @file
/// The kinds of upload, one row each.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "emulator/api/allowed.hpp"
#include "emulator/api/api_request.hpp"

namespace vkxx::emulation::detail {

/// What an upload server takes.
enum class upload_media { picture, video, sound, anything, nothing };

/// The answer of the method that gives the address.
enum class server_form {
  url,    ///< `{upload_url}`
  album,  ///< `{upload_url, album_id, user_id, group_id?}`
  story,  ///< `{upload_url, user_ids}`
  text,   ///< The address alone.
  video,  ///< `{upload_url, video_id, owner_id, title, description, access_key}`
  link,   ///< `{picture_upload_link}` or `{audio_upload_link}`, by the row's `link_name`.
};

/// The answer of the upload server.
enum class upload_form {
  photo,         ///< `{server, photo: "<JSON>", hash}`
  photos_list,   ///< `{server, photos_list: "<JSON>", aid, hash}`
  opaque_text,   ///< `{"response": "<text>"}`
  cover,         ///< `{hash, photo}`
  market,        ///< `{server, photo, hash, crop_data?, crop_hash?, group_id}`
  market_album,  ///< `{gid, server, photo, hash}`
  json,          ///< JSON whose whole text is saved.
  file,          ///< `{file: "…|…"}`
  video,         ///< `{size, video_id, owner_id, video_hash}`
  link,          ///< `{"response": 1}`
  story,         ///< `{"response": {upload_result, _sig}}`
  widget,        ///< `{sha, secret, meta, hash, …}`; the older: `{image, hash}`
  photo_alone,   ///< `{photo}`
  audio,         ///< `{server, audio, hash, redirect}`
  skill,         ///< `{server, photo: {…}, hash, aid, message_code}`
};

/// How the upload server refuses a file.
enum class upload_error_form {
  flat,     ///< `{"error": "ERR_…: …", "error_code": N, …}`
  object,   ///< `{"error": {"error_code": N, "type": "…"}}`
  errcode,  ///< `{"errcode": N}`
  bwact,    ///< `{"errcode": N, "bwact": "…"}`
};

struct upload_kind {
  std::string_view name;           ///< In addresses and in faults.
  std::string_view server_method;  ///< Gives the address.
  std::string_view selector;  ///< `type=graffiti`: the parameter that selects this row; else empty.
  allowed who;                ///< The tokens of both methods.
  server_form server = server_form::url;
  std::string_view fields;  ///< The names that the documentation fixes, separated by blanks.
  upload_media media = upload_media::picture;
  std::uint64_t limit = 0;  ///< Bytes of a file.
  std::uint32_t least_width = 0;
  std::uint32_t least_height = 0;
  upload_form form = upload_form::photo;
  upload_error_form error = upload_error_form::flat;
  std::string_view save_method;  ///< Empty: none.
  std::string_view proof;        ///< The parameter of the save method that holds the proof.
  int altered = 121;             ///< The code for values that the server did not give.
  std::string_view result;       ///< What the save method gives, in words.
};

inline constexpr std::size_t upload_kind_count = 32;
[[nodiscard]] std::span<const upload_kind, upload_kind_count> upload_kinds() noexcept;
/// Null: no such kind.
[[nodiscard]] const upload_kind* find_upload_kind(std::string_view name) noexcept;
/// The row of a call of a method that gives an address; null: it gives none.
[[nodiscard]] const upload_kind* upload_kind_of(std::string_view server_method,
                                                const argument_list& arguments) noexcept;
/// Whether the method gives addresses of upload servers.
[[nodiscard]] bool is_upload_server(std::string_view method) noexcept;
/// Whether the field is one of the documented names.
[[nodiscard]] bool takes_field(const upload_kind& kind, std::string_view field) noexcept;
/// The table of `docs/emulator.md`.
[[nodiscard]] std::string upload_table();

}  // namespace vkxx::emulation::detail
