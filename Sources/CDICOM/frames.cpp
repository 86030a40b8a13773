#include "frames.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include "attributes.hpp"
#include "refusal.hpp"

namespace {

// Looks up the attributes of one frame.
class Frame {
 public:
  Frame(DcmDataset *set, cdicom_image &image, DcmItem *groups)
      : set(set),
        findings(image.findings),
        groups(groups),
        shared(item(set, DCM_SharedFunctionalGroupsSequence)) {}

  // Returns an item that the frame has of its own, or shares with the others.
  DcmItem *group(const DcmTagKey &sequence) const {
    DcmItem *own = item(groups, sequence);
    return own ? own : item(shared, sequence);
  }

  // Returns the numbers of an attribute of a group, which files without groups have at the top
  // level.
  std::vector<double> numbers(const DcmTagKey &sequence, const DcmTagKey &tag) const {
    auto found = decimals(group(sequence), tag, findings);
    return found.empty() ? decimals(set, tag, findings) : found;
  }

  double number(const DcmTagKey &sequence, const DcmTagKey &tag) const {
    auto found = numbers(sequence, tag);
    return found.empty() ? 0 : found[0];
  }

  DcmDataset *set;
  uint32_t &findings;

 private:
  DcmItem *groups, *shared;
};

// Returns the heights of the frames of a radiation dose above the first one; empty for others.
std::vector<double> grid_offsets(DcmDataset *set, cdicom_image &image) {
  if (image.frames == 1) return {};
  auto found = decimals(set, DCM_GridFrameOffsetVector, image.findings, size_t(image.frames));
  if (found.size() != size_t(image.frames) || found[0] != 0) return {};
  return found;
}

void read_position(const Frame &frame, const std::vector<double> &offsets, int32_t index,
                   const cdicom_image &image, cdicom_frame &out) {
  auto position =
      decimals(frame.group(DCM_PlanePositionSequence), DCM_ImagePositionPatient, frame.findings);
  // The position at the top level is that of the first frame.
  bool is_first = position.size() != 3;
  if (is_first) position = decimals(frame.set, DCM_ImagePositionPatient, frame.findings);
  out.is_placed = position.size() == 3 && (!is_first || image.frames == 1 || !offsets.empty());
  if (!out.is_placed) return;
  std::copy(position.begin(), position.end(), out.position);
  if (!is_first || offsets.empty()) return;
  const double *row = out.orientation, *column = out.orientation + 3;
  for (int axis = 0; axis < 3; axis++) {
    int next = (axis + 1) % 3, last = (axis + 2) % 3;
    double normal = row[next] * column[last] - row[last] * column[next];
    out.position[axis] += normal * offsets[size_t(index)];
  }
}

void read_orientation(const Frame &frame, cdicom_frame &out) {
  auto found = frame.numbers(DCM_PlaneOrientationSequence, DCM_ImageOrientationPatient);
  out.is_oriented = found.size() == 6;
  if (out.is_oriented) std::copy(found.begin(), found.end(), out.orientation);
}

// A projection's object lies between the tube and the detector, where its pixels are smaller.
bool is_projection(DcmDataset *set) {
  static const std::string kinds[] = {"CR", "DX", "MG", "RG", "RF", "XA", "IO", "PX"};
  return std::find(std::begin(kinds), std::end(kinds), text(set, DCM_Modality)) != std::end(kinds);
}

void read_spacing(const Frame &frame, cdicom_frame &out) {
  auto spacing = frame.numbers(DCM_PixelMeasuresSequence, DCM_PixelSpacing);
  auto at_detector = decimals(frame.set, DCM_ImagerPixelSpacing, frame.findings);
  if (spacing.size() == 2) {
    out.down = spacing[0];
    out.across = spacing[1];
    if (spacing == at_detector && is_projection(frame.set))
      frame.findings |= cdicom_spacing_at_detector;
  } else if (at_detector.size() == 2) {
    frame.findings |= cdicom_only_detector_spacing;
  } else if (!decimals(frame.set, DCM_NominalScannedPixelSpacing, frame.findings).empty()) {
    frame.findings |= cdicom_only_scanned_spacing;
  } else if (!decimals(frame.set, DCM_PixelAspectRatio, frame.findings).empty()) {
    frame.findings |= cdicom_only_aspect_ratio;
  }
  out.thickness = frame.number(DCM_PixelMeasuresSequence, DCM_SliceThickness);
  out.between = std::fabs(frame.number(DCM_PixelMeasuresSequence, DCM_SpacingBetweenSlices));
}

// Returns a number that scales the values, or another if the file gives none; a text that is no
// number would give wrong values.
double scaling(const Frame &frame, const DcmTagKey &tag, double otherwise) {
  uint32_t before = frame.findings;
  frame.findings &= ~uint32_t(cdicom_no_number);
  auto found = frame.numbers(DCM_PixelValueTransformationSequence, tag);
  if (frame.findings & cdicom_no_number)
    throw Refusal{damaged,
                  "has a damaged header: the slope or intercept of its values is no number"};
  frame.findings |= before;
  return found.empty() ? otherwise : found[0];
}

void read_scaling(const Frame &frame, cdicom_frame &out) {
  out.slope = 1;
  // Values from a table or a palette are final.
  if (frame.findings & (cdicom_modality_lut | cdicom_palette | cdicom_colours)) return;
  out.slope = scaling(frame, DCM_RescaleSlope, scaling(frame, DCM_DoseGridScaling, 1));
  out.intercept = scaling(frame, DCM_RescaleIntercept, 0);
  if (out.slope != 0) return;
  out.slope = 1;
  frame.findings |= cdicom_slope_of_zero;
}

// Visits the items of a sequence one after the other; looking each up by its index would take the
// square of their number.
class Items {
 public:
  Items(DcmItem *set, const DcmTagKey &tag)
      : is_over(set->findAndGetSequence(tag, sequence).bad()) {}

  // Returns the next item, or null after the last one.
  DcmItem *next() {
    if (!is_over) current = sequence->nextInContainer(current);
    is_over = is_over || !current;
    return is_over ? nullptr : static_cast<DcmItem *>(current);
  }

 private:
  DcmSequenceOfItems *sequence = nullptr;
  DcmObject *current = nullptr;
  bool is_over;
};

// Returns the index of a name among those that were seen before.
int32_t index_of(const std::string &name, std::vector<std::string> &seen) {
  constexpr size_t max_names = 1000;
  if (seen.size() > max_names) return int32_t(max_names);
  auto found = std::find(seen.begin(), seen.end(), name);
  if (found == seen.end()) found = seen.insert(found, name);
  return int32_t(found - seen.begin());
}

}  // namespace

void describe_frames(DcmDataset *set, cdicom_image &image) {
  image.placement =
      static_cast<cdicom_frame *>(allocate(size_t(image.frames) * sizeof(cdicom_frame)));
  auto offsets = grid_offsets(set, image);
  std::vector<std::string> stacks;
  Items groups(set, DCM_PerFrameFunctionalGroupsSequence);
  for (int32_t index = 0; index < image.frames; index++) {
    Frame frame(set, image, groups.next());
    cdicom_frame &out = image.placement[index];
    read_orientation(frame, out);
    read_position(frame, offsets, index, image, out);
    read_spacing(frame, out);
    read_scaling(frame, out);
    DcmItem *content = frame.group(DCM_FrameContentSequence);
    out.stack = index_of(text(content, DCM_StackID), stacks);
    Uint32 time = 0;
    if (content && content->findAndGetUint32(DCM_TemporalPositionIndex, time).good())
      out.time = int32_t(std::min<Uint32>(time, INT32_MAX));
    DcmItem *segment = frame.group(DCM_SegmentIdentificationSequence);
    out.segment = std::max(0, unsigned_short(segment, DCM_ReferencedSegmentNumber));
  }
}

void describe_segments(DcmDataset *set, cdicom_image &image) {
  if (image.kind == cdicom_scan) return;
  uint32_t findings = 0;
  if (text(set, DCM_SegmentationType) == "FRACTIONAL")
    image.largest_fraction = std::max(1, unsigned_short(set, DCM_MaximumFractionalValue));
  std::vector<cdicom_segment> found;
  Items items(set, DCM_SegmentSequence);
  while (DcmItem *one = items.next()) {
    cdicom_segment segment{};
    segment.number = int32_t(decimal(one, DCM_SegmentNumber, 0, findings));
    std::snprintf(segment.label, sizeof segment.label, "%s", text(one, DCM_SegmentLabel).c_str());
    found.push_back(segment);
  }
  image.segments = static_cast<cdicom_segment *>(allocate(found.size() * sizeof(cdicom_segment)));
  std::copy(found.begin(), found.end(), image.segments);
  image.segment_count = int32_t(found.size());
}
