#include <setjmp.h>
#include <stdio.h>
// libjpeg's header needs FILE.
#include <jerror.h>
#include <jpeglib.h>
#include <stdlib.h>
#include <string.h>

#include "CJPEG.h"

enum { success = 0, damaged = 1, unsupported = 2 };

// The most pixels that a byte can hold: a block of 8 x 8 takes at least two bits.
enum { max_pixels_per_byte = 256 };

// The most scans of a progressive image that are decoded, each of which takes time for all pixels.
enum { max_scans = 100 };

// libjpeg's structures, with what its error handler needs to return from it.
typedef struct {
  struct jpeg_decompress_struct decoder;
  struct jpeg_error_mgr errors;
  struct jpeg_progress_mgr progress;
  jmp_buf end;
  int is_incomplete;
} reader;

static int32_t fail(char *message, int32_t status, const char *sentence) {
  snprintf(message, CJPEG_MESSAGE_LENGTH, "%s", sentence);
  return status;
}

static void stop(j_common_ptr decoder) { longjmp(((reader *)decoder->client_data)->end, 1); }

// Notes the warnings after which pixels are invented; the others do not change a pixel.
static void note(j_common_ptr decoder, int level) {
  int code = decoder->err->msg_code;
  int is_harmless =
      code == JWRN_EXTRANEOUS_DATA || code == JWRN_ADOBE_XFORM || code == JWRN_JFIF_MAJOR;
  if (level < 0 && !is_harmless) ((reader *)decoder->client_data)->is_incomplete = 1;
}

static void limit_scans(j_common_ptr decoder) {
  if (((j_decompress_ptr)decoder)->input_scan_number > max_scans) stop(decoder);
}

static void prepare(reader *one, const uint8_t *bytes, size_t count) {
  one->decoder.err = jpeg_std_error(&one->errors);
  one->errors.error_exit = stop;
  one->errors.emit_message = note;
  one->decoder.client_data = one;
  jpeg_create_decompress(&one->decoder);
  one->progress.progress_monitor = limit_scans;
  one->decoder.progress = &one->progress;
  jpeg_mem_src(&one->decoder, bytes, count);
}

static int32_t read_header(reader *one, size_t count, uint64_t max_pixels, cjpeg_image *image,
                           char *message) {
  struct jpeg_decompress_struct *decoder = &one->decoder;
  jpeg_read_header(decoder, TRUE);
  if (decoder->num_components != 1 && decoder->num_components != 3)
    return fail(message, unsupported, "holds colours that are not red, green and blue");
  uint64_t pixels = (uint64_t)decoder->image_width * decoder->image_height;
  if (pixels > max_pixels) return fail(message, unsupported, "is too large");
  if (pixels / max_pixels_per_byte > count)
    return fail(message, damaged, "is truncated: it cannot hold its pixels");
  decoder->out_color_space = decoder->num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
  image->width = (int32_t)decoder->image_width;
  image->height = (int32_t)decoder->image_height;
  image->channels = decoder->num_components;
  image->samples = malloc(pixels * (uint64_t)image->channels);
  return image->samples ? success : fail(message, damaged, "does not fit into memory");
}

static int32_t read_rows(reader *one, cjpeg_image *image, char *message) {
  size_t row = (size_t)image->width * (size_t)image->channels;
  jpeg_start_decompress(&one->decoder);
  while (one->decoder.output_scanline < one->decoder.output_height) {
    JSAMPROW out = image->samples + one->decoder.output_scanline * row;
    jpeg_read_scanlines(&one->decoder, &out, 1);
  }
  jpeg_finish_decompress(&one->decoder);
  return one->is_incomplete ? fail(message, damaged, "is truncated or damaged") : success;
}

int32_t cjpeg_read(const uint8_t *bytes, size_t count, uint64_t max_pixels, cjpeg_image *image,
                   char message[CJPEG_MESSAGE_LENGTH]) {
  memset(image, 0, sizeof *image);
  reader *one = calloc(1, sizeof *one);
  if (!one) return fail(message, damaged, "does not fit into memory");
  int32_t status;
  if (setjmp(one->end)) {
    status = fail(message, damaged, "is a damaged JPEG image");
  } else {
    prepare(one, bytes, count);
    status = read_header(one, count, max_pixels, image, message);
    if (status == success) status = read_rows(one, image, message);
  }
  jpeg_destroy_decompress(&one->decoder);
  free(one);
  if (status == success) return success;
  cjpeg_free(image->samples);
  image->samples = NULL;
  return status;
}

void cjpeg_free(void *samples) { free(samples); }
