// The table of kinds, and the matrix on the page that is made from it.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <string_view>

#include <vkxx/schema_tables/schema_tables.hpp>
#include <vkxx/uploads/upload_kind.hpp>

#include "uploads/kinds/upload_matrix.hpp"
#include "uploads/machine/name_list.hpp"

namespace vkxx::detail {
namespace {

constexpr std::string_view page_path = VKXX_DOCS "/uploads.md";
constexpr std::string_view beginning = "| kind | ";

// With VKXX_UPDATE_DOCS set, the page is corrected; see scripts/update-upload-matrix.
TEST(UploadMatrix, IsThatOfThePage) {
  std::ifstream page{std::string{page_path}};
  std::string text{std::istreambuf_iterator<char>{page}, {}};
  const auto matrix = upload_matrix();
  if (text.find(matrix) == std::string::npos && std::getenv("VKXX_UPDATE_DOCS") != nullptr) {
    const auto begin = text.find(beginning);
    ASSERT_NE(begin, std::string::npos);
    text.replace(begin, text.find("\n\n", begin) + 1 - begin, matrix);
    std::ofstream{std::string{page_path}} << text;
  }
  EXPECT_NE(text.find(matrix), std::string::npos)
      << "docs/uploads.md must have this table; scripts/update-upload-matrix writes it:\n"
      << matrix;
}

TEST(UploadTable, HasAllUploadMethodsOfTheSchema) {
  std::set<std::string_view> known;
  for (const auto& facts : upload_kinds()) known.insert(facts.server_method);
  for (const auto& method : schema_tables::methods()) {
    const std::string_view name = method.name();
    if (name.find("UploadServer") != std::string_view::npos ||
        name.find("UploadU") != std::string_view::npos) {
      EXPECT_TRUE(known.contains(name)) << name;
    }
  }
}

// The methods that the schema has take the parameters that the table names.
TEST(UploadTable, NamesParametersOfTheSchema) {
  const auto expect_parameters = [](std::string_view method_name, std::string_view names) {
    const auto method = schema_tables::find_method(method_name);
    if (!method) return;
    for (auto name : words_of(names)) {
      if (name.ends_with('*')) name.remove_suffix(1);
      bool found = false;
      for (const auto& parameter : method->parameters()) found = found || parameter.name() == name;
      EXPECT_TRUE(found) << method_name << ' ' << name;
    }
  };
  for (const auto& facts : upload_kinds()) {
    expect_parameters(facts.server_method, facts.parameters);
    expect_parameters(facts.save_method, facts.save_parameters);
  }
}

TEST(UploadTable, IsFoundByName) {
  for (const auto& facts : upload_kinds()) {
    EXPECT_EQ(find_upload_kind(facts.name), facts.kind);
    EXPECT_EQ(to_string(facts.kind), facts.name);
    EXPECT_EQ(&facts_of(facts.kind), &facts);
  }
  EXPECT_EQ(find_upload_kind("photo"), std::nullopt);
}

}  // namespace
}  // namespace vkxx::detail
