// Uploads from an ordinary program: a photo for a wall, a document for a message, five photos at
// once.
//
//   VK_ACCESS_TOKEN=… uploads [EMULATOR-ADDRESS]
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include <vkxx/uploads.hpp>

namespace {

// The header of a picture: enough for an emulator.
std::string sample_picture() {
  using namespace std::string_literals;
  return "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\2\x80\0\0\1\xe0\b\6\0\0\0\0\0\0\0"s;
}

void upload_for_others(const vkxx::blocking_uploads& up) {
  const vkxx::peer_id peer{2};
  // The name gets the extension of the content: cat.png.
  const auto photo = up.message_photo(vkxx::memory_source{"cat.jpg", sample_picture()}, peer);
  const auto report = up.message_document(
      vkxx::memory_source{"report.csv", "owls;3\ncats;1\n"}, peer,
      vkxx::upload_options{}.set("title", "Report").set("tags", "owls", "cats"));
  std::cout << "attachment=" << photo.objects().front().type << ',' << report.objects().front().type
            << '\n';
}

}  // namespace

int main(int argc, char** argv) try {
  vkxx::config settings;
  settings.access_token(std::getenv("VK_ACCESS_TOKEN")).lang("en");
  if (argc > 1) settings.emulator(argv[1]);
  vkxx::blocking_client vk{settings};
  const vkxx::blocking_uploads up{vk};

  const auto photo = up.wall_photo(vkxx::memory_source{"cat.png", sample_picture()});
  vk.call(vkxx::request{"wall.post"}.set("message", "A cat").set("attachments", photo));

  upload_for_others(up);

  std::vector<vkxx::upload_source> owls(5, vkxx::memory_source{"owl.png", sample_picture()});
  const auto album = up.album_photos(std::move(owls), vkxx::album_id{-15});
  std::cout << album.objects().size() << " photos in one request\n";

  const auto refused =
      up.try_run(vkxx::upload_kind::wall_photo, {vkxx::memory_source{"letter.png", "%PDF-1.7"}});
  std::cout << refused.error().message() << '\n';
} catch (const vkxx::exception& failure) {
  std::cerr << failure.what() << '\n';
  return 1;
}
