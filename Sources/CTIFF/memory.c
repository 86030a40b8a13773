#include "memory.h"

#include <stdarg.h>
#include <string.h>

// The largest memory that libtiff may allocate at once.
enum { max_allocation = 1 << 28 };

static tmsize_t read_bytes(thandle_t handle, void *out, tmsize_t wanted) {
  source *from = handle;
  size_t left = from->count - from->offset;
  size_t count = (size_t)wanted < left ? (size_t)wanted : left;
  memcpy(out, from->bytes + from->offset, count);
  from->offset += count;
  return (tmsize_t)count;
}

static tmsize_t write_bytes(thandle_t handle, void *bytes, tmsize_t count) {
  (void)handle, (void)bytes, (void)count;
  return -1;
}

static toff_t seek_bytes(thandle_t handle, toff_t offset, int whence) {
  source *from = handle;
  toff_t start = whence == SEEK_CUR ? from->offset : whence == SEEK_END ? from->count : 0;
  if (offset > from->count || start + offset > from->count) return (toff_t)-1;
  from->offset = start + offset;
  return from->offset;
}

static int close_nothing(thandle_t handle) {
  (void)handle;
  return 0;
}

static toff_t size_of(thandle_t handle) { return ((source *)handle)->count; }

static int map_bytes(thandle_t handle, void **base, toff_t *size) {
  source *from = handle;
  *base = (void *)from->bytes;
  *size = from->count;
  return 1;
}

static void unmap_nothing(thandle_t handle, void *base, toff_t size) {
  (void)handle, (void)base, (void)size;
}

static int print_nothing(TIFF *file, void *user, const char *module, const char *format,
                         va_list values) {
  (void)file, (void)user, (void)module, (void)format, (void)values;
  return 1;
}

TIFF *open_memory(source *from) {
  TIFFOpenOptions *options = TIFFOpenOptionsAlloc();
  if (!options) return NULL;
  TIFFOpenOptionsSetMaxSingleMemAlloc(options, max_allocation);
  TIFFOpenOptionsSetErrorHandlerExtR(options, print_nothing, NULL);
  TIFFOpenOptionsSetWarningHandlerExtR(options, print_nothing, NULL);
  TIFF *file = TIFFClientOpenExt("TIFF", "r", from, read_bytes, write_bytes, seek_bytes,
                                 close_nothing, size_of, map_bytes, unmap_nothing, options);
  TIFFOpenOptionsFree(options);
  return file;
}
