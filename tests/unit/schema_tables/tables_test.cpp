// The tables against the imported schema, read here by a JSON parser and not by the generator.
#include <vkxx/schema_tables/schema_tables.hpp>

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace tables = vkxx::schema_tables;
namespace json = boost::json;

json::value read(const std::filesystem::path& path) {
  std::ifstream file{path};
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str());
}

std::map<std::string, json::object> imported_methods() {
  std::map<std::string, json::object> methods;
  for (const auto& entry : std::filesystem::directory_iterator{VKXX_SCHEMA_FOLDER "/sections"}) {
    const auto section = read(entry.path());
    const auto* found = section.as_object().if_contains("methods");
    if (found == nullptr) continue;
    for (const auto& [name, method] : found->as_object()) methods[name] = method.as_object();
  }
  return methods;
}

json::object correction(const std::string& place) {
  const auto corrections = read(VKXX_SCHEMA_FOLDER "/overlays/corrections.json");
  for (const auto& entry : corrections.as_array()) {
    if (entry.at("at").as_string() == place && entry.at("set").is_object()) {
      return entry.at("set").as_object();
    }
  }
  return {};
}

TEST(SchemaTables, HaveEveryMethodOfTheSchema) {
  const auto imported = imported_methods();
  const auto counts = read(VKXX_SCHEMA_FOLDER "/manifest.json").at("counts");
  EXPECT_EQ(imported.size(), static_cast<std::size_t>(counts.at("methods").as_int64()));
  EXPECT_EQ(tables::methods().size(), imported.size());
  std::set<std::string> names;
  for (const auto method : tables::methods()) names.insert(std::string{method.name()});
  for (const auto& [name, facts] : imported) EXPECT_TRUE(names.contains(name)) << name;
}

TEST(SchemaTables, HoldEveryParameterWithItsFlagAndLimits) {
  std::size_t parameters = 0;
  for (const auto& [name, facts] : imported_methods()) {
    const auto method = tables::find_method(name);
    ASSERT_TRUE(method) << name;
    for (const auto& [key, value] : facts.at("parameters").as_object()) {
      const auto parameter = method->find_parameter(key);
      ASSERT_TRUE(parameter) << name << " " << std::string{key};
      ++parameters;
      auto node = value.as_object();
      const auto corrected = correction("methods/" + name + "/parameters/" + std::string{key});
      if (!corrected.empty()) node = corrected;
      EXPECT_EQ(parameter->required(), node.contains("required")) << name << " " << key;
      if (node.contains("min") && node.at("min").is_int64()) {
        EXPECT_EQ(parameter->type().minimum(), node.at("min").as_int64()) << name << " " << key;
      }
      if (node.contains("max") && node.at("max").is_int64()) {
        EXPECT_EQ(parameter->type().maximum(), node.at("max").as_int64()) << name << " " << key;
      }
      if (node.contains("max_length")) {
        EXPECT_EQ(parameter->type().max_length(),
                  static_cast<std::size_t>(node.at("max_length").as_int64()));
      }
      if (node.contains("max_items")) {
        EXPECT_EQ(parameter->type().max_items(),
                  static_cast<std::size_t>(node.at("max_items").as_int64()));
      }
      if (node.contains("enum")) {
        EXPECT_FALSE(parameter->type().kind() == tables::kind::bool_int ||
                     parameter->type().values().empty())
            << name << " " << key;
      }
    }
  }
  EXPECT_EQ(parameters, 2379U);
}

TEST(SchemaTables, HoldTokensAndErrors) {
  const auto send = tables::find_method("messages.send");
  ASSERT_TRUE(send);
  EXPECT_TRUE(send->writes());
  EXPECT_TRUE(send->tokens().contains(vkxx::token_kind::user));
  EXPECT_TRUE(send->tokens().contains(vkxx::token_kind::community));
  EXPECT_FALSE(send->tokens().contains(vkxx::token_kind::service));
  EXPECT_FALSE(send->tokens().open_to_all());
  EXPECT_EQ(send->idempotency_parameter(), "random_id");
  std::set<int> codes;
  for (const int code : send->errors()) codes.insert(code);
  EXPECT_TRUE(codes.contains(901));
  EXPECT_TRUE(codes.contains(914));
  const auto get = tables::find_method("users.get");
  ASSERT_TRUE(get);
  EXPECT_FALSE(get->writes());
  EXPECT_TRUE(get->batchable());
  EXPECT_FALSE(tables::find_method("photos.saveWallPhoto")->batchable());
  EXPECT_FALSE(tables::find_method("Users.get"));
  EXPECT_FALSE(tables::find_method(""));
  EXPECT_FALSE(tables::find_method("zzz"));
}

TEST(SchemaTables, GiveEveryMethodWithAKeyItsIdempotencyParameter) {
  std::set<std::string_view> keyed;
  for (const auto method : tables::methods()) {
    for (const std::string_view key : {"random_id", "guid"}) {
      if (!method.find_parameter(key)) continue;
      EXPECT_EQ(method.idempotency_parameter(), key) << method.name();
      EXPECT_TRUE(method.writes()) << method.name();
      keyed.insert(method.name());
    }
    if (!keyed.contains(method.name())) {
      EXPECT_EQ(method.idempotency_parameter(), "") << method.name();
    }
  }
  EXPECT_EQ(keyed,
            (std::set<std::string_view>{
                "board.createComment", "market.createComment", "messages.send",
                "notes.createComment", "notifications.sendMessage", "photos.createComment",
                "video.createComment", "wall.createComment", "wall.post", "wall.postAdsStealth"}));
}

TEST(SchemaTables, HoldEveryError) {
  const auto imported = read(VKXX_SCHEMA_FOLDER "/errors.json").as_object();
  EXPECT_EQ(tables::errors().size(), imported.size());
  for (const auto& [name, facts] : imported) {
    const auto code = static_cast<int>(facts.at("code").as_int64());
    const auto error = tables::find_error(code);
    ASSERT_TRUE(error) << code;
    EXPECT_EQ(error->everywhere(), facts.as_object().contains("global")) << name;
  }
  EXPECT_FALSE(tables::find_error(-1));
  EXPECT_EQ(tables::find_error(15)->subcodes().size(), 3U);
}

TEST(SchemaTables, HoldEveryEventThatASettingSwitches) {
  std::size_t callback = 0, long_poll = 0;
  for (const auto event : tables::events()) {
    callback += event.in_callback_settings() ? 1U : 0U;
    long_poll += event.in_long_poll_settings() ? 1U : 0U;
  }
  EXPECT_EQ(callback, 56U);
  EXPECT_EQ(long_poll, 51U);
  ASSERT_TRUE(tables::find_event("video_new"));
  EXPECT_EQ(tables::find_event("video_new")->type()->name(), "video_video");
  EXPECT_FALSE(tables::find_event("confirmation")->type());
}

TEST(SchemaTables, FlattenThePartsOfAnObject) {
  const auto full = [] {
    for (const auto object : tables::objects()) {
      if (object.name() == "users_user_full") return object;
    }
    throw std::runtime_error{"no users_user_full"};
  }();
  std::set<std::string> fields;
  for (const auto field : full.fields()) {
    EXPECT_TRUE(fields.insert(std::string{field.name()}).second) << field.name();
  }
  EXPECT_TRUE(fields.contains("id"));        // of users_user_min
  EXPECT_TRUE(fields.contains("photo_50"));  // of users_user
  EXPECT_TRUE(fields.contains("bdate"));     // its own
}

}  // namespace
