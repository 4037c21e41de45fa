// The bytes of a form.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include <vkxx/http/multipart.hpp>

namespace vkxx::http {
namespace {

using testing::HasSubstr;

std::string boundary_of(const multipart& form) {
  constexpr std::string_view before = "multipart/form-data; boundary=";
  EXPECT_TRUE(form.content_type().starts_with(before));
  return form.content_type().substr(before.size());
}

std::string text_of(const multipart& form) {
  const auto source = form.source();
  const auto text = read_all(*source).value();
  EXPECT_EQ(source->size(), text.size());
  return text;
}

// Whose readers fail, or give less than it says.
class faulty_source final : public body_source {
 public:
  explicit faulty_source(bool opens) : opens_{opens} {}

  std::uint64_t size() const noexcept override { return 10; }
  result<std::unique_ptr<body_reader>> open() const override {
    if (!opens_) return error{errc::body_failed, request_effect::not_sent, "cat.jpg: gone"};
    return make_bytes_source("half")->open();
  }

 private:
  bool opens_;
};

TEST(Multipart, HoldsFieldsAndFilesInTheirOrder) {
  multipart form;
  form.add_field("caption", "a\r\ncat & \"more\"");
  form.add_file("photo", "cat.jpg", "image/jpeg", make_bytes_source("meow"));
  form.add_file("photo", "dog", "", std::string{"woof"});
  form.add_field("empty", "");
  const auto line = "--" + boundary_of(form);
  EXPECT_EQ(text_of(form), line +
                               "\r\nContent-Disposition: form-data; name=\"caption\"\r\n\r\n"
                               "a\r\ncat & \"more\"\r\n" +
                               line +
                               "\r\nContent-Disposition: form-data; name=\"photo\"; "
                               "filename=\"cat.jpg\"\r\nContent-Type: image/jpeg\r\n\r\nmeow\r\n" +
                               line +
                               "\r\nContent-Disposition: form-data; name=\"photo\"; "
                               "filename=\"dog\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                               "woof\r\n" +
                               line +
                               "\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n" +
                               line + "--\r\n");
}

TEST(Multipart, MayBeEmpty) {
  const multipart form;
  EXPECT_EQ(text_of(form), "--" + boundary_of(form) + "--\r\n");
}

TEST(Multipart, WritesNamesAsBrowsersDo) {
  multipart form;
  form.add_file("a\"b", "кот \"1\"\r\n; \nfilename=\"x\\.jpg", "image/jpeg", std::string{});
  form.add_field("a\nb\rc\r\nd\r", "");
  const auto text = text_of(form);
  EXPECT_THAT(text, HasSubstr("; name=\"a%22b\"; filename=\"кот %221%22%0D%0A; %0A"
                              "filename=%22x\\.jpg\"\r\n"));
  EXPECT_THAT(text, HasSubstr("; name=\"a%0D%0Ab%0D%0Ac%0D%0Ad%0D%0A\"\r\n"));
}

TEST(Multipart, IsTheSameWhateverTheBuffer) {
  multipart form;
  form.add_field("caption", "a cat");
  form.add_file("photo", "cat.jpg", "image/jpeg", make_bytes_source(std::string(100, 'x')));
  form.add_file("photo", "none.jpg", "image/jpeg", make_bytes_source(""));
  const auto source = form.source();
  const auto whole = read_all(*source).value();
  for (std::size_t size = 1; size <= whole.size() + 1; ++size) {
    const auto reader = source->open().value();
    std::string text;
    std::string buffer(size, '\0');
    for (;;) {
      const auto got = reader->read(buffer).value();
      if (got == 0) break;
      text.append(buffer, 0, got);
    }
    ASSERT_EQ(text, whole) << size;
  }
}

TEST(Multipart, BoundaryIsRandomAndInNoText) {
  multipart form;
  const multipart other;
  const auto first = boundary_of(form);
  EXPECT_NE(first, boundary_of(other));
  form.add_field("before", "x");
  form.add_field("trap", "--" + first + "--");
  const auto second = boundary_of(form);
  EXPECT_NE(second, first);
  form.add_file("trap", "a", "text/plain", "--" + second);
  EXPECT_NE(boundary_of(form), second);
  EXPECT_NE(boundary_of(form), first);
  EXPECT_TRUE(text_of(form).ends_with("--" + boundary_of(form) + "--\r\n"));
}

TEST(Multipart, FileThatCannotBeHadIsAnError) {
  multipart gone;
  gone.add_file("photo", "cat.jpg", "image/jpeg", std::make_shared<faulty_source>(false));
  const auto opened = gone.source()->open();
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message(), "cat.jpg: gone");
  multipart cut;
  cut.add_field("caption", "a cat");
  cut.add_file("photo", "cat.jpg", "image/jpeg", std::make_shared<faulty_source>(true));
  const auto text = read_all(*cut.source());
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().message(), "part 2 of the form ended 6 bytes too early");
}

TEST(Multipart, RefusesWhatWouldBreakAHeader) {
  multipart form;
  EXPECT_THROW(form.add_file("a", "b", "image/jpeg\r\nX: y", std::string{}), usage_exception);
  EXPECT_THROW(form.add_file("a", "b", "", std::shared_ptr<const body_source>{}), usage_exception);
  EXPECT_EQ(text_of(form), "--" + boundary_of(form) + "--\r\n");
}

}  // namespace
}  // namespace vkxx::http
