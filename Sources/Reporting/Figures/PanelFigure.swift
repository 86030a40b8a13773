import Errors
import Evaluation
import Imaging
import Jobs

/// A figure of one case as in the paper's Figures 3 to 6: the image with the user's markers, the
/// ground truth and the results of the methods, side by side, optionally with the fields of the
/// energy.
public struct PanelFigure: Sendable {
  /// The result of a method on the case.
  public struct Result: Hashable, Sendable {
    /// The method that computed the result.
    public var method: Method
    /// The segmentation on the image's grid; nil if there is none.
    public var mask: Mask?
    /// The Dice coefficient of the segmentation; nil if it is not known.
    public var dice: Double?

    /// Creates the result of a method.
    public init(method: Method, mask: Mask?, dice: Double?) {
      self.method = method
      self.mask = mask
      self.dice = dice
    }
  }

  /// The tile of the image, on which the markers, the ground truth and the results are drawn.
  private let background: PanelTile
  private let markers: MarkerSet
  private let groundTruth: Mask
  private let fields: EnergyFields?
  private let results: [Result]
  private let region: RegionOfInterest

  /// Creates the figure of a case.
  ///
  /// - Parameters:
  ///   - image: the image with the file's own values.
  ///   - window: the window of values shown from black to white.
  ///   - markers: the user's markers.
  ///   - groundTruth: the ground truth.
  ///   - fields: the fields of the energy, which get two tiles after the ground truth.
  ///   - results: the results, which get the tiles after these, in this order.
  /// - Throws: `DipperError` of code `masksMismatched` if a mask is not on the image's grid, of
  ///   code `scoreInvalid` if the window is empty, of code `markersInvalid` if the markers cannot
  ///   be used.
  public init(
    image: Image, window: IntensityWindow, markers: MarkerSet, groundTruth: Mask,
    fields: EnergyFields? = nil, results: [Result]
  ) throws {
    try check(groundTruth, named: "the ground truth", on: image)
    for result in results {
      if let mask = result.mask {
        try check(mask, named: "the mask of \(result.method.rawValue)", on: image)
      }
    }
    try markers.validate(width: image.width, height: image.height, name: "the figure's markers")
    region = RegionOfInterest(showing: groundTruth, markers: markers)
    background = PanelTile(try image.windowed(window), region: region)
    self.markers = markers
    self.groundTruth = groundTruth
    self.fields = fields
    self.results = results
  }

  /// Draws the figure: rows of three tiles, each with a caption beneath.
  ///
  /// The view is a square around the ground truth and the markers, or the whole image if they fill
  /// most of it. The markers are yellow, the results orange and the ground truth blue, which is
  /// also drawn as a thin line below each result. The square root of the geodesic distance is black
  /// at the markers and white where it is 1. The data term is blue where it attracts and red where
  /// it repels, darkest at the ends of the range in the caption. Equal cases give equal pixels.
  public func rendered() -> ColourImage {
    let tiles = [inputTile, truthTile] + fieldTiles + results.map(resultTile)
    var sheet = PanelSheet(count: tiles.count)
    for (index, tile) in tiles.enumerated() {
      sheet.add(tile.picture, name: tile.name, note: tile.note, at: index)
    }
    return sheet.picture
  }
}

/// A picture with its captions below it, on the left and on the right.
private typealias CaptionedTile = (picture: ColourImage, name: String, note: String)

extension PanelFigure {
  private var inputTile: CaptionedTile {
    var tile = background
    tile.outline(markers, colour: .markers)
    return (tile.picture, "Input", "")
  }

  private var truthTile: CaptionedTile {
    var tile = background
    tile.outline(groundTruth, width: 2, colour: .groundTruth)
    return (tile.picture, "Ground truth", "")
  }

  private var fieldTiles: [CaptionedTile] {
    guard let fields else { return [] }
    var distance = PanelTile(fields.distance, over: fields.region, region: region) {
      // The distance is many times larger behind an edge than elsewhere; the root makes both
      // visible.
      .grey(UInt8((255 * max(0, min(1, $0)).squareRoot()).rounded()))
    }
    distance.outline(markers, colour: .markers)
    let term = fields.dataTerm
    let low = term.pixels.min() ?? 0
    let high = term.pixels.max() ?? 0
    let dataTerm = PanelTile(term, over: fields.region, region: region) {
      $0 < 0 ? Colour.attraction.tinted($0 / low) : .repulsion.tinted($0 / max(high, .ulpOfOne))
    }
    let range = "\(fixed(Double(low), decimals: 1)) to \(fixed(Double(high), decimals: 1))"
    return [
      (distance.picture, "Geodesic distance", "sqrt"), (dataTerm.picture, "Data term", range),
    ]
  }

  private func resultTile(_ result: Result) -> CaptionedTile {
    let note = result.dice.map { "Dice \(fixed($0, decimals: 3))" } ?? ""
    guard let mask = result.mask else {
      return (PanelSheet.emptyTile(text: "no result"), result.method.rawValue, note)
    }
    var tile = background
    tile.outline(groundTruth, width: 1, colour: .groundTruth)
    tile.outline(mask, width: 2, colour: .result)
    return (tile.picture, result.method.rawValue, note)
  }
}

/// The colours of the figure, which colour-blind readers can tell apart on grey (Okabe and Ito
/// 2008).
extension Colour {
  fileprivate static let markers = Colour(red: 240, green: 228, blue: 66)
  fileprivate static let groundTruth = Colour(red: 86, green: 180, blue: 233)
  fileprivate static let result = Colour(red: 230, green: 159, blue: 0)
  fileprivate static let attraction = Colour(red: 0, green: 114, blue: 178)
  fileprivate static let repulsion = Colour(red: 213, green: 94, blue: 0)
}

private func check(_ mask: Mask, named name: String, on image: Image) throws {
  guard mask.width == image.width && mask.height == image.height else {
    throw DipperError(
      .masksMismatched,
      "\(name) has \(mask.width) x \(mask.height) pixels, the image \(image.width) x "
        + "\(image.height); all must lie on the image's grid")
  }
}

extension Image {
  fileprivate func windowed(_ window: IntensityWindow) throws -> Image {
    switch window {
    case .minmax: return normalised()
    case .range(let low, let high):
      guard low < high else {
        throw DipperError(.scoreInvalid, "the intensity window from \(low) to \(high) is empty")
      }
      return windowed(low: low, high: high)
    }
  }
}
