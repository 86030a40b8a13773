/// The volumes that a layout found in a source.
public struct Discovery: Hashable, Sendable {
  /// The pairs of image and mask.
  public var volumes: [VolumePair]
  /// The files that give no case.
  public var unused: [UnusedFile]
  /// Sentences about choices that hold for all volumes, such as which of several images is taken.
  public var remarks: [String]

  /// Creates a discovery; by default nothing was found.
  public init(
    volumes: [VolumePair] = [], unused: [UnusedFile] = [], remarks: [String] = []
  ) {
    self.volumes = volumes
    self.unused = unused
    self.remarks = remarks
  }

  /// One sentence for each file that was meant to be data and cannot be used, such as an image
  /// without a mask.
  public var problems: [String] { unused.filter(\.isData).map(\.sentence) }

  /// Adds what a listing holds besides: obstacles, and files that no volume and no entry names.
  ///
  /// - Parameter layout: the name of the layout, for the reason.
  mutating func addRest(of listing: FileListing, layout: String) {
    // Paths that are equal in Unicode may differ in bytes.
    let known = Set((unused.map(\.path) + volumes.flatMap(\.allFiles)).map { Array($0.utf8) })
    unused += listing.obstacles
    for path in listing.paths where !known.contains(Array(path.utf8)) {
      switch listing.kinds[path] ?? .other {
      case .unusable(let reason, let isData):
        let isDescription = listing.descriptions[path] != nil
        unused.append(
          UnusedFile(path, reason: isDescription ? "is a description" : reason, isData: isData))
      case .volume, .slice, .segmentation, .header:
        unused.append(.untaken(path, by: layout))
      case .voxels:
        unused.append(
          UnusedFile(path, reason: "holds the voxels of a header that is not used", isData: false))
      }
    }
    unused = unused.naturallySorted(by: \.path)
  }
}

/// A volume and its mask, each in one file or in the files of a DICOM series.
public struct VolumePair: Hashable, Sendable, Codable {
  /// The volume's id, unique in the source and usable as a file name.
  public var id: String
  /// The volume's name in the source where that is not its id; `VolumeID` says how they differ.
  public var name: String?
  /// The name of the patient.
  public var patient: String
  /// The paths of the image's files, relative to the source.
  public var image: [String]
  /// The paths of the mask's files, relative to the source.
  public var mask: [String]
  /// The paths of the files with the image's voxels, if its own file is only a header.
  public var imageVoxels: [String]?
  /// The paths of the files with the mask's voxels, if its own file is only a header.
  public var maskVoxels: [String]?

  /// Creates a pair; the id is the volume's name until the pair is named for a data set.
  init(
    id: String, patient: String, image: [String], mask: [String], imageVoxels: [String] = [],
    maskVoxels: [String] = []
  ) {
    self.id = id
    self.patient = patient
    self.image = image
    self.mask = mask
    self.imageVoxels = imageVoxels.isEmpty ? nil : imageVoxels
    self.maskVoxels = maskVoxels.isEmpty ? nil : maskVoxels
  }

  /// The paths of all files of the image.
  public var imageFiles: [String] { image + (imageVoxels ?? []) }
  /// The paths of all files of image and mask.
  public var allFiles: [String] { imageFiles + mask + (maskVoxels ?? []) }
}
