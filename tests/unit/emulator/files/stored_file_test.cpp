// Files, the space for their bytes, and the attachments made of them.
#include "emulator/files/content/stored_file.hpp"

#include <gtest/gtest.h>

#include "emulator/files/attachment.hpp"
#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::emulation::detail {
namespace {

std::shared_ptr<const stored_file> stored(const std::shared_ptr<file_space>& space,
                                          std::string_view bytes, bool keep_bytes = true) {
  file_builder builder{space, keep_bytes};
  for (std::size_t at = 0; at < bytes.size(); at += 1000) builder.add(bytes.substr(at, 1000));
  return builder.finish();
}

TEST(StoredFile, KnowsItsFactsAndItsBytes) {
  const auto space = std::make_shared<file_space>(5'000'000);
  const auto bytes = png(30, 40) + std::string(3'000'000, 'x');
  const auto file = stored(space, bytes);
  EXPECT_EQ(file->size, bytes.size());
  EXPECT_EQ(file->head, bytes.substr(0, 64));
  EXPECT_EQ(file->picture->height, 40U);
  EXPECT_TRUE(file->has_bytes());
  EXPECT_EQ(file->bytes(), bytes);
  EXPECT_EQ(space->left(), 5'000'000 - bytes.size());
  EXPECT_EQ(stored(space, "abc")->hash,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(StoredFile, KeepsOnlyFactsWithoutSpaceAndGivesItBack) {
  const auto space = std::make_shared<file_space>(2500);
  {
    const auto large = stored(space, std::string(2600, 'x'));
    EXPECT_FALSE(large->has_bytes());
    EXPECT_EQ(large->size, 2600U);
    EXPECT_EQ(large->bytes(), "");
    EXPECT_EQ(space->left(), 2500U);
    const auto small = stored(space, std::string(2500, 'x'));
    EXPECT_TRUE(small->has_bytes());
    EXPECT_FALSE(stored(space, "y")->has_bytes());
    EXPECT_FALSE(stored(space, "", false)->has_bytes());
  }
  EXPECT_EQ(space->left(), 2500U);
}

TEST(FileIndex, MakesOneOfEqualFilesAndForgetsUnusedOnes) {
  const auto space = std::make_shared<file_space>(10'000);
  file_index index;
  const auto first = index.add(stored(space, "same"));
  EXPECT_EQ(index.add(stored(space, "same")), first);
  EXPECT_EQ(index.find(first->hash), first);
  const auto facts = index.add(stored(space, "other", false));
  EXPECT_NE(index.add(stored(space, "other")), facts) << "bytes are better than facts";
  const auto hash = index.add(stored(space, "gone"))->hash;
  EXPECT_EQ(index.find(hash), nullptr);
}

TEST(AttachmentRegistry, DropsTheOldest) {
  attachment_registry registry{1};
  attachment photo;
  photo.type = "photo";
  photo.owner = 1;
  const auto first = registry.add(photo).id;
  for (std::size_t i = 0; i != attachment_registry::limit; ++i) registry.add(photo);
  EXPECT_EQ(registry.size(), attachment_registry::limit);
  EXPECT_EQ(registry.dropped(), 1U);
  EXPECT_EQ(registry.find({"photo", 1, first, {}}), nullptr);
  EXPECT_NE(registry.find({"photo", 1, first + 1, {}}), nullptr);
}

TEST(AttachmentRegistry, FindsGraffitiAndVoiceAsDocuments) {
  attachment_registry registry{1};
  attachment voice;
  voice.type = "audio_message";
  voice.owner = 2;
  voice.creator = -1;
  const auto& saved = registry.add(voice);
  const attachment_name name{"doc", 2, saved.id, {}};
  EXPECT_EQ(registry.find(name), &saved);
  EXPECT_EQ(registry.access(name, 2), attachment_access::visible);
  EXPECT_EQ(registry.access(name, -1), attachment_access::visible);
  EXPECT_EQ(registry.access(name, 3), attachment_access::hidden);
  EXPECT_EQ(registry.access(name, 0), attachment_access::hidden);
  EXPECT_EQ(registry.access({"doc", 2, saved.id, saved.key}, 3), attachment_access::visible);
  EXPECT_EQ(registry.access({"doc", 2, saved.id + 1, {}}, 2), attachment_access::unknown);
  EXPECT_EQ(registry.shown(name, "http://here")->at("type").as_string(), "audio_message");
  EXPECT_EQ(registry.of_owner("audio_message", 2).size(), 1U);
}

}  // namespace
}  // namespace vkxx::emulation::detail
