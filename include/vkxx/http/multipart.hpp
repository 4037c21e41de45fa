/// @file
/// The body of an upload: `multipart/form-data`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <vkxx/http/body.hpp>

namespace vkxx::http {

/// A form of fields and files (RFC 7578), sent in the order in which they were added. Files are
/// read while they are sent; the form itself holds only names and texts. Its length is known in
/// advance.
///
/// Names and file names are UTF-8, encoded as in browsers (WHATWG): a quotation mark as `%22`, a
/// carriage return as `%0D`, a line feed as `%0A`. A line end in a field's name becomes `%0D%0A`.
///
/// ```cpp
/// http::multipart form;
/// form.add_file("photo", "cat.jpg", "image/jpeg", *http::make_file_source("/pictures/cat.jpg"));
/// http::request upload{"POST", upload_url};
/// upload.body(form);
/// ```
///
/// Throws: the setters throw `usage_exception` (`errc::invalid_argument`) if a content type holds a
/// control character or the source is null.
class multipart {
 public:
  /// An empty form with a random boundary. Throws `std::runtime_error` if the system returns no
  /// random bytes.
  multipart();

  /// A field with this text, sent byte for byte.
  multipart& add_field(std::string name, std::string value);
  /// A file with this content. `filename` is the name that the server sees, without directories.
  /// `content_type` is, for example, `image/jpeg`; empty means `application/octet-stream`.
  multipart& add_file(std::string name, std::string filename, std::string content_type,
                      std::shared_ptr<const body_source> content);
  multipart& add_file(std::string name, std::string filename, std::string content_type,
                      std::string content);

  /// `multipart/form-data; boundary=…`. Adding a part may change it: the random boundary never
  /// occurs in a field or in a file that is a text.
  [[nodiscard]] std::string content_type() const;
  /// The form as it is now, without parts added later.
  [[nodiscard]] std::shared_ptr<const body_source> source() const;

 private:
  struct part {
    std::string head;
    std::string text;
    std::shared_ptr<const body_source> content;
  };
  class form_source;
  class form_reader;

  void avoid(std::string_view text);

  std::string boundary_;
  std::vector<part> parts_;
};

}  // namespace vkxx::http
