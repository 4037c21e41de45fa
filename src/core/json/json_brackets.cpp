#include "core/json/json_brackets.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#ifdef __SSE2__
#include <immintrin.h>
#endif

namespace vkxx::detail {
namespace {

constexpr std::size_t block_size = 64;

// What stands where in a block: the lowest bit is the first byte.
struct block_bits {
  std::uint64_t quotes = 0;
  std::uint64_t backslashes = 0;
  std::uint64_t opening = 0;
  std::uint64_t closing = 0;
};

// This bit makes `{` of `[`, `}` of `]`, and nothing else becomes one of them.
constexpr unsigned char bracket_bit = 0x20;

constexpr std::uint64_t each_byte = 0x0101010101010101U;

// The eight bytes as a number whose lowest byte is the first.
std::uint64_t word_at(const char* bytes) noexcept {
  std::uint64_t word = 0;
  for (unsigned i = 0; i < 8; ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return word;
}

// A bit for each byte of `word` that is `wanted`.
std::uint64_t bits_of(std::uint64_t word, char wanted) noexcept {
  constexpr auto low_bits = 0x7F * each_byte;
  const auto other = word ^ (each_byte * static_cast<unsigned char>(wanted));
  const auto high_bits = ~(((other & low_bits) + low_bits) | other | low_bits);
  return ((high_bits >> 7U) * 0x0102040810204080U) >> 56U;
}

// The bits from each odd bit of `quotes` up to the next one, which is left out.
std::uint64_t between(std::uint64_t quotes) noexcept {
  for (unsigned step = 1; step < 64; step *= 2) quotes ^= quotes << step;
  return quotes;
}

// Takes out of `quotes`, which begin at `from`, those that an odd number of backslashes escapes.
std::uint64_t unescaped_quotes(std::string_view text, std::size_t from,
                               std::uint64_t quotes) noexcept {
  for (auto left = quotes; left != 0; left &= left - 1) {
    const auto at = from + static_cast<std::size_t>(std::countr_zero(left));
    const auto before = text.substr(0, at);
    const auto last = before.find_last_not_of('\\');
    const auto run = last == std::string_view::npos ? at : at - last - 1;
    if (run % 2 == 1) quotes &= ~(left & (~left + 1));
  }
  return quotes;
}

block_bits read_words(const char* bytes) noexcept {
  block_bits block;
  for (unsigned i = 0; i < block_size; i += 8) {
    const auto word = word_at(bytes + i);
    const auto folded = word | (each_byte * bracket_bit);
    block.quotes |= bits_of(word, '"') << i;
    block.backslashes |= bits_of(word, '\\') << i;
    block.opening |= bits_of(folded, '{') << i;
    block.closing |= bits_of(folded, '}') << i;
  }
  return block;
}

#ifdef __SSE2__
// Compiled for processors that the rest of the program need not have.
#define VKXX_FOR_AVX2 __attribute__((target("avx2,popcnt")))

// Vectors of 16 and of 32 bytes. A bit for each byte that is `wanted` once the bits `folded` are
// set in it.
struct sse2_vector {
  static constexpr unsigned size = sizeof(__m128i);

  static std::uint64_t bits_of(const char* bytes, unsigned char folded, char wanted) noexcept {
    __m128i part;
    std::memcpy(&part, bytes, sizeof part);
    part = _mm_or_si128(part, _mm_set1_epi8(static_cast<char>(folded)));
    const auto found = _mm_movemask_epi8(_mm_cmpeq_epi8(part, _mm_set1_epi8(wanted)));
    return static_cast<unsigned>(found);
  }
};

struct avx2_vector {
  static constexpr unsigned size = sizeof(__m256i);

  VKXX_FOR_AVX2 static std::uint64_t bits_of(const char* bytes, unsigned char folded,
                                             char wanted) noexcept {
    __m256i part;
    std::memcpy(&part, bytes, sizeof part);
    part = _mm256_or_si256(part, _mm256_set1_epi8(static_cast<char>(folded)));
    const auto found = _mm256_movemask_epi8(_mm256_cmpeq_epi8(part, _mm256_set1_epi8(wanted)));
    return static_cast<unsigned>(found);
  }
};

template <class Vector>
block_bits read_vectors(const char* bytes) noexcept {
  block_bits block;
  for (unsigned i = 0; i < block_size; i += Vector::size) {
    block.quotes |= Vector::bits_of(bytes + i, 0, '"') << i;
    block.backslashes |= Vector::bits_of(bytes + i, 0, '\\') << i;
    block.opening |= Vector::bits_of(bytes + i, bracket_bit, '{') << i;
    block.closing |= Vector::bits_of(bytes + i, bracket_bit, '}') << i;
  }
  return block;
}
#endif

template <block_bits (*read_block)(const char*) noexcept>
class bracket_scan {
 public:
  // Behind the bracket at `at`.
  bracket_scan(std::string_view text, std::size_t at) noexcept : text_{text}, at_{at + 1} {}

  [[nodiscard]] std::size_t end() noexcept {
    for (; text_.size() - at_ >= block_size; at_ += block_size) {
      if (const auto found = ends_in(read_block(text_.data() + at_))) return found;
    }
    std::array<char, block_size> rest{};
    std::copy(text_.begin() + static_cast<std::ptrdiff_t>(at_), text_.end(), rest.begin());
    if (const auto found = ends_in(read_block(rest.data()))) return found;
    return std::string_view::npos;
  }

 private:
  // Where the block at `at_` has the end; 0: it has none.
  std::size_t ends_in(const block_bits& block) noexcept {
    auto quotes = block.quotes;
    const bool after_backslash = text_[at_ - 1] == '\\';
    const auto maybe_escaped =
        block.backslashes << 1U | static_cast<std::uint64_t>(after_backslash);
    if ((quotes & maybe_escaped) != 0) quotes = unescaped_quotes(text_, at_, quotes);
    const auto in_string = between(quotes) ^ in_string_;
    // Of the last bit: whether the next block begins in a string.
    in_string_ = std::uint64_t{0} - (in_string >> 63U);
    const auto opening = block.opening & ~in_string;
    const auto closing = block.closing & ~in_string;
    if (closing == 0 && opening == 0) return 0;
    const auto closed = static_cast<std::size_t>(std::popcount(closing));
    if (closed >= depth_) {
      if (const auto found = end_among(opening, closing)) return found;
    }
    depth_ += static_cast<std::size_t>(std::popcount(opening));
    depth_ -= closed;
    return 0;
  }

  [[nodiscard]] std::size_t end_among(std::uint64_t opening, std::uint64_t closing) const noexcept {
    auto depth = depth_;
    for (auto left = opening | closing; left != 0; left &= left - 1) {
      const auto bit = left & (~left + 1);
      if ((opening & bit) != 0) {
        ++depth;
      } else if (--depth == 0) {
        return at_ + static_cast<std::size_t>(std::countr_zero(left)) + 1;
      }
    }
    return 0;
  }

  std::string_view text_;
  std::size_t at_;
  std::size_t depth_ = 1;
  std::uint64_t in_string_ = 0;
};

#ifdef __SSE2__
// All of the loop is compiled into it.
VKXX_FOR_AVX2 __attribute__((flatten)) std::size_t end_by_avx2(std::string_view text,
                                                               std::size_t at) noexcept {
  return bracket_scan<read_vectors<avx2_vector>>{text, at}.end();
}
#undef VKXX_FOR_AVX2
#endif

}  // namespace

scan_unit best_scan_unit() noexcept {
#ifdef __SSE2__
  static const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
  return has_avx2 ? scan_unit::avx2 : scan_unit::sse2;
#else
  return scan_unit::words;
#endif
}

std::size_t end_of_brackets(std::string_view text, std::size_t at, scan_unit unit) noexcept {
#ifdef __SSE2__
  if (unit == scan_unit::avx2) return end_by_avx2(text, at);
  if (unit == scan_unit::sse2) return bracket_scan<read_vectors<sse2_vector>>{text, at}.end();
#endif
  static_cast<void>(unit);
  return bracket_scan<read_words>{text, at}.end();
}

}  // namespace vkxx::detail
