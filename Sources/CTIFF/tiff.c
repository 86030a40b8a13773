#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CTIFF.h"
#include "memory.h"

enum { success = 0, damaged = 1, unsupported = 2 };

// The largest ratio of decompressed to compressed bytes that is believed; it is that of deflate.
enum { max_ratio = 1032 };

// Bytes that may be allocated whatever the ratio is, because a blank page can be very small.
static const uint64_t always_allowed = 1 << 26;

static int32_t fail(char *message, int32_t status, const char *sentence) {
  snprintf(message, CTIFF_MESSAGE_LENGTH, "%s", sentence);
  return status;
}

static uint32_t tag(TIFF *file, uint32_t name, int is_long) {
  uint32_t wide = 0;
  uint16_t narrow = 0;
  if (is_long) return TIFFGetFieldDefaulted(file, name, &wide) ? wide : 0;
  return TIFFGetFieldDefaulted(file, name, &narrow) ? narrow : 0;
}

static int32_t read_meaning(TIFF *file, ctiff_image *page, char *message) {
  uint16_t meaning = PHOTOMETRIC_MINISBLACK, extra = 0, *kinds = NULL;
  TIFFGetField(file, TIFFTAG_PHOTOMETRIC, &meaning);
  TIFFGetFieldDefaulted(file, TIFFTAG_EXTRASAMPLES, &extra, &kinds);
  page->has_alpha =
      extra == 1 && (kinds[0] == EXTRASAMPLE_ASSOCALPHA || kinds[0] == EXTRASAMPLE_UNASSALPHA);
  // libtiff turns the colours of JPEG pages into red, green and blue.
  int is_jpeg =
      meaning == PHOTOMETRIC_YCBCR && tag(file, TIFFTAG_COMPRESSION, 0) == COMPRESSION_JPEG;
  if (is_jpeg) TIFFSetField(file, TIFFTAG_JPEGCOLORMODE, JPEGCOLORMODE_RGB);
  page->is_colour = meaning == PHOTOMETRIC_RGB || is_jpeg;
  page->is_palette = meaning == PHOTOMETRIC_PALETTE;
  page->is_inverted = meaning == PHOTOMETRIC_MINISWHITE;
  int is_grey = meaning == PHOTOMETRIC_MINISBLACK || page->is_inverted || page->is_palette;
  if (!is_grey && !page->is_colour)
    return fail(message, unsupported, "holds colours that are not red, green and blue");
  if (page->is_colour && page->channels < 3)
    return fail(message, damaged, "has a damaged header: its colours have too few channels");
  return success;
}

static int32_t read_type(TIFF *file, ctiff_image *page, char *message) {
  page->depth = (int32_t)tag(file, TIFFTAG_BITSPERSAMPLE, 0);
  uint32_t format = tag(file, TIFFTAG_SAMPLEFORMAT, 0);
  page->is_real = format == SAMPLEFORMAT_IEEEFP;
  page->is_signed = format == SAMPLEFORMAT_INT;
  page->bits = page->depth < 8 ? 8 : page->depth;
  int is_whole = page->depth == 8 || page->depth == 16 || page->depth == 32 || page->depth == 64;
  int is_packed = page->depth == 1 || page->depth == 2 || page->depth == 4;
  int is_known = format == SAMPLEFORMAT_UINT || page->is_signed || format == SAMPLEFORMAT_VOID;
  if (page->is_real ? page->depth == 32 || page->depth == 64
                    : is_known && (is_whole || (is_packed && !page->is_signed)))
    return success;
  return fail(message, unsupported, "holds pixels of a type that is not read");
}

static int32_t read_header(TIFF *file, ctiff_image *page, char *message) {
  memset(page, 0, sizeof *page);
  uint32_t width = 0, height = 0;
  TIFFGetField(file, TIFFTAG_IMAGEWIDTH, &width);
  TIFFGetField(file, TIFFTAG_IMAGELENGTH, &height);
  if (width < 1 || height < 1 || width > INT32_MAX || height > INT32_MAX)
    return fail(message, damaged, "has a damaged header: its size makes no sense");
  page->width = (int32_t)width;
  page->height = (int32_t)height;
  page->channels = (int32_t)tag(file, TIFFTAG_SAMPLESPERPIXEL, 0);
  uint16_t unit = RESUNIT_NONE;
  float resolution = 0;
  page->has_resolution = TIFFGetField(file, TIFFTAG_XRESOLUTION, &resolution) &&
                         TIFFGetFieldDefaulted(file, TIFFTAG_RESOLUTIONUNIT, &unit) &&
                         unit != RESUNIT_NONE;
  int32_t status = read_type(file, page, message);
  return status == success ? read_meaning(file, page, message) : status;
}

// Expands numbers of 1, 2 or 4 bits, the highest bits first, to bytes.
static void unpack(const uint8_t *packed, size_t count, int32_t depth, uint8_t *out) {
  size_t in_byte = 8 / (size_t)depth;
  for (size_t i = 0; i < count; i++) {
    size_t shift = 8 - (size_t)depth * (i % in_byte + 1);
    out[i] = (uint8_t)(packed[i / in_byte] >> shift) & (uint8_t)((1 << depth) - 1);
  }
}

// The part of a page that a decoded row holds: `count` pixels from column `x`, row `y`. It holds
// all channels, or only `channel` where the channels are apart.
typedef struct {
  uint32_t x, y, count;
  int32_t channel, is_apart;
} segment;

static void store(const uint8_t *row, uint8_t *unpacked, segment part, const ctiff_image *page,
                  uint8_t *out) {
  size_t channels = (size_t)page->channels, size = (size_t)page->bits / 8;
  size_t numbers = part.count * (part.is_apart ? 1 : channels);
  if (page->depth < 8) {
    unpack(row, numbers, page->depth, unpacked);
    row = unpacked;
  }
  uint8_t *at = out + ((size_t)part.y * (size_t)page->width + part.x) * channels * size;
  if (!part.is_apart) {
    memcpy(at, row, numbers * size);
    return;
  }
  for (size_t i = 0; i < numbers; i++)
    memcpy(at + (i * channels + (size_t)part.channel) * size, row + i * size, size);
}

static int read_strips(TIFF *file, const ctiff_image *page, int is_apart, uint8_t *row,
                       uint8_t *unpacked, uint8_t *out) {
  for (int32_t channel = 0; channel < (is_apart ? page->channels : 1); channel++) {
    for (uint32_t y = 0; y < (uint32_t)page->height; y++) {
      if (TIFFReadScanline(file, row, y, (uint16_t)channel) < 0) return 0;
      segment part = {0, y, (uint32_t)page->width, channel, is_apart};
      store(row, unpacked, part, page, out);
    }
  }
  return 1;
}

static int read_tiles(TIFF *file, const ctiff_image *page, int is_apart, uint8_t *tile,
                      uint8_t *unpacked, uint8_t *out) {
  uint32_t across = tag(file, TIFFTAG_TILEWIDTH, 1), down = tag(file, TIFFTAG_TILELENGTH, 1);
  uint32_t width = (uint32_t)page->width, height = (uint32_t)page->height;
  size_t row = (size_t)TIFFTileRowSize(file);
  for (int32_t channel = 0; channel < (is_apart ? page->channels : 1); channel++) {
    for (uint32_t top = 0; top < height; top += down) {
      for (uint32_t left = 0; left < width; left += across) {
        if (TIFFReadTile(file, tile, left, top, 0, (uint16_t)channel) < 0) return 0;
        for (uint32_t y = top; y < height && y - top < down; y++) {
          uint32_t count = width - left < across ? width - left : across;
          segment part = {left, y, count, channel, is_apart};
          store(tile + (y - top) * row, unpacked, part, page, out);
        }
        if (across > UINT32_MAX - left) break;
      }
      if (down > UINT32_MAX - top) break;
    }
  }
  return 1;
}

static int32_t read_page(TIFF *file, const ctiff_image *page, uint8_t *out, char *message) {
  int is_apart = tag(file, TIFFTAG_PLANARCONFIG, 0) == PLANARCONFIG_SEPARATE && page->channels > 1;
  int is_tiled = TIFFIsTiled(file);
  tmsize_t length = is_tiled ? TIFFTileSize(file) : TIFFScanlineSize(file);
  size_t across = is_tiled ? tag(file, TIFFTAG_TILEWIDTH, 1) : (size_t)page->width;
  size_t numbers = across * (size_t)(is_apart ? 1 : page->channels);
  tmsize_t row = is_tiled ? TIFFTileRowSize(file) : length;
  if (length <= 0 || row <= 0 || across == 0 ||
      (uint64_t)row * 8 < (uint64_t)numbers * (uint64_t)page->depth ||
      length > (tmsize_t)always_allowed)
    return fail(message, damaged, "has a damaged header: its rows make no sense");
  uint8_t *buffer = calloc(1, (size_t)length), *unpacked = malloc(numbers);
  int is_read = buffer && unpacked &&
                (is_tiled ? read_tiles(file, page, is_apart, buffer, unpacked, out)
                          : read_strips(file, page, is_apart, buffer, unpacked, out));
  free(buffer);
  free(unpacked);
  return is_read ? success : fail(message, damaged, "is truncated or damaged");
}

static int is_reduced(TIFF *file) {
  return (tag(file, TIFFTAG_SUBFILETYPE, 1) & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}

static int is_alike(const ctiff_image *one, const ctiff_image *other) {
  return one->width == other->width && one->height == other->height && one->depth == other->depth &&
         one->channels == other->channels && one->is_signed == other->is_signed &&
         one->is_real == other->is_real && one->is_colour == other->is_colour &&
         one->is_palette == other->is_palette && one->is_inverted == other->is_inverted;
}

// Reads the headers of all pages, to know how many there are before memory is allocated.
static int32_t count_pages(TIFF *file, ctiff_image *image, char *message) {
  int32_t pages = 0;
  do {
    if (is_reduced(file)) continue;
    ctiff_image page;
    int32_t status = read_header(file, &page, message);
    if (status != success) return status;
    if (pages == 0) *image = page;
    if (!is_alike(image, &page))
      return fail(message, unsupported, "has pages of different sizes or types");
    pages++;
  } while (TIFFReadDirectory(file));
  image->pages = pages;
  return pages ? success : fail(message, unsupported, "holds no page");
}

static int32_t check_size(const ctiff_image *image, size_t count, uint64_t max_numbers,
                          char *message) {
  uint64_t pixels = (uint64_t)image->width * (uint64_t)image->height;
  uint64_t each = (uint64_t)image->channels * (uint64_t)image->pages;
  if (each == 0 || pixels > max_numbers / each) return fail(message, unsupported, "is too large");
  uint64_t length = pixels * each * (uint64_t)image->bits / 8;
  if (length > always_allowed && length / max_ratio > count)
    return fail(message, damaged, "is truncated: it cannot hold its pixels");
  return success;
}

static int32_t read_pages(TIFF *file, size_t count, uint64_t max_numbers, ctiff_image *image,
                          char *message) {
  int32_t status = count_pages(file, image, message);
  if (status == success) status = check_size(image, count, max_numbers, message);
  if (status != success) return status;
  size_t length = (size_t)image->width * (size_t)image->height * (size_t)image->channels *
                  (size_t)image->bits / 8;
  image->samples = calloc((size_t)image->pages, length);
  if (!image->samples) return fail(message, damaged, "does not fit into memory");
  int32_t index = 0;
  if (!TIFFSetDirectory(file, 0)) return fail(message, damaged, "is damaged");
  do {
    if (is_reduced(file)) continue;
    ctiff_image page;
    status = read_header(file, &page, message);
    if (status == success && (index >= image->pages || !is_alike(image, &page)))
      status = fail(message, damaged, "is damaged");
    if (status == success)
      status = read_page(file, &page, (uint8_t *)image->samples + (size_t)index * length, message);
    index++;
  } while (status == success && TIFFReadDirectory(file));
  return status;
}

int32_t ctiff_read(const uint8_t *bytes, size_t count, uint64_t max_numbers, ctiff_image *image,
                   char message[CTIFF_MESSAGE_LENGTH]) {
  memset(image, 0, sizeof *image);
  source from = {bytes, count, 0};
  TIFF *file = open_memory(&from);
  if (!file) return fail(message, damaged, "is not a TIFF file, or it is damaged");
  int32_t status = read_pages(file, count, max_numbers, image, message);
  TIFFClose(file);
  if (status == success) return success;
  ctiff_free(image->samples);
  image->samples = NULL;
  return status;
}

void ctiff_free(void *samples) { free(samples); }
