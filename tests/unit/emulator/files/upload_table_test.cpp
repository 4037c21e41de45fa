// The table of uploads in the documentation, and the rows themselves.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include <vkxx/schema_tables/schema_tables.hpp>

#include "emulator/files/upload_kind.hpp"

namespace vkxx::emulation::detail {
namespace {

TEST(UploadTable, IsThatOfTheDocumentation) {
  std::ifstream page{VKXX_DOCS "/emulator.md"};
  const std::string text{std::istreambuf_iterator<char>{page}, {}};
  EXPECT_NE(text.find(upload_table()), std::string::npos)
      << "docs/emulator.md, \"Uploads\", must have this table:\n"
      << upload_table();
}

TEST(UploadTable, HasEveryUploadMethodOfTheSchema) {
  std::set<std::string_view> missing;
  for (const auto& method : schema_tables::methods()) {
    const std::string_view name = method.name();
    const bool gives_address = name.find("UploadServer") != std::string_view::npos ||
                               name.find("UploadU") != std::string_view::npos;
    if (gives_address && !is_upload_server(name)) missing.insert(name);
  }
  EXPECT_EQ(missing, std::set<std::string_view>{});
}

TEST(UploadTable, IsFoundByNameAndByArguments) {
  argument_list arguments;
  EXPECT_EQ(upload_kind_of("docs.getMessagesUploadServer", arguments)->name, "message_document");
  arguments.set("type", "graffiti");
  EXPECT_EQ(upload_kind_of("docs.getMessagesUploadServer", arguments)->name, "graffiti");
  EXPECT_EQ(upload_kind_of("users.get", arguments), nullptr);
  EXPECT_EQ(find_upload_kind("poll_photo")->save_method, "polls.savePhoto");
  EXPECT_EQ(find_upload_kind("nothing"), nullptr);
  EXPECT_TRUE(takes_field(*find_upload_kind("album_photo"), "file5"));
  EXPECT_FALSE(takes_field(*find_upload_kind("album_photo"), "file"));
}

}  // namespace
}  // namespace vkxx::emulation::detail
