#include "gzip.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum { gzip_format = 16 + MAX_WBITS, default_memory = 8 };

// Tells whether there are only zeros, or nothing.
static int is_padding(const uint8_t *bytes, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (bytes[i]) return 0;
  return 1;
}

static uInt clamped(size_t left) { return left > UINT_MAX ? UINT_MAX : (uInt)left; }

size_t gunzip(const uint8_t *bytes, size_t count, uint8_t *out, size_t capacity, int *intact) {
  uint8_t surplus[4096];
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (inflateInit2(&stream, gzip_format) != Z_OK) return 0;
  size_t read = 0, written = 0;
  int status = Z_OK;
  while (status == Z_OK && (written < capacity || intact)) {
    int fits = written < capacity;
    uInt in = clamped(count - read), room = fits ? clamped(capacity - written) : sizeof surplus;
    stream.next_in = (Bytef *)bytes + read;
    stream.avail_in = in;
    stream.next_out = fits ? out + written : surplus;
    stream.avail_out = room;
    status = inflate(&stream, Z_NO_FLUSH);
    read += in - stream.avail_in;
    if (fits) written += room - stream.avail_out;
    // A gzip file may be a sequence of several members, and zeros may pad its end.
    if (status == Z_STREAM_END && !is_padding(bytes + read, count - read))
      status = inflateReset(&stream);
  }
  if (intact) *intact = status == Z_STREAM_END;
  inflateEnd(&stream);
  return written;
}

uint8_t *gzip_buffer(const uint8_t *bytes, size_t count, size_t *compressed) {
  z_stream stream;
  memset(&stream, 0, sizeof stream);
  if (count > UINT_MAX || deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, gzip_format,
                                       default_memory, Z_DEFAULT_STRATEGY) != Z_OK)
    return NULL;
  uLong bound = deflateBound(&stream, count);
  uint8_t *out = malloc(bound);
  stream.next_in = (Bytef *)bytes;
  stream.avail_in = (uInt)count;
  stream.next_out = out;
  stream.avail_out = clamped(bound);
  int status = out ? deflate(&stream, Z_FINISH) : Z_MEM_ERROR;
  *compressed = stream.total_out;
  deflateEnd(&stream);
  if (status == Z_STREAM_END) return out;
  free(out);
  return NULL;
}
