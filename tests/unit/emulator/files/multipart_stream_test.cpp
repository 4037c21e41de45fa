// Multipart bodies in pieces.
#include "emulator/files/content/multipart_stream.hpp"

#include <gtest/gtest.h>

#include <random>

#include "emulator/encoding/form_reader.hpp"
#include "unit/emulator/files/sample_pictures.hpp"

namespace vkxx::emulation::detail {
namespace {

struct collected_part {
  part_header header;
  std::string content;
  bool ended = false;
};

class collector final : public part_sink {
 public:
  void begin_part(const part_header& header) override { parts.push_back({header, {}, false}); }
  void part_data(std::string_view bytes) override { parts.back().content += bytes; }
  void end_part() override { parts.back().ended = true; }

  std::vector<collected_part> parts;
};

// The parts as one text, after the cuts.
std::string read(std::string_view body, const std::vector<std::size_t>& cuts,
                 bool* complete = nullptr, std::string_view boundary = sample_boundary) {
  collector parts;
  multipart_stream stream{boundary, parts};
  std::size_t from = 0;
  for (const auto cut : cuts) {
    stream.feed(body.substr(from, cut - from));
    from = cut;
  }
  stream.feed(body.substr(from));
  const bool ended = stream.finish();
  if (complete != nullptr) *complete = ended;
  std::string text;
  for (const auto& part : parts.parts) {
    EXPECT_TRUE(part.ended);
    text += "[" + part.header.name + "|" + part.header.filename.value_or("-") + "|" +
            part.header.content_type + "|" + part.content + "]";
  }
  return text;
}

// Contents that look like delimiters.
std::string tricky_body() {
  const std::string near = "\r\n--" + std::string{sample_boundary}.substr(0, 10);
  return form_of({{"photo", "a.png", near + "\r\n\r" + near + "-\r\n--"},
                  {"empty", "b.txt", ""},
                  {"caption", "", "\r\n\r\nboth\r\n"},
                  {"last", "c", "\r"}});
}

TEST(MultipartStream, ReadsTheSameWhereverTheBodyIsCut) {
  const auto body = tricky_body();
  bool complete = false;
  const auto whole = read(body, {}, &complete);
  EXPECT_TRUE(complete);
  EXPECT_NE(whole.find("[empty|b.txt|application/octet-stream|]"), std::string::npos);
  EXPECT_NE(whole.find("[caption|-||\r\n\r\nboth\r\n]"), std::string::npos);
  EXPECT_NE(whole.find("[last|c|application/octet-stream|\r]"), std::string::npos);
  for (std::size_t cut = 0; cut <= body.size(); ++cut) ASSERT_EQ(read(body, {cut}), whole) << cut;
  std::mt19937 random{7};
  for (int round = 0; round != 200; ++round) {
    std::vector<std::size_t> cuts;
    for (std::size_t at = 0; at < body.size(); at += random() % 9) cuts.push_back(at);
    ASSERT_EQ(read(body, cuts), whole);
  }
}

TEST(MultipartStream, AgreesWithTheReaderOfWholeForms) {
  const auto body = tricky_body();
  collector parts;
  multipart_stream stream{sample_boundary, parts};
  stream.feed(body);
  stream.finish();
  const auto fields = read_multipart(body, sample_boundary);
  ASSERT_EQ(fields.size(), parts.parts.size());
  for (std::size_t i = 0; i != fields.size(); ++i) {
    EXPECT_EQ(fields[i].first, parts.parts[i].header.name);
    EXPECT_EQ(fields[i].second, parts.parts[i].content);
  }
}

TEST(MultipartStream, ReadsNamesOfFiles) {
  const auto name_in = [](std::string_view disposition) {
    return read_part_header("Content-Disposition: form-data; " + std::string{disposition});
  };
  EXPECT_EQ(name_in(R"(name="a"; filename="x \"y\".png")").filename, R"(x "y".png)");
  EXPECT_EQ(name_in("name=a; filename=x.png").filename, "x.png");
  EXPECT_EQ(name_in(R"(name=a; filename="")").filename, "");
  EXPECT_EQ(name_in("name=a; filename=z; filename*=UTF-8''%D1%8F.png").filename, "я.png");
  EXPECT_FALSE(name_in("name=a").filename.has_value());
  EXPECT_EQ(read_part_header("\r\ncontent-TYPE : image/png\r\nbroken line").content_type,
            "image/png");
}

TEST(MultipartStream, IgnoresWhatStandsAroundTheParts) {
  const auto body = form_of({{"a", "", "1"}});
  EXPECT_EQ(read("preamble\r\n" + body + "epilogue" + body, {}), "[a|-||1]");
}

TEST(MultipartStream, EndsAPartThatIsCut) {
  const auto body = form_of({{"a", "x", std::string(1000, 'z')}});
  bool complete = true;
  const auto text = read(std::string_view{body}.substr(0, body.size() - 300), {}, &complete);
  EXPECT_FALSE(complete);
  EXPECT_TRUE(text.starts_with("[a|x|application/octet-stream|zzz"));
  EXPECT_EQ(read("", {}), "");
  EXPECT_EQ(read("no form at all", {}), "");
  EXPECT_EQ(read(body, {}, nullptr, ""), "");
  EXPECT_EQ(read(body, {}, nullptr, std::string(201, 'b')), "");
}

TEST(MultipartStream, RefusesHeadersAndPartsWithoutEnd) {
  collector parts;
  multipart_stream headers{"b", parts};
  headers.feed("--b\r\nX: ");
  for (int i = 0; i != 20; ++i) headers.feed(std::string(1000, 'x'));
  EXPECT_TRUE(headers.failed());
  multipart_stream delimiter{"b", parts};
  delimiter.feed("--b" + std::string(20'000, 'x'));
  EXPECT_TRUE(delimiter.failed());
  multipart_stream many{"b", parts};
  for (std::size_t i = 0; i <= multipart_stream::most_parts; ++i) many.feed("--b\r\n\r\n\r\n");
  EXPECT_TRUE(many.failed());
}

}  // namespace
}  // namespace vkxx::emulation::detail
