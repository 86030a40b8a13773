#include "pixels.hpp"

#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>

#include <cstring>
#include <string>

#include "attributes.hpp"
#include "fragments.hpp"
#include "jpeg2000.hpp"
#include "refusal.hpp"
#include "values.hpp"

namespace {

size_t voxels_of(const cdicom_image &image) {
  return size_t(image.columns) * size_t(image.rows) * size_t(image.frames);
}

// The stored bytes of the voxels, before they are interpreted.
struct Stored {
  const void *bytes;
  size_t count;
};

// Finds the bytes of the integers. DCMTK gives bytes also where their type is that of words, and
// counts one of an odd number that lacks the byte which would make it even; as words it would be
// lost.
Stored stored_integers(DcmDataset *set, bool are_octets) {
  const Uint16 *words = nullptr;
  const Uint8 *octets = nullptr;
  unsigned long count = 0;
  if (!are_octets && set->findAndGetUint16Array(DCM_PixelData, words, &count).good() && words)
    return {words, size_t(count) * 2};
  if (set->findAndGetUint8Array(DCM_PixelData, octets, &count).good() && octets)
    return {octets, size_t(count)};
  throw truncated;
}

void copy_samples(const Stored &stored, size_t length, cdicom_image &image) {
  if (stored.count < length) throw truncated;
  image.samples = allocate(length);
  std::memcpy(image.samples, stored.bytes, length);
}

// Expands voxels of one bit each, the lowest bit first, to one byte each.
void unpack_bits(DcmDataset *set, cdicom_image &image) {
  size_t voxels = voxels_of(image);
  Stored stored = stored_integers(set, true);
  if (stored.count < (voxels + 7) / 8) throw truncated;
  auto packed = static_cast<const uint8_t *>(stored.bytes);
  auto out = static_cast<uint8_t *>(allocate(voxels));
  for (size_t i = 0; i < voxels; i++) out[i] = (packed[i / 8] >> (i % 8)) & 1;
  image.samples = out;
  image.bits = 8;
}

// Reads voxels that are floating-point numbers; returns whether the file holds such.
bool read_real(DcmDataset *set, cdicom_image &image) {
  const Float32 *singles = nullptr;
  const Float64 *doubles = nullptr;
  unsigned long count = 0;
  image.is_real = 1;
  if (set->findAndGetFloat32Array(DCM_FloatPixelData, singles, &count).good() && singles) {
    image.bits = 32;
    copy_samples({singles, size_t(count) * sizeof(Float32)}, voxels_of(image) * sizeof(Float32),
                 image);
  } else if (set->findAndGetFloat64Array(DCM_DoubleFloatPixelData, doubles, &count).good() &&
             doubles) {
    image.bits = 64;
    copy_samples({doubles, size_t(count) * sizeof(Float64)}, voxels_of(image) * sizeof(Float64),
                 image);
  } else {
    image.is_real = 0;
  }
  return image.is_real;
}

// Moves the stored bits to the bottom, and replaces the bits above them, which may hold anything,
// by the sign of the highest stored one.
template <typename Sample>
void keep_stored_bits(cdicom_image &image, size_t count, int32_t stored, int32_t highest) {
  auto samples = static_cast<Sample *>(image.samples);
  int above = image.bits - 1 - highest, unused = image.bits - stored;
  for (size_t i = 0; unused > 0 && i < count; i++)
    samples[i] = Sample(Sample(samples[i] << above) >> unused);
}

void keep_stored_bits(DcmDataset *set, size_t count, cdicom_image &image) {
  int32_t stored = unsigned_short(set, DCM_BitsStored), highest = unsigned_short(set, DCM_HighBit);
  if (stored < 1 || stored > image.bits || highest < stored - 1 || highest >= image.bits)
    throw Refusal{damaged, "has a damaged header: its bits per voxel make no sense"};
  if (image.bits == 8)
    image.is_signed ? keep_stored_bits<int8_t>(image, count, stored, highest)
                    : keep_stored_bits<uint8_t>(image, count, stored, highest);
  else if (image.bits == 16)
    image.is_signed ? keep_stored_bits<int16_t>(image, count, stored, highest)
                    : keep_stored_bits<uint16_t>(image, count, stored, highest);
  else
    image.is_signed ? keep_stored_bits<int32_t>(image, count, stored, highest)
                    : keep_stored_bits<uint32_t>(image, count, stored, highest);
}

void check_bits(DcmDataset *set, const cdicom_image &image, E_TransferSyntax syntax) {
  if (image.bits != 8 && image.bits != 16 && image.bits != 32)
    throw Refusal{unsupported, "holds voxels that are not integers of 8, 16 or 32 bits"};
  bool is_swapped = DcmXfer(set->getOriginalXfer()).isBigEndian();
  // DCMTK swaps the bytes of 16 bits only.
  if (image.bits == 32 && (is_swapped || syntax != EXS_Unknown))
    throw Refusal{unsupported, "holds voxels of 32 bits that are compressed or big-endian"};
}

void decompress(DcmDataset *set, const cdicom_image &image) {
  check_fragments(set, image);
  if (set->chooseRepresentation(EXS_LittleEndianExplicit, nullptr).bad())
    throw Refusal{unsupported,
                  "is compressed in a way that cannot be read; decompress it first, with "
                  "gdcmconv --raw"};
}

// Reads the stored integers, `channels` for each voxel.
void read_integers(DcmDataset *set, int32_t channels, cdicom_image &image) {
  E_TransferSyntax syntax = EXS_Unknown;
  DcmPixelSequence *fragments = fragments_of(set, syntax);
  if (!fragments) syntax = EXS_Unknown;
  check_bits(set, image, syntax);
  size_t count = voxels_of(image) * size_t(channels);
  if (fragments && (syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000)) {
    image.samples = decode_jpeg2000(*fragments, image, channels);
  } else {
    decompress(set, image);
    copy_samples(stored_integers(set, image.bits == 8), count * size_t(image.bits / 8), image);
  }
  keep_stored_bits(set, count, image);
}

// Returns the number of samples of a voxel: 1, or 3 of a colour.
int32_t channels_of(DcmDataset *set, const std::string &meaning, const cdicom_image &image) {
  int32_t channels = unsigned_short(set, DCM_SamplesPerPixel);
  if (channels <= 1) return 1;
  bool is_colour = meaning == "RGB" || meaning.rfind("YBR_", 0) == 0;
  if (channels != 3 || !is_colour || image.bits > 16 || image.is_signed)
    throw Refusal{unsupported, "holds a colour image of a kind that is not read"};
  return channels;
}

void read_colours(DcmDataset *set, int32_t channels, const std::string &meaning,
                  cdicom_image &image) {
  E_TransferSyntax syntax = EXS_Unknown;
  bool is_jpeg2000 =
      fragments_of(set, syntax) && (syntax == EXS_JPEG2000LosslessOnly || syntax == EXS_JPEG2000);
  if (meaning == "YBR_FULL_422" && !fragments_of(set, syntax))
    throw Refusal{unsupported, "holds a colour image of a kind that is not read"};
  read_integers(set, channels, image);
  // DCMTK's decoders make red, green and blue of other colours and say so in the data set.
  std::string now = text(set, DCM_PhotometricInterpretation);
  bool is_luminance = is_jpeg2000 ? now == "YBR_FULL" : now.rfind("YBR_FULL", 0) == 0;
  bool is_planar = !is_jpeg2000 && unsigned_short(set, DCM_PlanarConfiguration) == 1;
  make_grey(image, channels, is_planar, is_luminance);
}

}  // namespace

void read_pixels(DcmDataset *set, cdicom_image &image) {
  image.bits = unsigned_short(set, DCM_BitsAllocated);
  image.is_signed = unsigned_short(set, DCM_PixelRepresentation) == 1;
  if (image.bits == 1) return unpack_bits(set, image);
  if (read_real(set, image)) return;
  std::string meaning = text(set, DCM_PhotometricInterpretation);
  int32_t channels = channels_of(set, meaning, image);
  if (channels > 1) return read_colours(set, channels, meaning, image);
  read_integers(set, channels, image);
  if (meaning == "PALETTE COLOR" && image.kind == cdicom_scan) return apply_palette(set, image);
  if (image.kind == cdicom_scan) apply_modality_lut(set, image);
  if (meaning == "MONOCHROME1") image.findings |= cdicom_inverted;
}
