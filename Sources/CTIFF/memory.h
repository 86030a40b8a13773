#ifndef CTIFF_MEMORY_H
#define CTIFF_MEMORY_H

#include <stddef.h>
#include <stdint.h>
#include <tiffio.h>

// The bytes of a file, and the offset at which libtiff reads next.
typedef struct {
  const uint8_t *bytes;
  size_t count, offset;
} source;

// Opens a file in memory, or returns NULL. The source must live until the file is closed.
TIFF *open_memory(source *from);

#endif
