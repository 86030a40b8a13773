#include "values.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "attributes.hpp"
#include "refusal.hpp"

namespace {

constexpr double red_weight = 0.2126, green_weight = 0.7152, blue_weight = 0.0722;

size_t voxels_of(const cdicom_image &image) {
  return size_t(image.columns) * size_t(image.rows) * size_t(image.frames);
}

// A table from stored values to others.
struct Table {
  std::vector<uint16_t> entries;
  int32_t first = 0;
  int32_t bits = 16;

  uint16_t operator[](int64_t stored) const {
    return entries[size_t(std::clamp<int64_t>(stored - first, 0, int64_t(entries.size()) - 1))];
  }
};

std::vector<uint16_t> table_entries(DcmItem *set, const DcmTagKey &tag, size_t count) {
  const Uint16 *words = nullptr;
  const Uint8 *octets = nullptr;
  unsigned long found = 0;
  if (set->findAndGetUint16Array(tag, words, &found).good() && words) {
    if (found >= count) return {words, words + count};
    // Entries of 8 bits may be packed, two in a word.
    octets = reinterpret_cast<const Uint8 *>(words);
    if (found * 2 >= count) return {octets, octets + count};
  } else if (set->findAndGetUint8Array(tag, octets, &found).good() && octets && found >= count) {
    return {octets, octets + count};
  }
  throw Refusal{damaged, "has a damaged header: a lookup table is too short"};
}

Table table(DcmItem *set, const DcmTagKey &description, const DcmTagKey &entries, bool is_signed) {
  int32_t numbers[3];
  for (int32_t index = 0; index < 3; index++) {
    Sint16 number = 0;
    numbers[index] = unsigned_short(set, description, (unsigned long)index);
    if (numbers[index] < 0 &&
        set->findAndGetSint16(description, number, (unsigned long)index).good())
      numbers[index] = uint16_t(number);
    if (numbers[index] < 0)
      throw Refusal{damaged, "has a damaged header: a lookup table is not described"};
  }
  Table found;
  found.first = is_signed ? int16_t(numbers[1]) : numbers[1];
  found.bits = numbers[2];
  if (found.bits != 8 && found.bits != 16) found.bits = 16;
  // A count of 0 stands for 65536, which 16 bits cannot hold.
  found.entries = table_entries(set, entries, numbers[0] == 0 ? 65536 : size_t(numbers[0]));
  return found;
}

// Calls `put` with the index and the value of every stored voxel.
template <typename Put>
void for_each_stored(const cdicom_image &image, Put put) {
  size_t count = voxels_of(image);
  auto visit = [&](auto samples) {
    for (size_t i = 0; i < count; i++) put(i, int64_t(samples[i]));
  };
  if (image.is_real || image.bits > 16)
    throw Refusal{unsupported, "has a lookup table for values that are not of 8 or 16 bits"};
  if (image.bits == 8)
    image.is_signed ? visit(static_cast<const int8_t *>(image.samples))
                    : visit(static_cast<const uint8_t *>(image.samples));
  else
    image.is_signed ? visit(static_cast<const int16_t *>(image.samples))
                    : visit(static_cast<const uint16_t *>(image.samples));
}

void replace_samples(cdicom_image &image, void *samples, int32_t bits, bool is_real) {
  std::free(image.samples);
  image.samples = samples;
  image.bits = bits;
  image.is_signed = 0;
  image.is_real = is_real;
}

template <typename Sample>
void *grey(const cdicom_image &image, int32_t channels, bool is_planar, bool is_luminance) {
  auto colours = static_cast<const Sample *>(image.samples);
  size_t area = size_t(image.columns) * size_t(image.rows), count = voxels_of(image);
  auto out = static_cast<Sample *>(allocate(count * sizeof(Sample)));
  size_t step = is_planar ? 1 : size_t(channels), apart = is_planar ? area : 1;
  for (size_t i = 0; i < count; i++) {
    const Sample *one = colours + i / area * area * size_t(channels) + i % area * step;
    out[i] = is_luminance ? one[0]
                          : Sample(red_weight * one[0] + green_weight * one[apart] +
                                   blue_weight * one[2 * apart] + 0.5);
  }
  return out;
}

}  // namespace

void apply_modality_lut(DcmDataset *set, cdicom_image &image) {
  DcmItem *lut = item(set, DCM_ModalityLUTSequence);
  if (!lut) return;
  Table found = table(lut, DCM_LUTDescriptor, DCM_LUTData, image.is_signed);
  auto out = static_cast<uint16_t *>(allocate(voxels_of(image) * sizeof(uint16_t)));
  for_each_stored(image, [&](size_t index, int64_t stored) { out[index] = found[stored]; });
  replace_samples(image, out, 16, false);
  image.findings |= cdicom_modality_lut;
}

void apply_palette(DcmDataset *set, cdicom_image &image) {
  if (set->tagExists(DCM_SegmentedRedPaletteColorLookupTableData))
    throw Refusal{unsupported, "holds a palette in segments; convert it to grey values first"};
  Table red = table(set, DCM_RedPaletteColorLookupTableDescriptor,
                    DCM_RedPaletteColorLookupTableData, image.is_signed);
  Table green = table(set, DCM_GreenPaletteColorLookupTableDescriptor,
                      DCM_GreenPaletteColorLookupTableData, image.is_signed);
  Table blue = table(set, DCM_BluePaletteColorLookupTableDescriptor,
                     DCM_BluePaletteColorLookupTableData, image.is_signed);
  double scale = 255.0 / ((1 << red.bits) - 1);
  auto out = static_cast<float *>(allocate(voxels_of(image) * sizeof(float)));
  for_each_stored(image, [&](size_t index, int64_t stored) {
    out[index] = float(scale * (red_weight * red[stored] + green_weight * green[stored] +
                                blue_weight * blue[stored]));
  });
  replace_samples(image, out, 32, true);
  image.findings |= cdicom_palette;
}

void make_grey(cdicom_image &image, int32_t channels, bool is_planar, bool is_luminance) {
  void *out = image.bits == 8 ? grey<uint8_t>(image, channels, is_planar, is_luminance)
                              : grey<uint16_t>(image, channels, is_planar, is_luminance);
  replace_samples(image, out, image.bits, false);
  image.findings |= cdicom_colours;
}
