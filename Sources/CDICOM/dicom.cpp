#include "CDICOM.h"

#include <dcmtk/config/osconfig.h>
#include <dcmtk/dcmdata/dcistrmb.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcpixseq.h>
#include <dcmtk/dcmdata/dcpxitem.h>
#include <dcmtk/dcmdata/dcrledrg.h>
#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmjpeg/djdecode.h>
#include <dcmtk/dcmjpls/djdecode.h>
#include <dcmtk/oflog/oflog.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>
#include <vector>

namespace {

// A failure that is reported to the caller by its status and its sentence.
struct Refusal {
  int32_t status;
  const char *sentence;
};

constexpr int32_t damaged = 1, unsupported = 2;

// Registers DCMTK's decoders and silences its log before the first file is read.
void prepare() {
  static const bool prepared = [] {
    OFLog::configure(OFLogger::OFF_LOG_LEVEL);
    DcmRLEDecoderRegistration::registerCodecs();
    DJDecoderRegistration::registerCodecs();
    DJLSDecoderRegistration::registerCodecs();
    return true;
  }();
  if (!prepared || !dcmDataDict.isDictionaryLoaded())
    throw Refusal{unsupported,
                  "cannot be read: DCMTK finds no data dictionary (Debian's libdcmtk)"};
}

// A stream over the bytes of a file that DCMTK can reopen. DCMTK skips long elements of such a
// stream until they are requested, and thereby notices if they are truncated; for other streams it
// allocates the length that the file claims.
class Bytes : public DcmInputBufferStream {
 public:
  Bytes(const uint8_t *bytes, size_t count)
      : bytes(bytes), count(count), filter(ESC_none), filtered(0), is_short(false) {
    setBuffer(bytes, offile_off_t(count));
    setEos();
  }

  // Marks the position after which the bytes are compressed; `tell` then counts decompressed bytes.
  OFCondition installCompressionFilter(E_StreamCompression type) override {
    filter = type;
    filtered = tell();
    return DcmInputBufferStream::installCompressionFilter(type);
  }

  DcmInputStreamFactory *newFactory() const override { return new Element(*this); }

  offile_off_t skip(offile_off_t wanted) override {
    offile_off_t skipped = DcmInputBufferStream::skip(wanted);
    is_short = is_short || skipped < wanted;
    return skipped;
  }

  // Tells whether an element is longer than the rest of the file.
  bool is_too_short() const { return is_short; }

 private:
  // The position at which an element begins.
  class Element : public DcmInputStreamFactory {
   public:
    explicit Element(const Bytes &stream)
        : bytes(stream.bytes),
          count(stream.count),
          filter(stream.filter),
          filtered(stream.filtered),
          offset(stream.tell()) {}

    DcmInputStream *create() const override {
      auto *stream = new Bytes(bytes, count);
      if (filter != ESC_none) {
        (void)stream->skip(filtered);
        (void)stream->installCompressionFilter(filter);
      }
      (void)stream->skip(offset - stream->tell());
      return stream;
    }

    DcmInputStreamFactory *clone() const override { return new Element(*this); }
    DcmInputStreamFactoryType ident() const override { return DFT_DcmInputFileStreamFactory; }

   private:
    const uint8_t *bytes;
    size_t count;
    E_StreamCompression filter;
    offile_off_t filtered, offset;
  };

  const uint8_t *bytes;
  size_t count;
  E_StreamCompression filter;
  offile_off_t filtered;
  bool is_short;
};

// One more than the largest number of values of the elements that are read.
constexpr unsigned long max_decimals = 7;

// Returns the numbers of a text element such as `1.5\-2`, at most `max_decimals` of them, or none
// if one is not a number. The limit is needed because DCMTK returns the one value of a text of a
// damaged type (ST) at every index.
std::vector<double> decimals(DcmItem *set, const DcmTagKey &tag) {
  std::vector<double> numbers;
  OFString text;
  for (unsigned long index = 0; set && index < max_decimals; index++) {
    if (set->findAndGetOFString(tag, text, index).bad()) break;
    if (text.empty()) break;
    char *rest = nullptr;
    double number = std::strtod(text.c_str(), &rest);
    if (rest == text.c_str() || !std::isfinite(number)) return {};
    numbers.push_back(number);
  }
  return numbers;
}

double decimal(DcmItem *set, const DcmTagKey &tag, double otherwise) {
  auto found = decimals(set, tag);
  return found.empty() ? otherwise : found[0];
}

// Returns the value of an element of type unsigned short, or -1 if it is missing.
int32_t unsigned_short(DcmItem *set, const DcmTagKey &tag) {
  Uint16 number = 0;
  return set && set->findAndGetUint16(tag, number).good() ? number : -1;
}

DcmItem *item(DcmItem *set, const DcmTagKey &tag, signed long index = 0) {
  DcmItem *found = nullptr;
  return set && set->findAndGetSequenceItem(tag, found, index).good() ? found : nullptr;
}

// Returns the numbers of an attribute that a file of many frames gives for each frame or for all of
// them, and other files at the top level.
std::vector<double> decimals_of_frame(DcmDataset *set, DcmItem *groups, const DcmTagKey &group,
                                      const DcmTagKey &tag) {
  auto found = decimals(item(groups, group), tag);
  if (found.empty())
    found = decimals(item(item(set, DCM_SharedFunctionalGroupsSequence), group), tag);
  return found.empty() ? decimals(set, tag) : found;
}

void place_frames(DcmDataset *set, cdicom_image &image) {
  image.placement =
      static_cast<cdicom_frame *>(std::calloc(size_t(image.frames), sizeof(cdicom_frame)));
  if (!image.placement) throw std::bad_alloc();
  for (int32_t frame = 0; frame < image.frames; frame++) {
    DcmItem *groups = item(set, DCM_PerFrameFunctionalGroupsSequence, frame);
    auto position =
        decimals_of_frame(set, groups, DCM_PlanePositionSequence, DCM_ImagePositionPatient);
    cdicom_frame &out = image.placement[frame];
    out.is_placed = position.size() == 3;
    if (out.is_placed) std::copy(position.begin(), position.end(), out.position);
    DcmItem *segment = item(groups, DCM_SegmentIdentificationSequence);
    out.segment = std::max(0, unsigned_short(segment, DCM_ReferencedSegmentNumber));
  }
}

void read_geometry(DcmDataset *set, cdicom_image &image) {
  DcmItem *groups = item(set, DCM_PerFrameFunctionalGroupsSequence);
  auto orientation =
      decimals_of_frame(set, groups, DCM_PlaneOrientationSequence, DCM_ImageOrientationPatient);
  image.is_oriented = orientation.size() == 6;
  if (image.is_oriented) std::copy(orientation.begin(), orientation.end(), image.orientation);
  auto spacing = decimals_of_frame(set, groups, DCM_PixelMeasuresSequence, DCM_PixelSpacing);
  if (spacing.size() == 2) image.down = spacing[0], image.across = spacing[1];
  auto thickness = decimals_of_frame(set, groups, DCM_PixelMeasuresSequence, DCM_SliceThickness);
  if (!thickness.empty()) image.thickness = thickness[0];
  auto rescaling = DCM_PixelValueTransformationSequence;
  auto slope = decimals_of_frame(set, groups, rescaling, DCM_RescaleSlope);
  auto intercept = decimals_of_frame(set, groups, rescaling, DCM_RescaleIntercept);
  image.slope = slope.empty() ? 1 : slope[0];
  image.intercept = intercept.empty() ? 0 : intercept[0];
  OFString series;
  (void)set->findAndGetOFString(DCM_SeriesInstanceUID, series);
  std::snprintf(image.series, sizeof image.series, "%s", series.c_str());
}

void *allocate(size_t length) {
  void *memory = std::malloc(length);
  if (!memory) throw std::bad_alloc();
  return memory;
}

const Refusal truncated{damaged, "is truncated: its voxels end too early"};

// Expands voxels of one bit each, the lowest bit first, to one byte each.
void unpack_bits(DcmDataset *set, size_t voxels, cdicom_image &image) {
  const Uint8 *packed = nullptr;
  unsigned long count = 0;
  DcmElement *element = nullptr;
  if (set->findAndGetElement(DCM_PixelData, element).bad()) throw truncated;
  if (element->getVR() == EVR_OW) {
    const Uint16 *words = nullptr;
    if (set->findAndGetUint16Array(DCM_PixelData, words, &count).bad()) throw truncated;
    packed = reinterpret_cast<const Uint8 *>(words), count *= 2;
  } else if (set->findAndGetUint8Array(DCM_PixelData, packed, &count).bad()) {
    throw truncated;
  }
  if (!packed || count < (voxels + 7) / 8) throw truncated;
  auto out = static_cast<uint8_t *>(allocate(voxels));
  for (size_t i = 0; i < voxels; i++) out[i] = (packed[i / 8] >> (i % 8)) & 1;
  image.samples = out;
  image.bits = 8;
}

// Clears the bits above the stored ones, which may hold anything, by extending the sign of the
// highest stored bit.
template <typename Sample>
void clear_unused_bits(cdicom_image &image, size_t voxels, int32_t stored) {
  auto samples = static_cast<Sample *>(image.samples);
  int unused = image.bits - stored;
  for (size_t i = 0; unused > 0 && i < voxels; i++)
    samples[i] = Sample(Sample(samples[i] << unused) >> unused);
}

void copy_samples(DcmDataset *set, size_t voxels, cdicom_image &image) {
  size_t length = voxels * size_t(image.bits / 8);
  const Uint16 *words = nullptr;
  const Uint8 *octets = nullptr;
  unsigned long count = 0;
  const void *found = nullptr;
  if (set->findAndGetUint16Array(DCM_PixelData, words, &count).good()) {
    found = words, count *= 2;
  } else if (set->findAndGetUint8Array(DCM_PixelData, octets, &count).good()) {
    found = octets;
  }
  if (!found || count < length) throw truncated;
  image.samples = allocate(length);
  std::memcpy(image.samples, found, length);
}

// Walks the segments of a JPEG before its frame header as DCMTK does, which never gets past a
// marker TEM. Markers that restart a scan are misplaced there too.
void check_segments(const uint8_t *bytes, size_t count) {
  size_t offset = 0;
  auto word = [&](size_t index) { return bytes[index] << 8 | bytes[index + 1]; };
  while (offset + 4 < count) {
    int marker = word(offset);
    bool is_bare = marker == 0xff01 || (marker >= 0xffd0 && marker <= 0xffd7);
    if (is_bare) throw Refusal{damaged, "holds a damaged JPEG image"};
    bool is_frame_header = marker >= 0xffc0 && marker <= 0xffcf && marker != 0xffc4 &&
                           marker != 0xffc8 && marker != 0xffcc;
    if (is_frame_header || marker <= 0xff00) return;
    bool has_length = marker >= 0xffc0 && marker != 0xffd8 && marker != 0xffd9;
    if (marker == 0xffff)
      offset += 1;
    else
      offset += has_length ? size_t(word(offset + 2)) + 2 : 2;
  }
}

// Returns the smallest number of bytes to which the frames can be compressed.
double min_compressed_size(E_TransferSyntax syntax, const cdicom_image &image) {
  double rows = double(image.rows) * image.frames, voxels = rows * image.columns;
  switch (syntax) {
    case EXS_RLELossless: return voxels / 64;  // two bytes for a run of 128
    case EXS_JPEGLSLossless:
    case EXS_JPEGLSLossy: return rows / 8;  // one bit for a row that equals the one above
    case EXS_JPEGProcess1:
    case EXS_JPEGProcess2_4:
    case EXS_JPEGProcess6_8:
    case EXS_JPEGProcess10_12:
    case EXS_JPEGProcess14:
    case EXS_JPEGProcess14SV1: return voxels / 512;  // one bit for a block of 8 x 8
    default: return 0;                               // the syntax is not decoded
  }
}

// Checks what DCMTK's decoders trust: that the fragments are large enough for the frames, and that
// the segments of JPEG fragments are well formed.
void check_fragments(DcmDataset *set, const cdicom_image &image) {
  DcmElement *element = nullptr;
  if (set->findAndGetElement(DCM_PixelData, element).bad() || element->ident() != EVR_PixelData)
    return;
  auto *pixels = static_cast<DcmPixelData *>(element);
  E_TransferSyntax syntax = EXS_Unknown;
  const DcmRepresentationParameter *parameter = nullptr;
  pixels->getOriginalRepresentationKey(syntax, parameter);
  DcmPixelSequence *sequence = nullptr;
  if (!DcmXfer(syntax).isEncapsulated() ||
      pixels->getEncapsulatedRepresentation(syntax, parameter, sequence).bad())
    return;
  double total = 0;
  for (unsigned long i = 0; i < sequence->card(); i++) {
    DcmPixelItem *item = nullptr;
    Uint8 *bytes = nullptr;
    if (sequence->getItem(item, i).bad() || item->getUint8Array(bytes).bad() || !bytes) continue;
    total += item->getLength();
    if (syntax != EXS_RLELossless) check_segments(bytes, item->getLength());
  }
  if (total < min_compressed_size(syntax, image)) throw truncated;
}

void decode(DcmDataset *set, size_t voxels, cdicom_image &image) {
  if (decimal(set, DCM_SamplesPerPixel, 1) != 1) throw Refusal{unsupported, "holds a colour image"};
  const Refusal no_integers{unsupported, "holds voxels that are not integers of 8 or 16 bits"};
  if (unsigned_short(set, DCM_BitsAllocated) > 16) throw no_integers;
  check_fragments(set, image);
  if (set->chooseRepresentation(EXS_LittleEndianExplicit, nullptr).bad())
    throw Refusal{unsupported,
                  "is compressed in a way that cannot be read (JPEG 2000 is one); decompress it "
                  "first, with gdcmconv --raw"};
  image.bits = unsigned_short(set, DCM_BitsAllocated);
  image.is_signed = unsigned_short(set, DCM_PixelRepresentation) == 1;
  if (image.bits != 8 && image.bits != 16) throw no_integers;
  int32_t stored = unsigned_short(set, DCM_BitsStored);
  if (stored < 1 || stored > image.bits || unsigned_short(set, DCM_HighBit) != stored - 1)
    throw Refusal{damaged, "has a damaged header: its bits per voxel make no sense"};
  copy_samples(set, voxels, image);
  if (image.bits == 8)
    image.is_signed ? clear_unused_bits<int8_t>(image, voxels, stored)
                    : clear_unused_bits<uint8_t>(image, voxels, stored);
  else
    image.is_signed ? clear_unused_bits<int16_t>(image, voxels, stored)
                    : clear_unused_bits<uint16_t>(image, voxels, stored);
}

void read_size(DcmDataset *set, size_t count, uint64_t max_voxels, cdicom_image &image) {
  image.rows = unsigned_short(set, DCM_Rows);
  image.columns = unsigned_short(set, DCM_Columns);
  if (image.rows < 1 || image.columns < 1) throw Refusal{unsupported, "holds no image"};
  double frames = decimal(set, DCM_NumberOfFrames, 1);
  if (!(frames >= 1)) throw Refusal{damaged, "has a damaged header: no frames"};
  if (frames > double(count)) throw truncated;  // a frame takes at least one byte
  if (frames > double(max_voxels) / image.rows / image.columns || frames > INT32_MAX)
    throw Refusal{unsupported, "is too large"};
  image.frames = int32_t(frames);
}

void read_image(const uint8_t *bytes, size_t count, uint64_t max_voxels, cdicom_image &image) {
  Bytes stream(bytes, count);
  DcmFileFormat file;
  file.transferInit();
  bool is_bad = file.read(stream).bad();
  if (stream.is_too_short())
    throw Refusal{damaged, "is truncated: one of its elements is longer than the rest of the file"};
  if (is_bad) throw Refusal{damaged, "is not a DICOM file, or it is damaged"};
  file.transferEnd();
  DcmDataset *set = file.getDataset();
  read_size(set, count, max_voxels, image);
  OFString kind;
  (void)set->findAndGetOFString(DCM_SOPClassUID, kind);
  image.is_segmentation = kind == UID_SegmentationStorage;
  bool is_packed = unsigned_short(set, DCM_BitsAllocated) == 1;
  size_t voxels = size_t(image.rows) * size_t(image.columns) * size_t(image.frames);
  read_geometry(set, image);
  place_frames(set, image);
  if (is_packed)
    unpack_bits(set, voxels, image);
  else
    decode(set, voxels, image);
}

int32_t fail(char *message, int32_t status, const char *sentence) noexcept {
  std::snprintf(message, CDICOM_MESSAGE_LENGTH, "%s", sentence);
  return status;
}

}  // namespace

extern "C" int32_t cdicom_read(const uint8_t *bytes, size_t count, uint64_t max_voxels,
                               cdicom_image *image, char message[CDICOM_MESSAGE_LENGTH]) {
  std::memset(image, 0, sizeof *image);
  int32_t status = 0;
  try {
    prepare();
    read_image(bytes, count, max_voxels, *image);
  } catch (const Refusal &refusal) {
    status = fail(message, refusal.status, refusal.sentence);
  } catch (const std::bad_alloc &) {
    status = fail(message, damaged, "does not fit into memory, or its header is damaged");
  } catch (...) {
    status = fail(message, damaged, "is a damaged DICOM file");
  }
  if (status != 0) cdicom_free(image);
  return status;
}

extern "C" void cdicom_free(cdicom_image *image) {
  std::free(image->placement);
  std::free(image->samples);
  image->placement = nullptr;
  image->samples = nullptr;
}
