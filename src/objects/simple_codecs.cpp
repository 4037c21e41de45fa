// The codecs of numbers, texts and booleans, and of lists of them.
#include "objects/codec.hpp"

namespace vkxx::detail {
namespace {

template <class T>
T& at(void* member) {
  return *static_cast<T*>(member);
}
template <class T>
const T& at(const void* member) {
  return *static_cast<const T*>(member);
}

bool read_bool_int(reader& in, void* member) {
  return read_boolean(in, at<bool>(member), true);
}
void write_bool_int(writer& out, const void* member) {
  write_boolean(out, at<bool>(member), true);
}
bool never_absent(const void*) {
  return false;
}
bool read_optional_bool_int(reader& in, void* member) {
  bool value = false;
  if (!read_boolean(in, value, true)) return false;
  at<std::optional<bool>>(member) = value;
  return true;
}
void write_optional_bool_int(writer& out, const void* member) {
  write_boolean(out, *at<std::optional<bool>>(member), true);
}
bool optional_bool_absent(const void* member) {
  return !at<std::optional<bool>>(member).has_value();
}

template <class T, class Read>
bool read_optional(void* member, Read read) {
  T value{};
  if (!read(value)) return false;
  at<std::optional<T>>(member) = std::move(value);
  return true;
}

}  // namespace

const codec bool_int_codec{&read_bool_int, &write_bool_int, &never_absent, json_form::number,
                           plain_value::flag};
const codec optional_bool_int_codec{&read_optional_bool_int, &write_optional_bool_int,
                                    &optional_bool_absent, json_form::number,
                                    plain_value::optional_flag};

bool codec_of<std::int64_t>::read(reader& in, void* member) {
  return read_integer(in, at<std::int64_t>(member));
}
void codec_of<std::int64_t>::write(writer& out, const void* member) {
  write_integer(out, at<std::int64_t>(member));
}
bool codec_of<std::int64_t>::absent(const void*) {
  return false;
}

bool codec_of<double>::read(reader& in, void* member) {
  return read_number(in, at<double>(member));
}
void codec_of<double>::write(writer& out, const void* member) {
  write_number(out, at<double>(member));
}
bool codec_of<double>::absent(const void*) {
  return false;
}

bool codec_of<bool>::read(reader& in, void* member) {
  return read_boolean(in, at<bool>(member), false);
}
void codec_of<bool>::write(writer& out, const void* member) {
  write_boolean(out, at<bool>(member), false);
}
bool codec_of<bool>::absent(const void*) {
  return false;
}

bool codec_of<any_json>::read(reader& in, void* member) {
  return read_any(in, at<any_json>(member).text);
}
void codec_of<any_json>::write(writer& out, const void* member) {
  write_any(out, at<any_json>(member).text);
}
bool codec_of<any_json>::absent(const void* member) {
  return at<any_json>(member).empty();
}

bool codec_of<scalar>::read(reader& in, void* member) {
  return read_scalar(in, at<scalar>(member));
}
void codec_of<scalar>::write(writer& out, const void* member) {
  write_scalar(out, at<scalar>(member));
}
bool codec_of<scalar>::absent(const void* member) {
  return at<scalar>(member).empty();
}

bool codec_of<std::optional<std::int64_t>>::read(reader& in, void* member) {
  return read_optional<std::int64_t>(member,
                                     [&](std::int64_t& value) { return read_integer(in, value); });
}
void codec_of<std::optional<std::int64_t>>::write(writer& out, const void* member) {
  write_integer(out, *at<std::optional<std::int64_t>>(member));
}
bool codec_of<std::optional<std::int64_t>>::absent(const void* member) {
  return !at<std::optional<std::int64_t>>(member).has_value();
}

bool codec_of<std::optional<double>>::read(reader& in, void* member) {
  return read_optional<double>(member, [&](double& value) { return read_number(in, value); });
}
void codec_of<std::optional<double>>::write(writer& out, const void* member) {
  write_number(out, *at<std::optional<double>>(member));
}
bool codec_of<std::optional<double>>::absent(const void* member) {
  return !at<std::optional<double>>(member).has_value();
}

bool codec_of<std::optional<bool>>::read(reader& in, void* member) {
  return read_optional<bool>(member, [&](bool& value) { return read_boolean(in, value, false); });
}
void codec_of<std::optional<bool>>::write(writer& out, const void* member) {
  write_boolean(out, *at<std::optional<bool>>(member), false);
}
bool codec_of<std::optional<bool>>::absent(const void* member) {
  return optional_bool_absent(member);
}

bool codec_of<text>::read(reader& in, void* member) {
  auto& value = at<text>(member);
  std::string_view found;
  if (read_text_view(in, found)) {
    value.emplace(found);
    return true;
  }
  value.reset();
  return false;
}
void codec_of<text>::write(writer& out, const void* member) {
  write_text(out, *at<text>(member));
}
bool codec_of<text>::absent(const void* member) {
  return !at<text>(member).has_value();
}

template struct codec_of<std::vector<std::int64_t>>;
template struct codec_of<std::vector<text>>;

// Results of methods that are no objects.
template const codec& codec_for<std::int64_t>() noexcept;
template const codec& codec_for<double>() noexcept;
template const codec& codec_for<bool>() noexcept;
template const codec& codec_for<text>() noexcept;
template const codec& codec_for<any_json>() noexcept;
template const codec& codec_for<scalar>() noexcept;
template const codec& codec_for<std::vector<std::int64_t>>() noexcept;
template const codec& codec_for<std::vector<text>>() noexcept;

}  // namespace vkxx::detail
