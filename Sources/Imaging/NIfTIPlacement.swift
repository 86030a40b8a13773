import CNIfTI
import Errors
import Foundation

/// The geometry that a NIfTI header gives, by the rules of `nifti1.h`: the sform where it is set and
/// usable, otherwise the qform, otherwise the spacing alone.
struct NIfTIPlacement {
  let geometry: Geometry
  /// Sentences about a header that contradicts itself, without the file's name.
  let remarks: [String]

  /// Reads the geometry of a header.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` if the header places the volume by numbers that
  ///   make no sense.
  init(_ header: cnifti_volume, name: String) throws {
    let forms = [
      NIfTIForm(name: "sform", code: header.sform_code, rows: header.sform, in: header),
      NIfTIForm(name: "qform", code: header.qform_code, rows: header.qform, in: header),
    ].filter(\.isSet)
    guard let used = forms.first(where: \.isUsable) else {
      if let form = forms.first {
        throw DipperError(
          .imageMalformed,
          "\(name) has a damaged header: its axes make no sense (\(form.name) is unusable)")
      }
      geometry = Geometry(spacing: unplacedSpacing(header))
      remarks = []
      return
    }
    geometry = Geometry(steps: used.steps, origin: used.origin)
    remarks = contradictions(of: used, among: forms, in: header)
  }
}

/// One of the two transforms of a header from voxel indices to world coordinates.
private struct NIfTIForm {
  let name: String
  let isSet: Bool
  /// The vectors from a voxel to the next along the raw axes, in mm.
  let steps: [SIMD3<Double>]
  /// The centre of the first voxel, in mm.
  let origin: SIMD3<Double>

  typealias Row = (Double, Double, Double, Double)

  init(name: String, code: Int32, rows: (Row, Row, Row), in header: cnifti_volume) {
    self.name = name
    isSet = code > 0
    let unit = header.unit == 0 ? 1 : header.unit
    let (x, y, z) = rows
    steps = [SIMD3(x.0, y.0, z.0), SIMD3(x.1, y.1, z.1), SIMD3(x.2, y.2, z.2)].map { $0 * unit }
    origin = SIMD3(x.3, y.3, z.3) * unit
  }

  var isUsable: Bool { Geometry.isPlausible(steps: steps, origin: origin) }
}

/// The spacing of a header without transforms, in mm; nil if it gives none.
///
/// Programs that know no spacing leave 1 without a unit.
private func unplacedSpacing(_ header: cnifti_volume) -> SIMD3<Double>? {
  let stored = [header.pixdim.0, header.pixdim.1, header.pixdim.2].map(abs)
  if header.unit == 0, stored.allSatisfy({ $0 == 0 || $0 == 1 }) { return nil }
  let unit = header.unit == 0 ? 1 : header.unit
  let sizes = [header.size.0, header.size.1, header.size.2]
  // The thickness of a single slice is often 0.
  let lengths = zip(stored, sizes).map { $1 == 1 && $0 == 0 ? 1 : $0 * unit }
  return Geometry.plausible(spacing: SIMD3(lengths[0], lengths[1], lengths[2]))
}

/// Returns sentences about the parts of a header that contradict the transform that is used.
private func contradictions(
  of used: NIfTIForm, among forms: [NIfTIForm], in header: cnifti_volume
) -> [String] {
  var sentences = forms.filter { !$0.isUsable }.map {
    "its \($0.name) is unusable, so its \(used.name) places it"
  }
  if let other = forms.last(where: { $0.isUsable && $0.name != used.name }),
    differ(used, from: other, in: header)
  {
    sentences.append("its sform and qform disagree; the \(used.name) places it")
  }
  let unit = header.unit == 0 ? 1 : header.unit
  let stored = [header.pixdim.0, header.pixdim.1, header.pixdim.2].map { abs($0) * unit }
  let lengths = used.steps.map(\.norm)
  if zip(stored, lengths).contains(where: { abs($0 - $1) > 0.01 * $1 }) {
    sentences.append(
      "its pixdim says \(text(stored)) mm, its \(used.name) \(text(lengths)) mm; the \(used.name) "
        + "is used")
  }
  return sentences
}

/// Tells whether two transforms put a corner of the volume more than a quarter of a voxel apart.
private func differ(_ one: NIfTIForm, from other: NIfTIForm, in header: cnifti_volume) -> Bool {
  let last = [header.size.0, header.size.1, header.size.2].map { Double($0 - 1) }
  let smallest = one.steps.map(\.norm).min() ?? 1
  return (0..<8).contains { corner in
    var difference: SIMD3<Double> = one.origin - other.origin
    for axis in 0..<3 where corner >> axis & 1 == 1 {
      difference += (one.steps[axis] - other.steps[axis]) * last[axis]
    }
    return difference.norm > 0.25 * smallest
  }
}

private func text(_ lengths: [Double]) -> String {
  lengths.map { String(format: "%.4g", $0) }.joined(separator: " x ")
}
