#include "jpeg2000.hpp"

#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "refusal.hpp"

namespace {

const Refusal damaged_image{damaged, "holds a damaged JPEG 2000 image"};

// The codestream of a frame, which begins with the markers SOC and SIZ.
struct Codestream {
  std::vector<uint8_t> bytes;
  size_t offset = 0;

  uint32_t number(size_t index, size_t count) const {
    uint32_t value = 0;
    for (size_t i = 0; i < count; i++) value = value << 8 | bytes[index + i];
    return value;
  }
};

constexpr size_t min_header = 42;  // bytes up to the number of components
constexpr uint8_t start_markers[] = {0xff, 0x4f, 0xff, 0x51};

bool begins_frame(const uint8_t *bytes, size_t count) {
  return count >= sizeof start_markers && !std::memcmp(bytes, start_markers, sizeof start_markers);
}

// Joins the fragments of each frame.
std::vector<Codestream> codestreams(DcmPixelSequence &fragments) {
  std::vector<Codestream> frames;
  for (unsigned long i = 1; i < fragments.card(); i++) {  // the first item is a table of offsets
    DcmPixelItem *item = nullptr;
    Uint8 *bytes = nullptr;
    if (fragments.getItem(item, i).bad() || item->getUint8Array(bytes).bad() || !bytes) continue;
    size_t count = item->getLength();
    if (begins_frame(bytes, count)) frames.emplace_back();
    if (frames.empty()) throw damaged_image;
    frames.back().bytes.insert(frames.back().bytes.end(), bytes, bytes + count);
  }
  return frames;
}

// Checks that the header of a codestream claims the size of the file's frames, because OpenJPEG
// allocates what it claims.
void check_header(const Codestream &frame, const cdicom_image &image, int32_t channels) {
  if (frame.bytes.size() < min_header) throw damaged_image;
  uint64_t right = frame.number(8, 4), bottom = frame.number(12, 4);
  uint64_t left = frame.number(16, 4), top = frame.number(20, 4);
  uint64_t across = frame.number(24, 4), down = frame.number(28, 4);
  bool is_alike = right == left + uint64_t(image.columns) && bottom == top + uint64_t(image.rows) &&
                  frame.number(40, 2) == uint32_t(channels);
  if (!is_alike || across == 0 || down == 0) throw damaged_image;
  constexpr uint64_t max_tiles = 4096;
  if ((right / across + 1) * (bottom / down + 1) > max_tiles)
    throw Refusal{unsupported, "holds a JPEG 2000 image of too many tiles"};
}

OPJ_SIZE_T read_bytes(void *out, OPJ_SIZE_T wanted, void *stream) {
  auto &frame = *static_cast<Codestream *>(stream);
  size_t count = std::min<size_t>(wanted, frame.bytes.size() - frame.offset);
  if (count == 0) return OPJ_SIZE_T(-1);
  std::memcpy(out, frame.bytes.data() + frame.offset, count);
  frame.offset += count;
  return count;
}

OPJ_OFF_T skip_bytes(OPJ_OFF_T wanted, void *stream) {
  auto &frame = *static_cast<Codestream *>(stream);
  auto left = OPJ_OFF_T(frame.bytes.size() - frame.offset);
  if (wanted < 0 || left == 0) return -1;
  auto count = std::min(wanted, left);
  frame.offset += size_t(count);
  return count;
}

OPJ_BOOL seek_bytes(OPJ_OFF_T offset, void *stream) {
  auto &frame = *static_cast<Codestream *>(stream);
  if (offset < 0 || size_t(offset) > frame.bytes.size()) return OPJ_FALSE;
  frame.offset = size_t(offset);
  return OPJ_TRUE;
}

using Stream = std::unique_ptr<opj_stream_t, decltype(&opj_stream_destroy)>;
using Codec = std::unique_ptr<opj_codec_t, decltype(&opj_destroy_codec)>;
using Decoded = std::unique_ptr<opj_image_t, decltype(&opj_image_destroy)>;

Stream stream_over(Codestream &frame) {
  Stream stream(opj_stream_default_create(OPJ_TRUE), opj_stream_destroy);
  if (!stream) throw std::bad_alloc();
  opj_stream_set_user_data(stream.get(), &frame, nullptr);
  opj_stream_set_user_data_length(stream.get(), frame.bytes.size());
  opj_stream_set_read_function(stream.get(), read_bytes);
  opj_stream_set_skip_function(stream.get(), skip_bytes);
  opj_stream_set_seek_function(stream.get(), seek_bytes);
  return stream;
}

Decoded decoded(Codestream &frame) {
  Stream stream = stream_over(frame);
  Codec codec(opj_create_decompress(OPJ_CODEC_J2K), opj_destroy_codec);
  opj_dparameters_t parameters;
  opj_set_default_decoder_parameters(&parameters);
  opj_image_t *image = nullptr;
  bool is_read = codec && opj_setup_decoder(codec.get(), &parameters) &&
                 opj_read_header(stream.get(), codec.get(), &image);
  Decoded owned(image, opj_image_destroy);
  if (!is_read || !opj_decode(codec.get(), stream.get(), image) ||
      !opj_end_decompress(codec.get(), stream.get()))
    throw damaged_image;
  return owned;
}

template <typename Sample>
void copy_samples(const opj_image_t &from, size_t voxels, int32_t channels, Sample *out) {
  for (int32_t channel = 0; channel < channels; channel++) {
    const OPJ_INT32 *data = from.comps[channel].data;
    for (size_t i = 0; i < voxels; i++)
      out[i * size_t(channels) + size_t(channel)] = Sample(data[i]);
  }
}

void check_components(const opj_image_t &found, const cdicom_image &image, int32_t channels) {
  if (found.numcomps != uint32_t(channels)) throw damaged_image;
  for (int32_t channel = 0; channel < channels; channel++) {
    const opj_image_comp_t &one = found.comps[channel];
    if (!one.data || one.w != uint32_t(image.columns) || one.h != uint32_t(image.rows) ||
        one.prec > uint32_t(image.bits))
      throw damaged_image;
  }
}

}  // namespace

void *decode_jpeg2000(DcmPixelSequence &fragments, const cdicom_image &image, int32_t channels) {
  auto frames = codestreams(fragments);
  if (frames.size() != size_t(image.frames)) throw truncated;
  // All headers are checked before memory is allocated for all frames.
  for (const auto &frame : frames) check_header(frame, image, channels);
  size_t voxels = size_t(image.columns) * size_t(image.rows);
  size_t length = voxels * size_t(channels) * size_t(image.bits / 8);
  auto free_samples = [](void *memory) { std::free(memory); };
  std::unique_ptr<void, decltype(free_samples)> samples(allocate(length * frames.size()),
                                                        free_samples);
  for (size_t index = 0; index < frames.size(); index++) {
    Decoded found = decoded(frames[index]);
    check_components(*found, image, channels);
    char *out = static_cast<char *>(samples.get()) + index * length;
    if (image.bits == 8)
      copy_samples(*found, voxels, channels, reinterpret_cast<uint8_t *>(out));
    else if (image.bits == 16)
      copy_samples(*found, voxels, channels, reinterpret_cast<uint16_t *>(out));
    else
      copy_samples(*found, voxels, channels, reinterpret_cast<uint32_t *>(out));
  }
  return samples.release();
}
