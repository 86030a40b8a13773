import Errors
import Jobs

/// The folder layout of a collection of volumes, with the defaults for importing it.
public struct ImportLayout: Sendable {
  /// The name of the layout on the command line.
  public let name: String
  /// One line for the user that describes the layout.
  public let summary: String
  /// The intensity window that maps intensities to `[0, 1]`, unless the request gives one.
  public let window: IntensityWindow
  /// The smallest object for which a slice is taken, in pixels, unless the request says otherwise.
  public let minimumArea: Int
  /// The part of a slice's marked pixels that is the object, unless the request says otherwise.
  public let target: ImportRequest.Target
  /// The choices that this layout offers and others may not.
  public let choices: Set<ImportRequest.Choice>
  /// The number that scans of this layout may have added to Hounsfield units, or nil.
  let shift: Float?
  /// Returns the rule that finds the object in a mask.
  let object: @Sendable (ImportRequest) -> ObjectRule
  /// Finds the volumes in a listing.
  let discover: @Sendable (FileListing, ImportRequest) throws -> Discovery

  /// All layouts; each is defined in its own file in the folder `Layouts`.
  public static let all: [ImportLayout] = [.learn2reg, .lits, .decathlon, .folder]

  /// Returns the layout with a name.
  ///
  /// - Throws: `DipperError` of code `importRequestInvalid` that lists the names of all layouts.
  public static func named(_ name: String) throws -> ImportLayout {
    guard let layout = all.first(where: { $0.name == name }) else {
      throw DipperError(
        .importRequestInvalid,
        "there is no layout `\(name)`; take \(all.map(\.name).joined(separator: ", "))")
    }
    return layout
  }

  /// Checks that this layout offers every choice that the user made.
  ///
  /// - Parameter requested: the choices that the user made, without defaults.
  /// - Throws: `DipperError` of code `importRequestInvalid` that names the layouts that offer the
  ///   choice.
  public func check(_ requested: Set<ImportRequest.Choice>) throws {
    let inapplicable = requested.subtracting(choices)
    guard let choice = inapplicable.min(by: { $0.rawValue < $1.rawValue }) else { return }
    let others = Self.all.filter { $0.choices.contains(choice) }.map(\.name)
    throw DipperError(
      .importRequestInvalid,
      "--\(choice.rawValue) means nothing to the layout \(name); it belongs to "
        + others.joined(separator: ", "))
  }

  /// Finds the volumes of a source, in the order in which they are imported, and its problems.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if the source has another layout.
  public func volumes(in listing: FileListing, for request: ImportRequest) throws -> Discovery {
    var found = try discover(listing, request)
    found.volumes = try found.volumes.map { try $0.named(by: request) }
    guard !found.volumes.isEmpty else {
      throw DipperError(
        .importSourceInvalid,
        (["the source holds no pair of image and mask as \(name) lays them out (\(summary))"]
          + found.problems).joined(separator: "; "))
    }
    if let repeated = firstRepeated(found.volumes.map(\.id)) {
      let images = found.volumes.filter { $0.id == repeated }.compactMap(\.image.first)
      throw DipperError(
        .importSourceInvalid,
        "\(images.joined(separator: " and ")) would both be called \(repeated), as ids hold only "
          + "letters, digits, -, _ and .; rename one of them, or keep one")
    }
    found.volumes = ordered(found.volumes, by: request)
    return found
  }
}

/// A volume and its mask, each in one file or in the files of a DICOM series.
public struct VolumePair: Hashable, Sendable, Codable {
  /// The volume's id, unique in the source and usable as a file name.
  public var id: String
  /// The name of the patient.
  public var patient: String
  /// The paths of the image's files, relative to the source.
  public var image: [String]
  /// The paths of the mask's files, relative to the source.
  public var mask: [String]
}

/// The volumes that a layout found in a source.
public struct Discovery: Hashable, Sendable {
  /// The pairs of image and mask.
  public var volumes: [VolumePair]
  /// One message for each file that cannot be used, such as an image without a mask.
  public var problems: [String]
}

/// Returns the first name that occurs a second time; nil if all names differ.
func firstRepeated(_ names: [String]) -> String? {
  var seen: Set<String> = []
  return names.first { !seen.insert($0).inserted }
}
