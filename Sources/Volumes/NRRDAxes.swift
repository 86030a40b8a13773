import Errors
import Foundation
import Imaging

/// The meaning of the axes of a NRRD file: two or three run in space, and at most one numbers the
/// layers or the colours.
struct NRRDAxes {
  /// The sizes along the axes in space; 1 along a third one that is missing.
  let size: SIMD3<Int>
  /// The index of the axis of the layers; nil if there is none.
  let layers: Int?
  /// Whether the layers are red, green and blue.
  let areLayersColours: Bool
  /// The indices of the two or three axes that run in space.
  private let spatial: [Int]
  /// The vectors of all axes; nil for a file or an axis without one.
  private let vectors: [[Double]?]?

  /// Finds the axes.
  ///
  /// - Throws: `DipperError` of code `imageMalformed` or `imageUnsupported`.
  init(_ header: NRRDHeader, raw: RawVoxels) throws {
    let count = raw.sizes.count
    vectors = try header.vectors("spacedirections")
    guard vectors.map({ $0.count == count }) ?? true else {
      throw header.text.damaged("spacedirections")
    }
    let kinds = try header.perAxis("kinds", count: count)?.map { $0.lowercased() }
    spatial = spatialAxes(sizes: raw.sizes, kinds: kinds, vectors: vectors)
    let others = (0..<count).filter { raw.sizes[$0] > 1 }.filter { [spatial] in
      !spatial.contains($0)
    }
    guard (2...3).contains(spatial.count), others.count <= 1 else {
      throw header.text.unsupported(
        "has \(count) axes; two or three must run in space and at most one number its layers, as "
          + "its kinds and its space directions say")
    }
    layers = others.first
    areLayersColours = others.contains { isColour(kind: kinds?[$0], size: raw.sizes[$0]) }
    let sizes = spatial.map { raw.sizes[$0] } + [1]
    size = SIMD3(sizes[0], sizes[1], sizes[2])
    try checkAmbiguity(header, raw: raw, isSilent: kinds == nil && vectors == nil)
  }

  /// Refuses a file whose first axis may number colours or columns.
  private func checkAmbiguity(_ header: NRRDHeader, raw: RawVoxels, isSilent: Bool) throws {
    let isNarrow = (3...4).contains(size.x) && size.y >= 16 && size.z >= 16
    guard isSilent, isNarrow, raw.type == .uint8, header.text["spacings"] == nil else { return }
    throw header.text.unsupported(
      "has a first axis of size \(size.x), which may number columns or colours; name its kinds")
  }

  /// Returns what the header says of the geometry, and sentences about what it leaves open.
  ///
  /// - Throws: `DipperError` of code `imageMalformed`.
  func geometry(_ header: NRRDHeader) throws -> (geometry: Geometry, remarks: [String]) {
    let found = spatial.compactMap { vectors?[$0] }
    let isDirected = found.count == spatial.count && found.allSatisfy { $0.allSatisfy(\.isFinite) }
    return isDirected
      ? try directed(header, vectors: found) : try spaced(header)
  }

  /// Returns the geometry of a header that gives the vectors of its axes.
  private func directed(
    _ header: NRRDHeader, vectors: [[Double]]
  ) throws -> (geometry: Geometry, remarks: [String]) {
    guard let unit = length(ofUnits: header.quoted("spaceunits") ?? []) else {
      return (.unknown, ["its spacing is unknown: its space units are not lengths"])
    }
    let lengths = vectors.map { $0.reduce(0) { $0 + $1 * $1 }.squareRoot() * unit }
    var geometry = Geometry(
      spacing: SIMD3(lengths[0], lengths[1], lengths.count == 3 ? lengths[2] : 1))
    guard let sign = patientAxes(header.text["space"] ?? "") else { return (geometry, []) }
    guard vectors.allSatisfy({ $0.count >= 3 }) else {
      throw header.text.damaged("spacedirections")
    }
    var directions = zip(vectors, lengths).map { SIMD3($0[0], $0[1], $0[2]) * sign * unit / $1 }
    if directions.count == 2 { directions.append(directions[0].cross(directions[1])) }
    geometry.directions = directions
    let origin = try header.vectors("spaceorigin")?.first ?? nil
    if let origin, origin.count >= 3, origin.allSatisfy(\.isFinite) {
      geometry.origin = SIMD3(origin[0], origin[1], origin[2]) * sign * unit
    }
    return (geometry, [])
  }

  /// Returns the geometry of a header that gives spacings at the most.
  private func spaced(_ header: NRRDHeader) throws -> (geometry: Geometry, remarks: [String]) {
    guard let spacings = try header.text.numbers("spacings") else { return (.unknown, []) }
    let units = header.quoted("units") ?? []
    guard spatial.allSatisfy(spacings.indices.contains) else {
      throw header.text.damaged("spacings")
    }
    guard let unit = length(ofUnits: spatial.filter(units.indices.contains).map { units[$0] })
    else { return (.unknown, ["its spacing is unknown: its units are not lengths"]) }
    let lengths = spatial.map { abs(spacings[$0]) * unit } + [1]
    return (Geometry(spacing: SIMD3(lengths[0], lengths[1], lengths[2])), [])
  }

  /// Tells whether the known parts of a geometry can be those of a scan.
  func isPlausible(_ geometry: Geometry) -> Bool {
    guard let directions = geometry.directions, let spacing = geometry.spacing else { return true }
    return Geometry.isPlausible(
      steps: (0..<3).map { directions[$0] * spacing[$0] }, origin: geometry.origin ?? .zero)
  }
}

/// Returns the indices of the axes that run in space; where there are more than three, those of size
/// 1 are left out, which hold nothing of their own.
private func spatialAxes(sizes: [Int], kinds: [String]?, vectors: [[Double]?]?) -> [Int] {
  var axes = sizes.indices.filter { axis in
    isSpatial(kind: kinds?[axis], vector: vectors.map { $0[axis] })
  }
  while axes.count > 3, let flat = axes.last(where: { sizes[$0] == 1 }) {
    axes.removeAll { $0 == flat }
  }
  return axes
}

private func isColour(kind: String?, size: Int) -> Bool {
  ["rgb-color", "rgba-color", "3-color", "4-color"].contains(kind) && (3...4).contains(size)
}

/// Tells whether an axis runs in space.
///
/// - Parameters:
///   - kind: the axis's kind in lower case; nil if the header gives none.
///   - vector: the axis's vector, which is nil if it is `none`; nil if the header gives none.
private func isSpatial(kind: String?, vector: [Double]??) -> Bool {
  guard ["domain", "space", "none", "???", nil].contains(kind) else { return false }
  guard let vector else { return true }
  guard let vector else { return false }
  // An axis of time has a vector whose first three numbers are zero.
  return vector.count < 4 || vector.prefix(3).contains { $0 != 0 }
}

/// Returns the signs of the axes of a patient's space towards the right, the front and the head;
/// nil for other spaces.
private func patientAxes(_ space: String) -> SIMD3<Double>? {
  switch space.lowercased() {
  case "right-anterior-superior", "ras", "right-anterior-superior-time", "rast":
    SIMD3(1, 1, 1)
  case "left-anterior-superior", "las", "left-anterior-superior-time", "last":
    SIMD3(-1, 1, 1)
  case "left-posterior-superior", "lps", "left-posterior-superior-time", "lpst":
    SIMD3(-1, -1, 1)
  default: nil
  }
}

/// Returns the length of a unit in mm, 1 where none is given; nil if the units differ or are no
/// lengths.
private func length(ofUnits units: [String]) -> Double? {
  guard let first = units.first else { return 1 }
  return units.prefix(3).allSatisfy { $0 == first } ? length(ofUnit: first) : nil
}

/// Returns the length of a unit in mm; nil if it is no unit of length.
func length(ofUnit unit: String) -> Double? {
  switch unit.trimmingCharacters(in: .whitespaces).lowercased() {
  case "", "mm", "millimeter", "millimetre", "millimeters", "millimetres": 1
  case "cm", "centimeter", "centimetre", "centimeters", "centimetres": 10
  case "m", "meter", "metre", "meters", "metres": 1000
  case "um", "µm", "μm", "micron", "microns", "micrometer", "micrometre", "micrometers": 1e-3
  case "nm", "nanometer", "nanometre": 1e-6
  default: nil
  }
}
