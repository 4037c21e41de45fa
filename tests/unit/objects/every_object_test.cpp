// Every object of the schema: JSON -> object -> JSON loses nothing, also when the JSON is loose.
#include "unit/objects/every_object.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <map>
#include <random>
#include <string>

#include <vkxx/schema_tables/sample.hpp>

#include "unit/objects/json_compare.hpp"

namespace {

namespace tables = vkxx::schema_tables;
namespace json = boost::json;
using vkxx::detail::codec;

// The types of all objects and unions by VK's names, collected from what mentions them.
class types_by_name {
 public:
  types_by_name() {
    for (const auto method : tables::methods()) {
      for (const auto answer : method.answers()) collect(answer.type());
      for (const auto parameter : method.parameters()) collect(parameter.type());
    }
    for (const auto object : tables::objects()) {
      for (const auto field : object.fields()) collect(field.type());
    }
    for (const auto event : tables::events()) {
      if (event.type()) collect(*event.type());
    }
  }
  [[nodiscard]] const tables::type* find(std::string_view name) const {
    const auto found = types_.find(name);
    return found == types_.end() ? nullptr : &found->second;
  }

 private:
  void collect(tables::type kind) {
    while (kind.kind() == tables::kind::array) kind = kind.item();
    if (!kind.name().empty()) types_.emplace(std::string{kind.name()}, kind);
  }
  std::map<std::string, tables::type, std::less<>> types_;
};

class round_trips : public vkxx::tests::object_visitor {
 public:
  std::size_t objects = 0, unmentioned = 0;

 private:
  void visit(std::string_view name, const codec& value_codec, void* value, reset empty) override {
    ++objects;
    const auto* type = types_.find(name);
    if (type == nullptr) {
      ++unmentioned;  // nothing refers to it: the tables have no type for it
      return;
    }
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
      tables::sample_options options;
      options.seed = seed;
      options.every_field = seed == 0;
      options.depth = 2;
      const auto sample = tables::sample(*type, options);
      const auto context = std::string{name} + " seed " + std::to_string(seed);
      strict(value_codec, value, sample, context);
      empty(value);
      loose(value_codec, value, *type, sample, context);
      empty(value);
    }
  }

  static void strict(const codec& value_codec, void* value, const std::string& sample,
                     const std::string& context) {
    vkxx::decode_options options;
    options.strict = true;
    const auto read = vkxx::detail::read_document(sample, false, value_codec, value, options);
    ASSERT_TRUE(read) << context << ": " << read.error().message() << "\n"
                      << sample.substr(0, 2000);
    const auto written = vkxx::detail::write_document(value_codec, value);
    EXPECT_EQ(vkxx::tests::difference(json::parse(sample), json::parse(written)), "") << context;
  }

  static void loose(const codec& value_codec, void* value, tables::type type,
                    const std::string& sample, const std::string& context) {
    auto changed = json::parse(sample);
    vkxx::tests::loosen(type, changed);
    std::vector<vkxx::decode_issue> issues;
    vkxx::decode_options options;
    options.issues = &issues;
    const auto read =
        vkxx::detail::read_document(json::serialize(changed), false, value_codec, value, options);
    ASSERT_TRUE(read) << context << ": " << read.error().message();
    EXPECT_TRUE(issues.empty()) << context << ": " << issues[0].path << ": " << issues[0].reason;
    const auto written = vkxx::detail::write_document(value_codec, value);
    EXPECT_EQ(vkxx::tests::difference(json::parse(sample), json::parse(written)), "") << context;
  }

  types_by_name types_;
};

TEST(EveryObject, SurvivesTheRoundTrip) {
  round_trips test;
  vkxx::tests::every_object(test);
  EXPECT_GE(test.objects, 500U);
  EXPECT_LE(test.unmentioned, 120U);
}

// Bytes that are no JSON, or JSON of another kind: an error or issues, never a crash.
class abuse : public vkxx::tests::object_visitor {
 private:
  void visit(std::string_view name, const codec& value_codec, void* value, reset empty) override {
    for (const std::string_view text :
         {"", "{", "[", "[]", "[1]", "null", "true", "1", "\"a\"", "{\"id\":", "{\"id\":[[[[[[1",
          "{\"id\":{\"id\":1}}", "{\"items\":1}", "\xff\xfe", "{\"id\":1e999}", "{}}",
          "{\"\\u0069d\":1}"}) {
      empty(value);
      const auto read = vkxx::detail::read_document(text, false, value_codec, value, {});
      if (text.empty() || text == "{") {
        EXPECT_FALSE(read) << name << " of " << text;
      }
    }
  }
};

TEST(EveryObject, ToleratesEveryKindOfValue) {
  abuse test;
  vkxx::tests::every_object(test);
}

// Samples with bytes changed, cut and doubled: never a crash; what is read can be written and read.
class mutilation : public vkxx::tests::object_visitor {
 public:
  std::size_t read_anyway = 0;

 private:
  void visit(std::string_view name, const codec& value_codec, void* value, reset empty) override {
    const auto* type = types_.find(name);
    if (type == nullptr) return;
    tables::sample_options options;
    options.depth = 1;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
      options.seed = seed;
      auto text = tables::sample(*type, options);
      std::mt19937_64 random{seed};
      change(text, random);
      empty(value);
      if (!vkxx::detail::read_document(text, false, value_codec, value, {})) continue;
      ++read_anyway;
      const auto written = vkxx::detail::write_document(value_codec, value);
      empty(value);
      const auto again = vkxx::detail::read_document(written, false, value_codec, value, {});
      ASSERT_TRUE(again) << name << " seed " << seed << ": " << again.error().message() << "\n"
                         << text << "\n"
                         << written;
      EXPECT_EQ(vkxx::detail::write_document(value_codec, value), written)
          << name << " seed " << seed;
    }
  }

  static void change(std::string& text, std::mt19937_64& random) {
    static constexpr std::string_view pieces = "{}[],:\"0-e.\\tnf \x01\xff";
    const auto at = [&] { return text.empty() ? 0 : random() % text.size(); };
    for (std::uint64_t i = 0; i < 1 + random() % 3; ++i) {
      switch (random() % 4) {
        case 0:
          text[at()] = pieces[random() % pieces.size()];
          break;
        case 1:
          text.erase(at(), 1 + random() % 8);
          break;
        case 2:
          text.insert(at(), 1, pieces[random() % pieces.size()]);
          break;
        default:
          text.insert(at(), text.substr(at(), random() % 16));
          break;
      }
      if (text.empty()) text = "{";
    }
  }

  types_by_name types_;
};

TEST(EveryObject, ToleratesMutilatedJson) {
  mutilation test;
  vkxx::tests::every_object(test);
  EXPECT_GT(test.read_anyway, 1000U);
}

}  // namespace
