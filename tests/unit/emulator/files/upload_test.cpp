// Uploads from the address to the saved object.
#include <algorithm>
#include <set>

#include "emulator/files/upload_kind.hpp"
#include "emulator/files/upload_session.hpp"
#include "unit/emulator/files/upload_fixture.hpp"

namespace vkxx::emulation {
namespace {

class Upload : public upload_fixture {
 protected:
  std::int64_t code(const std::string& method, const std::string& form,
                    const std::string& token = {}) {
    return error(method, form, token).at("error_code").as_int64();
  }
};

TEST_F(Upload, OfAMessagePhotoBecomesAPhotoOfThePeer) {
  const auto target = address("photos.getMessagesUploadServer", "peer_id=2", tokens.community);
  const auto given = upload(target, "photo", "cat.png", png(1280, 720));
  EXPECT_EQ(boost::json::parse(given.at("photo").as_string()).as_array().size(), 1U);
  const auto saved = call("photos.saveMessagesPhoto", form_from(given), tokens.community);
  const auto& photo = saved.at(0);
  EXPECT_EQ(photo.at("owner_id").as_int64(), 2);
  EXPECT_EQ(photo.at("width").as_int64(), 1280);
  EXPECT_EQ(photo.at("height").as_int64(), 720);
  EXPECT_FALSE(photo.at("access_key").as_string().empty());
  std::map<std::string, std::int64_t> widths;
  for (const auto& size : photo.at("sizes").as_array())
    widths[std::string{size.at("type").as_string()}] = size.at("width").as_int64();
  EXPECT_EQ(widths["s"], 75);
  EXPECT_EQ(widths["x"], 604);
  EXPECT_EQ(widths["z"], 1080);
  EXPECT_EQ(widths["w"], 1280);
}

TEST_F(Upload, WithoutAPeerBelongsToTheCommunityOrTheUser) {
  for (const auto& [token, owner] : {std::pair{tokens.community, -1}, {tokens.user, 1}}) {
    const auto given =
        upload(address("photos.getMessagesUploadServer", "", token), "photo", "a.png", png(10, 10));
    EXPECT_EQ(
        call("photos.saveMessagesPhoto", form_from(given), token).at(0).at("owner_id").as_int64(),
        owner);
  }
}

TEST_F(Upload, IsServedAgain) {
  const auto bytes = png(100, 50);
  const auto photo =
      call("photos.saveWallPhoto",
           form_from(upload(address("photos.getWallUploadServer"), "photo", "a.png", bytes)))
          .at(0);
  const std::string url{photo.at("sizes").at(0).at("url").as_string()};
  const auto shown = send("GET", url.substr(std::string_view{"http://emulator"}.size()));
  EXPECT_EQ(shown.body, bytes);
  EXPECT_EQ(shown.content_type, "image/png");
  EXPECT_EQ(shown.headers,
            (std::vector<detail::name_value>{{"X-Content-Type-Options", "nosniff"}}));

  const auto saved = call("docs.save", form_from(upload(address("docs.getUploadServer"), "file",
                                                        "page.html", "<script>alert(1)</script>")));
  const std::string document{saved.at("doc").at("url").as_string()};
  const auto page = send("GET", document.substr(std::string_view{"http://emulator"}.size()));
  EXPECT_EQ(page.content_type, "application/octet-stream");
  EXPECT_EQ(page.headers.back(), (detail::name_value{"Content-Disposition", "attachment"}));
  EXPECT_EQ(send("GET", "/_files/" + std::string(64, '0') + ".png").status, 404U);
}

TEST_F(Upload, IsRefusedWhenAValueWasAltered) {
  const auto given = upload(address("photos.getWallUploadServer"), "photo", "a.png", png(10, 10));
  const auto altered = [&](const char* name, boost::json::value value) {
    auto copy = given.as_object();
    copy[name] = std::move(value);
    return form_from(copy);
  };
  EXPECT_EQ(code("photos.saveWallPhoto", altered("hash", "0000")), 121);
  EXPECT_EQ(code("photos.saveWallPhoto", altered("server", 1)), 121);
  EXPECT_EQ(code("photos.saveWallPhoto", altered("photo", "[{}]")), 121);
  EXPECT_EQ(code("photos.saveWallPhoto", altered("photo", "[]")), 100);
  // The wall of another owner.
  EXPECT_EQ(code("photos.saveWallPhoto", form_from(given) + "&group_id=1"), 121);
  EXPECT_EQ(code("photos.saveMessagesPhoto", form_from(given)), 121);
  EXPECT_EQ(code("docs.save", "file=1%7C2"), 105);
  EXPECT_EQ(code("polls.savePhoto", "photo=x&hash=y"), 129);
  EXPECT_EQ(call("photos.saveWallPhoto", form_from(given)).as_array().size(), 1U);
}

TEST_F(Upload, ThatIsEmptyIsRefusedInTheWordsOfVk) {
  const std::string wrong = "One of the parameters specified was missing or invalid: ";
  const auto words = [this](const char* method, const char* form) {
    return string_at(error(method, form), "error_msg");
  };
  EXPECT_EQ(words("photos.saveWallPhoto", "photo=&server=1&hash=x"), wrong + "photo is undefined");
  EXPECT_EQ(words("photos.saveWallPhoto", "photo=[]&server=1&hash=x"),
            wrong + "photos_list is invalid");
  EXPECT_EQ(words("photos.save", "album_id=1&photos_list=&server=1&hash=x"),
            wrong + "photos_list is invalid");
  EXPECT_EQ(words("photos.saveWallPhoto", "photo=x&server=1&hash=x"), "Invalid hash");
}

// As programs do whose authors have seen VK take them.
TEST_F(Upload, OfSeveralPhotosSavesThemAll) {
  const auto given = upload(address("photos.getMessagesUploadServer"),
                            {{"file1", "a.png", png(10, 10)}, {"file2", "b.png", png(20, 20)}});
  const auto saved = call("photos.saveMessagesPhoto", form_from(given));
  ASSERT_EQ(saved.as_array().size(), 2U);
  EXPECT_EQ(saved.at(1).at("sizes").as_array().back().at("width"), 20);
}

TEST_F(Upload, OfAVideoAndAWallPhotoIsListed) {
  const auto given = call("video.save", "name=Film");
  const auto url = string_at(given.as_object(), "upload_url");
  const auto name = "videos=1_" + std::to_string(given.at("video_id").as_int64());
  EXPECT_EQ(call("video.get", name).at("items").at(0).at("processing"), 1);
  upload(url.substr(std::string_view{"http://emulator"}.size()), "video_file", "a.mp4", "film");
  const auto found = call("video.get", name);
  EXPECT_EQ(found.at("count"), 1);
  EXPECT_EQ(found.at("items").at(0).at("title"), "Film");
  EXPECT_FALSE(found.at("items").at(0).as_object().contains("processing"));
  EXPECT_EQ(call("video.get", "owner_id=1"), found);
  EXPECT_EQ(call("video.get", "videos=1_1").at("count"), 0);
  const auto photo = upload(address("photos.getWallUploadServer"), "photo", "a.png", png(10, 10));
  call("photos.saveWallPhoto", form_from(photo));
  EXPECT_EQ(call("photos.getAll", "").at("count"), 1);
  EXPECT_EQ(call("photos.getAll", "").at("items").at(0).at("width"), 10);
  EXPECT_EQ(call("photos.getAll", "no_service_albums=1").at("count"), 0);
}

TEST_F(Upload, IsDeletedByItsOwner) {
  const auto given =
      upload(address("photos.getUploadServer", "album_id=-15"), "file1", "a.png", png(10, 10));
  const auto photo = call("photos.save", form_from(given) + "&album_id=-15").at(0);
  const auto id = std::to_string(photo.at("id").as_int64());
  EXPECT_EQ(error("photos.delete", "owner_id=1&photo_id=" + id, tokens.other_user).at("error_code"),
            15);
  EXPECT_EQ(call("photos.delete", "photo_id=" + id), 1);
  EXPECT_EQ(call("photos.get", "album_id=-15").at("count"), 0);
  EXPECT_EQ(text(call("photos.getById", "photos=1_" + id)), "[]");
  const auto file = upload(address("docs.getUploadServer"), "file", "a.txt", "text");
  const auto doc = call("docs.save", form_from(file)).at("doc").at("id").as_int64();
  const auto name = "owner_id=1&doc_id=" + std::to_string(doc);
  EXPECT_EQ(error("docs.delete", name, tokens.other_user).at("error_code"), 1151);
  EXPECT_EQ(call("docs.delete", name), 1);
  EXPECT_EQ(error("docs.delete", name).at("error_code"), 1150);
  EXPECT_EQ(call("docs.get", "").at("count"), 0);
}

// Programs keep the address of an upload server for later files.
TEST_F(Upload, ToAnAddressIsTakenForADay) {
  const auto target = address("photos.getWallUploadServer");
  const auto first = form_from(upload(target, "photo", "a.png", png(10, 10)));
  const auto second = form_from(upload(target, "photo", "b.png", png(20, 20)));
  EXPECT_EQ(call("photos.saveWallPhoto", second).at(0).at("width"), 20);
  EXPECT_EQ(call("photos.saveWallPhoto", first).at(0).at("width"), 10);
  const auto other = address("photos.getWallUploadServer");
  time->advance(std::chrono::hours{25});
  EXPECT_TRUE(upload(other, "photo", "a.png", png(10, 10)).as_object().contains("error"));
  EXPECT_EQ(send_files("/upload/unknown", {}).status, 404U);
}

TEST_F(Upload, OfWhatIsNoPictureLooksEmpty) {
  const auto target = address("photos.getUploadServer", "album_id=-15");
  const auto given = upload(target, "file1", "a.png", "this is no picture");
  EXPECT_EQ(given.at("photos_list").as_string(), "[]");
  EXPECT_EQ(code("photos.save", form_from(given) + "&album_id=-15"), 100);
}

TEST_F(Upload, OfAPictureTooSmallOrTooLongNamesTheFault) {
  const auto small =
      upload(address("photos.getOwnerPhotoUploadServer"), "photo", "a.png", png(199, 200));
  EXPECT_TRUE(small.at("error").as_string().starts_with("ERR_UPLOAD_BAD_IMAGE_SIZE: "));
  const auto narrow =
      upload(address("photos.getWallUploadServer"), "photo", "a.png", png(2100, 100));
  EXPECT_TRUE(narrow.as_object().contains("error_code"));
  const auto story = upload(address("stories.getPhotoUploadServer", "add_to_news=1"), "file",
                            "a.png", png(13'999, 1000));
  EXPECT_EQ(story.at("error").at("type").as_string(), "ERR_UPLOAD_BAD_IMAGE_SIZE");
}

TEST_F(Upload, OfAMainPhotoIsShownOnTheWall) {
  const auto given =
      upload(address("photos.getOwnerPhotoUploadServer"), "photo", "a.png", png(400, 400));
  const auto post = call("photos.saveOwnerPhoto", form_from(given)).at("post_id");
  const auto shown = call("wall.getById", "posts=1_" + text(post)).at("items").at(0);
  EXPECT_EQ(shown.at("attachments").at(0).at("type"), "photo");
}

TEST_F(Upload, OfSeveralPhotosFillsAnAlbum) {
  const auto album = call("photos.createAlbum", "title=Birds");
  const auto id = text(album.at("id"));
  const auto given = upload(address("photos.getUploadServer", "album_id=" + id),
                            {{"file1", "a.png", png(10, 20)}, {"file2", "b.jpg", jpeg(30, 40)}});
  const auto saved = call("photos.save", form_from(given) + "&caption=owl&album_id=" + id);
  EXPECT_EQ(saved.as_array().size(), 2U);
  EXPECT_EQ(saved.at(1).at("text").as_string(), "owl");
  EXPECT_EQ(call("photos.getAlbums").at("items").at(0).at("size").as_int64(), 2);
  const auto shown = call("photos.get", "album_id=" + id);
  EXPECT_EQ(shown.at("count").as_int64(), 2);
  EXPECT_EQ(text(shown.at("items")), text(saved));
  EXPECT_EQ(code("photos.getUploadServer", "album_id=1"), 100);
}

TEST_F(Upload, IsSeenByItsOwnerAndByWhoHasTheKey) {
  const auto given = upload(address("photos.getMessagesUploadServer", "", tokens.user), "photo",
                            "a.png", png(10, 10));
  const auto photo = call("photos.saveMessagesPhoto", form_from(given)).at(0);
  const auto name = text(photo.at("owner_id")) + "_" + text(photo.at("id"));
  const auto key = "_" + std::string{photo.at("access_key").as_string()};
  const auto seen = [&](const std::string& photos, const std::string& token) {
    return call("photos.getById", "photos=" + photos, token).as_array().size();
  };
  EXPECT_EQ(seen(name, tokens.user), 1U);
  EXPECT_EQ(seen(name, tokens.other_user), 0U);
  EXPECT_EQ(seen(name + "_wrong", tokens.other_user), 0U);
  EXPECT_EQ(seen(name + key, tokens.other_user), 1U);
}

TEST_F(Upload, OfAVoiceMessageHasAWaveform) {
  const auto target =
      address("docs.getMessagesUploadServer", "type=audio_message&peer_id=2", tokens.community);
  const auto given = upload(target, "file", "Record.opus", "OggS" + std::string(40'000, 'a'));
  EXPECT_NE(given.at("file").as_string().find("|Record.opus|"), std::string::npos);
  const auto saved = call("docs.save", form_from(given), tokens.community);
  EXPECT_EQ(saved.at("type").as_string(), "audio_message");
  EXPECT_EQ(saved.at("audio_message").at("waveform").as_array().size(), 128U);
  EXPECT_EQ(saved.at("audio_message").at("duration").as_int64(), 20);
}

TEST_F(Upload, OfAVideoNeedsNoSaving) {
  const auto given = call("video.save", "name=Film");
  const std::string url{given.at("upload_url").as_string()};
  const auto done = upload(url.substr(std::string_view{"http://emulator"}.size()), "video_file",
                           "film.mp4", std::string(5000, 'v'));
  EXPECT_EQ(done.at("size").as_int64(), 5000);
  EXPECT_EQ(done.at("video_id").as_int64(), given.at("video_id").as_int64());
  const auto link = address("video.save", "link=https%3A%2F%2Fexample.com%2Ffilm");
  EXPECT_EQ(send("GET", link).body, R"({"response":1})");
}

TEST_F(Upload, OfAChatPhotoIsSetByItsText) {
  const auto chat = text(call("messages.createChat", "title=Owls&user_ids=2").at("chat_id"));
  const auto given = upload(address("photos.getChatUploadServer", "chat_id=" + chat), "file",
                            "a.png", png(200, 200));
  const std::string file{given.at("response").as_string()};
  const auto changed = call("messages.setChatPhoto", "file=" + file);
  EXPECT_NE(changed.at("chat").at("photo_200").as_string().find("/_files/"), std::string::npos);
  EXPECT_EQ(code("messages.setChatPhoto", "file=other"), 22);
}

// The photo is shown in the message with its real sizes.
TEST_F(Upload, IsAttachedToAMessage) {
  const auto given =
      upload(address("photos.getMessagesUploadServer"), "photo", "a.png", png(640, 480));
  const auto photo = call("photos.saveMessagesPhoto", form_from(given)).at(0);
  const auto name = "photo" + text(photo.at("owner_id")) + "_" + text(photo.at("id"));
  const auto id = call("messages.send", "peer_id=2&random_id=1&attachment=" + name);
  const auto shown = call("messages.getById", "message_ids=" + text(id));
  EXPECT_EQ(text(shown.at("items").at(0).at("attachments").at(0).at("photo")), text(photo));
}

TEST_F(Upload, OfAStoryIsUnwrapped) {
  const auto given = upload(address("stories.getPhotoUploadServer", "add_to_news=1"), "file",
                            "a.jpg", jpeg(1080, 1920));
  const std::string result{given.at("response").at("upload_result").as_string()};
  const auto saved = call("stories.save", "upload_results=" + result);
  EXPECT_EQ(saved.at("count").as_int64(), 1);
  EXPECT_EQ(saved.at("items").at(0).at("photo").at("height").as_int64(), 1920);
  EXPECT_EQ(code("stories.getPhotoUploadServer", ""), 100);
  EXPECT_EQ(code("stories.save", "upload_results=altered"), 100);
}

TEST_F(Upload, OfAWidgetImageIsSavedAsBase64OrByItsOlderForm) {
  const auto server = [&] {
    return address("appWidgets.getGroupImageUploadServer", "image_type=50x50", tokens.community);
  };
  const auto answer = send_files(server(), {{"file", "a.png", png(150, 150)}});
  std::string base64;
  {
    // Standard Base64, as the clients write it.
    static constexpr std::string_view letters =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::uint32_t bits = 0;
    int count = 0;
    for (const char letter : answer.body) {
      bits = (bits << 8U) | static_cast<unsigned char>(letter);
      for (count += 8; count >= 6; count -= 6)
        base64 += letters[(bits >> static_cast<unsigned>(count - 6)) & 63U];
    }
    if (count > 0) base64 += letters[(bits << static_cast<unsigned>(6 - count)) & 63U];
    while (base64.size() % 4 != 0) base64 += '=';
  }
  const auto saved =
      call("appWidgets.saveGroupImage", "image=" + escaped(base64), tokens.community);
  EXPECT_FALSE(saved.at("images").as_array().empty());
  EXPECT_EQ(saved.at("type"), "50x50");
  vk.add_fault(parse_fault("old_format"));
  const auto old = upload(server(), "image", "a.png", png(150, 150));
  EXPECT_EQ(old.as_object().size(), 2U);
  EXPECT_FALSE(call("appWidgets.saveGroupImage", form_from(old), tokens.community)
                   .at("id")
                   .as_string()
                   .empty());
}

// Every kind: an address, an answer, and a saved object, with the token that VK asks for.
TEST_F(Upload, OfEveryKindIsAnsweredAndSaved) {
  const std::map<std::string_view, std::string> forms{
      {"album_photo", "album_id=-15"},
      {"chat_photo", "chat_id=1"},
      {"product_photo", "group_id=1"},
      {"product_photos", "group_id=1&bulk=1"},
      {"cover_photo", "group_id=1"},
      {"market_photo", "group_id=1&main_photo=1"},
      {"market_album_photo", "group_id=1"},
      {"audio_message", "type=audio_message"},
      {"graffiti", "type=graffiti"},
      {"story_photo", "add_to_news=1"},
      {"story_video", "user_ids=2"},
      {"video_link", "link=https%3A%2F%2Fexample.com"},
      {"app_widget_image", "image_type=50x50"},
      {"speech", ""}};
  for (const auto& kind : detail::upload_kinds()) {
    if (kind.name == "chat_photo") continue;
    const auto& token = kind.who.user        ? tokens.user
                        : kind.who.community ? tokens.community
                                             : tokens.service;
    const auto form = forms.contains(kind.name) ? forms.at(kind.name) : std::string{};
    const auto target = address(std::string{kind.server_method}, form, token);
    ASSERT_NE(target.find("act=" + std::string{kind.name}), std::string::npos) << target;
    std::vector<sent_part> parts;
    const std::string field{kind.fields.substr(0, kind.fields.find(' '))};
    if (!field.empty()) parts.push_back({field, "a.png", png(1000, 800)});
    const auto reply = send_files(target, parts);
    ASSERT_EQ(reply.status, 200U) << kind.name;
    const auto given = boost::json::parse(reply.body);
    EXPECT_EQ(reply.body.find("error"), std::string::npos) << kind.name << reply.body;
    if (kind.save_method.empty()) continue;
    auto save = form_from(given);
    if (kind.form == detail::upload_form::json)
      save = std::string{kind.proof} + "=" + escaped(reply.body) + "&model=neutral&owner_id=1";
    if (kind.form == detail::upload_form::story)
      save = "upload_results=" + std::string{given.at("response").at("upload_result").as_string()};
    if (kind.form == detail::upload_form::widget) continue;
    EXPECT_NO_THROW(call(std::string{kind.save_method}, save, token)) << kind.name << reply.body;
  }
}

TEST_F(Upload, IsRecordedWithWhatCame) {
  const auto target = address("photos.getWallUploadServer");
  upload(target, {{"_square_crop", "", "0,0,200"}, {"photo", "/pictures/cat.png", png(10, 10)}});
  const auto record = vk.requests().back();
  using pairs = std::vector<std::pair<std::string, std::string>>;
  EXPECT_EQ(record.parameters, (pairs{{"_square_crop", "0,0,200"},
                                      {"photo", "cat.png (application/octet-stream, 33 bytes)"}}));
}

TEST_F(Upload, IsRecordedWithoutFieldsThatHaveNoNameAndWithoutSecrets) {
  const auto target = address("photos.getWallUploadServer");
  upload(target, {{"a", "", "1"},
                  {"", "", "nameless"},
                  {"access_token", "", "vk1.a.secret"},
                  {"photo", "a.png", png(10, 10)}});
  const auto record = vk.requests().back();
  ASSERT_EQ(record.parameters.size(), 3U);
  EXPECT_EQ(record.parameters[0].second, "1");
  EXPECT_EQ(record.parameters[1].second.find("secret"), std::string::npos);
}

TEST_F(Upload, IsRecordedWithAtMost32Fields) {
  std::vector<sent_part> parts;
  for (int i = 0; i < 40; ++i) parts.push_back({"f" + std::to_string(i), "", std::to_string(i)});
  send_files(address("photos.getWallUploadServer"), parts);
  const auto record = vk.requests().back();
  ASSERT_EQ(record.parameters.size(), 32U);
  EXPECT_EQ(record.parameters.back().second, "31");
}

// The length of a body in chunks is not known before it has come.
TEST(UploadSession, EndsAFormWithoutEnd) {
  const auto& kinds = detail::upload_kinds();
  const auto kind = std::ranges::find(kinds, "video_link", &detail::upload_kind::name);
  ASSERT_NE(kind, kinds.end());
  detail::upload_ticket ticket;
  ticket.kind = &*kind;
  detail::http_message head;
  head.headers.emplace_back("Content-Type", "multipart/form-data; boundary=b");
  detail::upload_session session{ticket, head, std::make_shared<detail::file_space>(0U),
                                 std::nullopt};
  const std::string piece(std::size_t{64} << 10U, 'x');
  for (std::uint64_t read = 0; read <= kind->limit; read += piece.size()) session.feed(piece);
  EXPECT_FALSE(session.too_large());
  session.feed(piece);
  EXPECT_TRUE(session.too_large());
}

TEST_F(Upload, FaultsHaveTheFormsOfUploadServers) {
  const auto answered = [this](const char* fault) {
    vk.add_fault(parse_fault(fault));
    return send_files(address("photos.getWallUploadServer"), {{"photo", "a.png", png(10, 10)}});
  };
  EXPECT_NE(answered("upload_error=7").body.find(R"("error_code":7)"), std::string::npos);
  EXPECT_TRUE(answered("upload_error_object=8:/upload/wall_photo")
                  .body.starts_with(R"({"error":{"error_code":8,)"));
  EXPECT_EQ(answered("upload_errcode=9").body, R"({"errcode":9})");
  EXPECT_NE(answered("upload_empty").body.find(R"("photo":"[]")"), std::string::npos);
  EXPECT_EQ(answered("wrong_type:/upload/*").content_type, "text/html; charset=utf-8");
  const auto large = answered("http_status=413:/upload/*");
  EXPECT_EQ(large.status, 413U);
  EXPECT_TRUE(large.content_type.starts_with("text/html"));
  EXPECT_EQ(answered("upload_error:/upload/document").body.find("error"), std::string::npos);
  EXPECT_EQ(vk.faults().size(), 1U);
  vk.add_fault(parse_fault("fallback_url"));
  const auto urls = call("photos.getWallUploadServer");
  const std::string fallback{urls.at("fallback_upload_url").as_string()};
  EXPECT_TRUE(upload(fallback.substr(std::string_view{"http://emulator"}.size()), "photo", "a.png",
                     png(10, 10))
                  .as_object()
                  .contains("hash"));
}

class StrictUpload : public upload_fixture {
 protected:
  StrictUpload() : upload_fixture{emulator_options{}.strict_uploads(true)} {}
};

TEST_F(StrictUpload, ToAnAddressIsTakenOnce) {
  const auto target = address("photos.getWallUploadServer");
  EXPECT_TRUE(upload(target, "photo", "a.png", png(10, 10)).as_object().contains("hash"));
  EXPECT_TRUE(upload(target, "photo", "a.png", png(10, 10)).as_object().contains("error"));
}

TEST_F(StrictUpload, WantsTheDocumentedFieldAndAnExtension) {
  const auto refused = [this](const std::string& field, const std::string& filename) {
    return upload(address("photos.getWallUploadServer"), field, filename, png(10, 10))
        .as_object()
        .contains("error");
  };
  EXPECT_TRUE(refused("file", "a.png"));
  EXPECT_TRUE(refused("photo", "a"));
  EXPECT_FALSE(refused("photo", "a.png"));
}

TEST_F(Upload, TakesOtherFieldsUnlessItIsStrict) {
  EXPECT_TRUE(upload(address("photos.getWallUploadServer"), "file0", "a", png(10, 10))
                  .as_object()
                  .contains("hash"));
}

TEST_F(Upload, ThatBeganBeforeAResetHidesNoLaterRequest) {
  detail::http_message head;
  head.method = "POST";
  head.target = address("photos.getWallUploadServer");
  for (int i = 0; i < 5; ++i) call("status.get");
  auto begun = vk.begin_upload(head, 10);
  ASSERT_NE(begun, nullptr);
  vk.reset();
  static_cast<void>(vk.end_upload(std::move(begun)));
  call("status.get");
  const auto requests = vk.requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_LT(requests[0].number, requests[1].number);
}

}  // namespace
}  // namespace vkxx::emulation
