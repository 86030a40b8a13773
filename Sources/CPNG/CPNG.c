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

// Expands samples of fewer than 8 bits and palettes and drops transparency, so that 1 or 3 channels
// remain.
static void normalise_layout(png_structp png, png_infop header) {
  png_byte colour = png_get_color_type(png, header);
  if (colour == PNG_COLOR_TYPE_PALETTE) png_set_palette_to_rgb(png);
  if (png_get_bit_depth(png, header) < 8) png_set_packing(png);
  // A palette's transparency becomes a channel when the palette is expanded.
  if (colour & (PNG_COLOR_MASK_ALPHA | PNG_COLOR_MASK_PALETTE)) png_set_strip_alpha(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, header);
}

static uint32_t sample_at(const png_byte *row, size_t index, int bits) {
  return bits == 16 ? ((uint32_t)row[2 * index] << 8) | row[2 * index + 1] : row[index];
}

static void copy_grey(const png_byte *rows, size_t stride, int channels, int bits,
                      cpng_image *image) {
  for (size_t y = 0; y < image->height; y++) {
    const png_byte *row = rows + y * stride;
    for (size_t x = 0; x < image->width; x++) {
      uint32_t value = sample_at(row, x * channels, bits);
      if (channels == 3) {
        double red = value, green = sample_at(row, 3 * x + 1, bits);
        double blue = sample_at(row, 3 * x + 2, bits);
        value = (uint32_t)(0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.5);
      }
      image->samples[y * image->width + x] = (uint16_t)value;
    }
  }
}

int32_t cpng_decode(const uint8_t *bytes, size_t count, uint64_t max_pixels, cpng_image *image,
                    char message[CPNG_MESSAGE_LENGTH]) {
  png_structp volatile png =
      png_create_read_struct(PNG_LIBPNG_VER_STRING, message, on_error, on_warning);
  png_infop volatile header = png ? png_create_info_struct(png) : NULL;
  png_byte *volatile pixels = NULL;
  png_bytep *volatile rows = NULL;
  memset(image, 0, sizeof *image);
  snprintf(message, CPNG_MESSAGE_LENGTH, "out of memory");
  int32_t status = 1;
  source from = {bytes, count};
  if (!png || !header || setjmp(png_jmpbuf(png))) goto done;
  png_set_read_fn(png, &from, on_read);
  png_read_info(png, header);
  image->width = png_get_image_width(png, header);
  image->height = png_get_image_height(png, header);
  image->depth = png_get_bit_depth(png, header);
  if (png_get_color_type(png, header) == PNG_COLOR_TYPE_PALETTE) image->depth = 8;
  if ((uint64_t)image->width * image->height > max_pixels) png_error(png, "too many pixels");
  normalise_layout(png, header);
  int channels = png_get_channels(png, header), bits = png_get_bit_depth(png, header);
  if (channels != 1 && channels != 3) png_error(png, "neither grey nor colour");
  size_t stride = png_get_rowbytes(png, header);
  // Deflate compresses by a factor of at most 1032, and expanding bits and palette entries
  // multiplies the size by at most 24, so this check keeps a hostile header from allocating memory.
  if (stride / 24 * image->height / 1032 > count) png_error(png, "the file ends too early");
  pixels = malloc(stride * image->height);
  rows = malloc(sizeof(png_bytep) * image->height);
  image->samples = malloc(sizeof(uint16_t) * image->width * image->height);
  if (!pixels || !rows || !image->samples) png_error(png, "out of memory");
  for (size_t y = 0; y < image->height; y++) rows[y] = pixels + y * stride;
  png_read_image(png, rows);
  png_read_end(png, NULL);
  copy_grey(pixels, stride, channels, bits, image);
  status = 0;
done:
  if (png) png_destroy_read_struct((png_structpp)&png, (png_infopp)&header, NULL);
  free(pixels);
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
