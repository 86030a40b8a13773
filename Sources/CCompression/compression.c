#include <bzlib.h>
#include <limits.h>
#include <string.h>
#include <zlib.h>

#include "CCompression.h"

enum { gzip_or_zlib = 32 + MAX_WBITS };

static uint32_t clamped(size_t left) { return left > UINT_MAX ? UINT_MAX : (uint32_t)left; }

int32_t ccompression_inflate(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, gzip_or_zlib) != Z_OK) return 1;
  // One more byte is read than fits, so that the check at the end of the last stream is made.
  uint8_t surplus;
  size_t read = 0, written = 0;
  int status = Z_OK;
  while (status == Z_OK && written <= capacity) {
    int fits = written < capacity;
    uInt in = clamped(count - read), room = fits ? clamped(capacity - written) : 1;
    stream.next_in = (Bytef *)bytes + read;
    stream.avail_in = in;
    stream.next_out = fits ? out + written : &surplus;
    stream.avail_out = room;
    status = inflate(&stream, Z_NO_FLUSH);
    read += in - stream.avail_in;
    written += room - stream.avail_out;
    if (status == Z_STREAM_END && written < capacity && read < count)
      status = inflateReset2(&stream, gzip_or_zlib);
  }
  inflateEnd(&stream);
  return written >= capacity && (status == Z_OK || status == Z_STREAM_END) ? 0 : 1;
}

int32_t ccompression_bunzip2(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity) {
  // One more byte is read than fits, as above.
  char surplus;
  size_t read = 0, written = 0;
  int status = BZ_STREAM_END;
  while (status == BZ_STREAM_END && written < capacity && read < count) {
    bz_stream stream;
    memset(&stream, 0, sizeof stream);
    if (BZ2_bzDecompressInit(&stream, 0, 0) != BZ_OK) return 1;
    do {
      int fits = written < capacity;
      uint32_t in = clamped(count - read), room = fits ? clamped(capacity - written) : 1;
      stream.next_in = (char *)bytes + read;
      stream.avail_in = in;
      stream.next_out = fits ? (char *)out + written : &surplus;
      stream.avail_out = room;
      status = BZ2_bzDecompress(&stream);
      int is_stuck = status == BZ_OK && stream.avail_in == in && stream.avail_out == room;
      if (is_stuck) status = BZ_UNEXPECTED_EOF;
      read += in - stream.avail_in;
      written += room - stream.avail_out;
    } while (status == BZ_OK && written <= capacity);
    BZ2_bzDecompressEnd(&stream);
  }
  return written >= capacity && (status == BZ_OK || status == BZ_STREAM_END) ? 0 : 1;
}
