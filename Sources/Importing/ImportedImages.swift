import Errors
import Experiments
import Jobs

/// The images that gave cases, by their bytes: the same image under two names must not be in
/// training and in testing.
struct ImportedImages {
  private struct Known {
    /// The path of the image, with the slice if it is one.
    var image: String
    var volume: String
    var split: DatasetDescriptor.Split
  }

  /// The images by the digests of their files.
  private var volumes: [[Digest]: Known] = [:]
  /// The slices by the digests of their values: a volume may be stored in two formats.
  private var slices: [Digest: Known] = [:]

  /// Returns a remark if an earlier volume of the same split has the same image; nil if none has.
  ///
  /// - Parameter sources: the digests of the volume's files.
  /// - Throws: `DipperError` of code `importSourceInvalid` if one of the other split has it.
  func twin(
    of pair: VolumePair, for split: DatasetDescriptor.Split, sources: [VolumeRecord.Source]
  ) throws -> String? {
    try volumes[image(of: pair, in: sources)].flatMap {
      try remark(that: pair.image[0], holds: "the same bytes as", $0, for: split)
    }
  }

  /// Returns a remark if a slice of an earlier volume of the same split is the same image; nil if
  /// none is.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if one of the other split is.
  func twin(ofSlicesIn record: VolumeRecord) throws -> String? {
    for slice in record.slices {
      guard let known = slices[slice.values], known.volume != record.pair.id else { continue }
      return try remark(
        that: "slice \(slice.index) of \(record.pair.image[0])", holds: "the same values as", known,
        for: record.split)
    }
    return nil
  }

  /// Adds the image of a volume that gave cases.
  mutating func add(_ record: VolumeRecord) {
    guard !record.slices.isEmpty else { return }
    let path = record.pair.image[0]
    let volume = Known(image: path, volume: record.pair.id, split: record.split)
    let digests = image(of: record.pair, in: record.sources)
    volumes[digests] = volumes[digests] ?? volume
    for slice in record.slices {
      var one = volume
      one.image = "slice \(slice.index) of \(path)"
      slices[slice.values] = slices[slice.values] ?? one
    }
  }

  private func remark(
    that image: String, holds what: String, _ twin: Known, for split: DatasetDescriptor.Split
  ) throws -> String {
    let sentence = "\(image) holds \(what) \(twin.image)"
    if twin.split == split { return "\(sentence): the same image has two names" }
    throw DipperError(
      .importSourceInvalid,
      "\(sentence), which is for \(twin.split == .train ? "training" : "testing"); no image may be "
        + "for both: remove one of them, or give both to one patient by --patient-pattern")
  }

  /// Returns the digests of the files of an image, in an order that does not depend on their names.
  private func image(of pair: VolumePair, in sources: [VolumeRecord.Source]) -> [Digest] {
    let files = Set(pair.imageFiles)
    return sources.filter { files.contains($0.path) }.map(\.sha256).sorted { $0.hex < $1.hex }
  }
}
