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
  public static let all: [ImportLayout] = [
    .learn2reg, .lits, .decathlon, .nnunet, .perPatient, .folder,
  ]

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

  /// Finds the volumes of a source, in the order in which they are imported, and the files that
  /// give none, with the reason for each.
  ///
  /// - Throws: `DipperError` of code `importSourceInvalid` if the source has another layout.
  public func volumes(in listing: FileListing, for request: ImportRequest) throws -> Discovery {
    var found = try discover(listing, request)
    found.dropRepeated()
    found.addRest(of: listing, layout: name)
    guard !found.volumes.isEmpty else {
      throw DipperError(
        .importSourceInvalid,
        (["the source holds no pair of image and mask as \(name) lays them out (\(summary))"]
          + shortened(found.problems, to: 20)).joined(separator: "; "))
    }
    found.volumes = try withIDs(ordered(found.volumes, by: request), for: request)
    return found
  }
}

/// Returns the first lines and a word about the others.
private func shortened(_ lines: [String], to count: Int) -> [String] {
  lines.count <= count ? lines : lines.prefix(count) + ["and \(lines.count - count) more files"]
}

extension Discovery {
  /// Leaves out a volume that has the name of an earlier one, as of a pair that is listed twice.
  fileprivate mutating func dropRepeated() {
    // Names that are equal in Unicode may differ in bytes, and then have ids of their own.
    var images: [[UInt8]: String] = [:]
    volumes = volumes.filter { volume in
      let name = Array(volume.id.utf8)
      guard let first = images[name] else {
        images[name] = volume.image[0]
        return true
      }
      if first != volume.image[0] {
        unused.append(
          UnusedFile(
            volume.image[0], reason: "has the name \(volume.id), as \(first) does; keep one"))
      }
      return false
    }
  }
}
