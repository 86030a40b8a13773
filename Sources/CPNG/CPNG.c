#include "CPNG.h"

#include <png.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  const uint8_t *bytes;
  size_t left;
} source;

typedef struct {
  uint8_t *bytes;
  size_t count, capacity;
} sink;

static void on_error(png_structp png, png_const_charp text) {
  snprintf(png_get_error_ptr(png), CPNG_MESSAGE_LENGTH, "%s", text);
  longjmp(png_jmpbuf(png), 1);
}

static void on_warning(png_structp png, png_const_charp text) {
  (void)png;
  (void)text;
}

static void on_read(png_structp png, png_bytep out, png_size_t count) {
  source *from = png_get_io_ptr(png);
  if (count > from->left) png_error(png, "the file ends too early");
  memcpy(out, from->bytes, count);
  from->bytes += count;
  from->left -= count;
}

static void on_write(png_structp png, png_bytep bytes, png_size_t count) {
  sink *to = png_get_io_ptr(png);
  if (to->count + count > to->capacity) {
    size_t capacity = 2 * (to->count + count);
    uint8_t *grown = realloc(to->bytes, capacity);
    if (!grown) png_error(png, "out of memory");
    to->bytes = grown;
    to->capacity = capacity;
  }
  memcpy(to->bytes + to->count, bytes, count);
  to->count += count;
}

static void on_flush(png_structp png) { (void)png; }

static int is_little_endian(void) {
  const uint16_t one = 1;
  uint8_t first;
  memcpy(&first, &one, 1);
  return first == 1;
}

// Unpacks samples of fewer than 8 bits without scaling them, and keeps everything else as stored:
// palettes stay indices, and alpha stays a channel.
static void unpack(png_structp png, png_infop header) {
  if (png_get_bit_depth(png, header) < 8) png_set_packing(png);
  if (png_get_bit_depth(png, header) == 16 && is_little_endian()) png_set_swap(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, header);
}

// Drops texts and profiles before they are decompressed: they say nothing of the pixels, and a file
// of some megabytes can hold gigabytes of them.
static void ignore_texts(png_structp png) {
  static const png_byte names[] = "eXIf\0iCCP\0iTXt\0sPLT\0tEXt\0zTXt";
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, names, sizeof names / 5);
}

static void copy_palette(png_structp png, png_infop header, cpng_image *image) {
  png_colorp colours = NULL;
  int count = 0;
  if (png_get_color_type(png, header) != PNG_COLOR_TYPE_PALETTE) return;
  if (!png_get_PLTE(png, header, &colours, &count)) png_error(png, "the palette is missing");
  for (int i = 0; i < count && i < CPNG_PALETTE_SIZE; i++) {
    image->palette[3 * i] = colours[i].red;
    image->palette[3 * i + 1] = colours[i].green;
    image->palette[3 * i + 2] = colours[i].blue;
  }
  image->palette_count = (uint16_t)(count < CPNG_PALETTE_SIZE ? count : CPNG_PALETTE_SIZE);
}

int32_t cpng_decode(const uint8_t *bytes, size_t count, uint64_t max_pixels, cpng_image *image,
                    char message[CPNG_MESSAGE_LENGTH]) {
  png_structp volatile png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  png_infop volatile header = png ? png_create_info_struct(png) : NULL;
  png_bytep *volatile rows = NULL;
  memset(image, 0, sizeof *image);
  snprintf(message, CPNG_MESSAGE_LENGTH, "out of memory");
  int32_t status = 1;
  source from = {bytes, count};
  if (!png || !header || setjmp(png_jmpbuf(png))) goto done;
  png_set_read_fn(png, &from, on_read);
  ignore_texts(png);
  png_read_info(png, header);
  image->width = png_get_image_width(png, header);
  image->height = png_get_image_height(png, header);
  if ((uint64_t)image->width * image->height > max_pixels) png_error(png, "too many pixels");
  copy_palette(png, header, image);
  unpack(png, header);
  image->channels = png_get_channels(png, header);
  image->bits = png_get_bit_depth(png, header);
  size_t stride = png_get_rowbytes(png, header);
  // Deflate compresses by a factor of at most 1032, and unpacking bits multiplies the size by at
  // most 8, so this check keeps a hostile header from allocating memory.
  if (stride / 8 * image->height / 1032 > count) png_error(png, "the file ends too early");
  image->samples = malloc(stride * image->height);
  rows = malloc(sizeof(png_bytep) * image->height);
  if (!image->samples || !rows) png_error(png, "out of memory");
  for (size_t y = 0; y < image->height; y++) rows[y] = (png_bytep)image->samples + y * stride;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  status = 0;
done:
  if (png) png_destroy_read_struct((png_structpp)&png, (png_infopp)&header, NULL);
  free(rows);
  if (status) {
    free(image->samples);
    image->samples = NULL;
  }
  return status;
}

int32_t cpng_encode(const uint16_t *samples, uint32_t width, uint32_t height, uint8_t channels,
                    uint8_t depth, uint8_t **bytes, size_t *count,
                    char message[CPNG_MESSAGE_LENGTH]) {
  png_structp volatile png =
      png_create_write_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  png_infop volatile header = png ? png_create_info_struct(png) : NULL;
  png_byte *volatile row = NULL;
  sink to = {NULL, 0, 0};
  snprintf(message, CPNG_MESSAGE_LENGTH, "out of memory");
  int32_t status = 1;
  if (!png || !header || setjmp(png_jmpbuf(png))) goto done;
  png_set_write_fn(png, &to, on_write, on_flush);
  png_set_IHDR(png, header, width, height, depth,
               channels == 3 ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
               PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  png_write_info(png, header);
  size_t across = (size_t)width * channels;
  row = malloc(across * (depth / 8));
  if (!row) png_error(png, "out of memory");
  for (size_t y = 0; y < height; y++) {
    for (size_t i = 0; i < across; i++) {
      uint16_t value = samples[y * across + i];
      if (depth == 16) {
        row[2 * i] = (png_byte)(value >> 8);
        row[2 * i + 1] = (png_byte)(value & 255);
      } else {
        row[i] = (png_byte)value;
      }
    }
    png_write_row(png, row);
  }
  png_write_end(png, NULL);
  status = 0;
done:
  if (png) png_destroy_write_struct((png_structpp)&png, (png_infopp)&header);
  free(row);
  if (status) {
    free(to.bytes);
  } else {
    *bytes = to.bytes;
    *count = to.count;
  }
  return status;
}

void cpng_free(void *memory) { free(memory); }
